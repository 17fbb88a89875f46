// Says at once that a file is too large, before all of it is sent. The server says it too; without script only the server does.
(() => {
  "use strict";
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type !== "file" || !field.dataset.largest) return;
    const tooLarge = [...field.files].some((file) => file.size > Number(field.dataset.largest));
    if (tooLarge) field.value = "";
    field.setCustomValidity(tooLarge ? field.dataset.tooLarge : "");
    field.reportValidity();
  });
})();
