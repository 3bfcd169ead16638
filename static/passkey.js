/* Starts what the browser asks the device for. The forms and what is asked for stand in the page. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  const problem = document.getElementById("passkey-problem");
  if (!form || !window.allauth) return;
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    if (problem) problem.hidden = false;
  });
  const kind = form.dataset.passkey;
  const ids = { credential: "id_credential", data: "passkey-data", passwordless: "id_passwordless" };
  ids[kind] = "passkey-start";
  allauth.webauthn.forms[`${kind}Form`]({ ids });
})();
