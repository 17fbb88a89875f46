// Puts a button behind each password field that shows what was typed, and hides it again. Without script the field works as usual.
(() => {
  "use strict";
  const { show, hide } = document.currentScript.dataset;

  document.querySelectorAll('input[type="password"]').forEach((field) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "utrecht-button utrecht-button--subtle kn-button--small kn-show-password";
    button.textContent = show;
    button.setAttribute("aria-controls", field.id);
    button.addEventListener("click", () => {
      const hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      button.textContent = hidden ? hide : show;
      field.focus();
    });
    field.after(button);
    // What was shown is not kept by the browser as ordinary text.
    if (field.form) field.form.addEventListener("submit", () => { field.type = "password"; });
  });
})();
