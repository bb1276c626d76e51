// Passkeys: lets the browser ask for one and puts its answer into the form, which is then sent like any other.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const opened = Date.now();
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const known = (list) => list.map((each) => ({ ...each, id: bytes(each.id) }));

  // What is asked can be answered for ten minutes; a page that is open for longer asks anew.
  const options = async () => {
    let fresh = null;
    if (Date.now() - opened > 300000) {
      const response = await fetch(location.href);
      fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(form.id);
    }
    return JSON.parse((fresh || form).dataset.options);
  };
  const create = async () => {
    const { challenge, user, excludeCredentials, ...rest } = await options();
    const publicKey = { ...rest, challenge: bytes(challenge), user: { ...user, id: bytes(user.id) }, excludeCredentials: known(excludeCredentials) };
    const made = await navigator.credentials.create({ publicKey });
    return { made, response: { attestationObject: text(made.response.attestationObject) } };
  };
  const get = async () => {
    const { challenge, allowCredentials, ...rest } = await options();
    const made = await navigator.credentials.get({ publicKey: { ...rest, challenge: bytes(challenge), allowCredentials: known(allowCredentials) } });
    const { authenticatorData, signature, userHandle } = made.response;
    return { made, response: { authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle && text(userHandle) } };
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const note = form.querySelector("[data-failed]");
    note.textContent = "";
    try {
      const { made, response } = await (form.dataset.passkey === "create" ? create() : get());
      const clientDataJSON = text(made.response.clientDataJSON);
      form.elements.answer.value = JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: { ...response, clientDataJSON } });
      form.submit();
    } catch {
      note.textContent = note.dataset.failed;
    }
  });
  form.hidden = false;
})();
