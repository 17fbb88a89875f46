// Copies a text that stands on the page; without script it can be selected and copied by hand.
(() => {
  "use strict";
  for (const place of document.querySelectorAll("[data-copy]")) {
    const [text, way, done] = ["text", "way", "done"].map((part) => place.querySelector(`[data-copy-${part}]`));
    way.hidden = false;
    way.querySelector("button").addEventListener("click", async () => {
      text.select();
      try {
        await navigator.clipboard.writeText(text.value);
        done.textContent = done.dataset.said;
      } catch {
        done.textContent = done.dataset.failed;
      }
    });
  }
})();
