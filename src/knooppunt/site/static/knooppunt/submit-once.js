// Keeps a form from being sent twice: a second submit waits until the page answers, comes back or ten seconds have passed.
// Forms that htmx sends, forms that only look (GET) and forms marked data-many (downloads) are left alone.
(() => {
  "use strict";
  const PATIENCE = 10000;

  const release = (form) => {
    form.removeAttribute("aria-busy");
    form.querySelectorAll("[aria-disabled][data-once]").forEach((button) => {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("data-once");
    });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-many")) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    // aria-disabled and not disabled: a disabled button would lose its name and value, and the focus with it
    if (event.submitter) {
      event.submitter.setAttribute("aria-disabled", "true");
      event.submitter.setAttribute("data-once", "");
    }
    window.setTimeout(() => release(form), PATIENCE);
  });

  window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
})();
