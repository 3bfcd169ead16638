/* The little the pages need besides htmx. Everything works without it. */
(() => {
  "use strict";
  const body = document.body;
  const status = document.getElementById("status");
  const say = (text) => {
    if (!status) return;
    status.textContent = "";
    // A short wait lets a screen reader notice the same words twice.
    setTimeout(() => { status.textContent = text; }, 60);
  };

  // After a post: straight to what was wrong, else to the message.
  const focusFirst = (root) => {
    const target = root.querySelector("#error-summary") || root.querySelector("[data-focus]");
    if (target) target.focus();
  };
  focusFirst(document);

  document.addEventListener("click", async (event) => {
    const menu = event.target.closest("[data-menu]");
    if (menu) {
      const open = document.getElementById(menu.dataset.menu).classList.toggle("is-open");
      menu.setAttribute("aria-expanded", String(open));
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      try {
        await navigator.clipboard.writeText(copy.dataset.copy);
        const word = copy.querySelector(".word");
        const before = word && word.textContent;
        if (word) {
          word.textContent = body.dataset.saidCopied;
          setTimeout(() => { word.textContent = before; }, 2500);
        }
        say(body.dataset.saidCopied);
      } catch { getSelection().selectAllChildren(copy.parentElement.querySelector(".value") || copy); }
    }
    if (event.target.closest("[data-print]")) window.print();
    for (const open of document.querySelectorAll("details.menu[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details.menu[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const search = document.querySelector("[data-shortcut=search]");
      if (search && search.offsetParent) { event.preventDefault(); search.focus(); search.select(); }
    }
  });

  // In a sheet of rows, Enter goes to the same field of the next row and Shift+Enter to the one before; arrows too.
  document.addEventListener("keydown", (event) => {
    const input = event.target.closest("[data-enter=down] input:not([type=checkbox])");
    const step = !input || event.isComposing ? 0 : { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key] || 0;
    if (!step) return;
    const cell = input.closest("tr > *");
    const column = [...cell.parentElement.children].indexOf(cell);
    const place = [...cell.querySelectorAll("input:not([type=hidden])")].indexOf(input);
    const rows = [...input.closest("tbody").querySelectorAll("tr.entry")];
    const next = rows[rows.indexOf(cell.parentElement) + step];
    event.preventDefault();
    const to = next && next.children[column].querySelectorAll("input:not([type=hidden])")[place];
    if (to) { to.focus(); to.select(); } else if (event.key === "Enter") input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Boxes that tick all of a table: data-all="name of the boxes".
  document.addEventListener("change", (event) => {
    const all = event.target.dataset.all;
    if (!all) return;
    const form = event.target.form || document;
    for (const box of form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all)}"]`)) {
      if (box.checked !== event.target.checked) { box.checked = event.target.checked; box.dispatchEvent(new Event("change", { bubbles: true })); }
    }
  });

  // One press, one post: a second press of the same form within its answer is ignored.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.querySelectorAll("button[type=submit], button:not([type])").forEach((b) => b.setAttribute("aria-busy", "true"));
    keep(form);
    // An answer that is a file leaves the page standing: the form can be sent again after a while.
    setTimeout(() => release(form), 8000);
  });
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((b) => b.removeAttribute("aria-busy"));
  };
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // A session that ended while someone wrote: forms marked data-keep are put away when posted, and back after sign-in.
  const place = (form) => `keep:${location.pathname}#${form.id}`;
  const keep = (form) => {
    if (!("keep" in form.dataset)) return;
    const kept = [...form.elements].filter((e) => e.name && !["hidden", "password", "file", "submit"].includes(e.type))
      .map((e) => [e.name, e.value, e.checked]);
    try { sessionStorage.setItem(place(form), JSON.stringify(kept)); } catch { /* a full or closed store keeps nothing */ }
  };
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const kept = sessionStorage.getItem(place(form));
    sessionStorage.removeItem(place(form));
    if (!kept || !document.referrer.includes("/login/")) continue;
    for (const [name, value, checked] of JSON.parse(kept)) {
      for (const e of form.elements) {
        if (e.name !== name) continue;
        if (e.type === "radio" || e.type === "checkbox") { if (e.value === value) e.checked = checked; } else if (!e.value) e.value = value;
      }
    }
  }

  body.addEventListener("htmx:beforeRequest", (event) => event.detail.elt.setAttribute("aria-busy", "true"));
  body.addEventListener("htmx:afterRequest", (event) => event.detail.elt.removeAttribute("aria-busy"));
  body.addEventListener("htmx:sendError", () => say(body.dataset.saidOffline));
  body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401 || event.detail.xhr.status === 403) location.reload();
    else say(body.dataset.saidOffline);
  });
  // What was unfolded stays unfolded when its figures are put in anew.
  body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const open = [...event.detail.target.querySelectorAll("details")].map((details) => details.open);
    event.detail.fragment.querySelectorAll("details").forEach((details, index) => { details.open = open[index] || details.open; });
  });
  body.addEventListener("htmx:afterSwap", (event) => {
    const panel = event.detail.target.querySelector && event.detail.target.querySelector("[data-focus]");
    if (panel) panel.focus();
  });
})();
