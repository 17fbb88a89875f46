// Shortcuts: Alt+Shift+letter goes to the visible element marked data-key="letter": a field gets the focus, a link or button is pressed.
// Always with both modifiers, so that typing and speech input never trigger one (WCAG 2.1.4).
(() => {
  "use strict";
  const FIELDS = "input, textarea, select";

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || event.repeat) return;
    // event.code and not event.key: Alt changes the character on some keyboards
    const letter = /^Key([A-Z])$/.exec(event.code);
    if (!letter) return;
    const marked = document.querySelectorAll(`[data-key="${letter[1].toLowerCase()}"]`);
    const target = Array.from(marked).find((element) => element.getClientRects().length > 0);
    if (!target) return;
    event.preventDefault();
    if (target.matches(FIELDS)) target.focus();
    else target.click();
  });
})();
