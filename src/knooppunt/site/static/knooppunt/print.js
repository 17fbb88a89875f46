// Opens the print window of a page marked data-print, when what is still loaded into it has come (or failed).
(() => {
  "use strict";
  const SETTLED = 200; // ms that htmx needs to put a part in its place
  const sheet = document.querySelector("[data-print]");
  if (!sheet) return;
  const coming = new Set(sheet.querySelectorAll("[hx-get]"));
  const print = () => window.setTimeout(() => window.print(), SETTLED);

  if (!coming.size) window.addEventListener("load", print);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (coming.delete(event.target) && !coming.size) print();
  });
})();
