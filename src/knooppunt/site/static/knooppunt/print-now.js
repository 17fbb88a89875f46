// Shows the button that prints this page; without script there is only the browser's own.
(() => {
  "use strict";
  for (const place of document.querySelectorAll("[data-print-now]")) {
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () => window.print());
  }
})();
