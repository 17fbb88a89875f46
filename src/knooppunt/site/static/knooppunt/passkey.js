// Around allauth's own script for passkeys: says in words when something went wrong, and hides what this browser cannot do.
(() => {
  "use strict";
  const able = typeof window.PublicKeyCredential === "function";
  document.querySelectorAll("[data-passkey]").forEach((element) => { element.hidden = !able; });
  document.querySelectorAll("[data-no-passkey]").forEach((element) => { element.hidden = able; });

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.querySelectorAll("[data-passkey-error]").forEach((element) => { element.hidden = false; });
  });
})();
