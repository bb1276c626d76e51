// Makes pages live: listens for changes, fetches the page again and swaps what carries an id and data-live.
// Without this file every form still works.
"use strict";
(() => {
  const offline = document.getElementById("offline");
  const scroller = document.querySelector("[data-scroll]");
  const served = new WeakMap(); // what the server sent for an element, whatever happened to it here since
  let started = 0, applied = 0, running = false, due = 0, lostTimer = 0, wasLost = false;

  // The mark of a form changes with every page, a draft with every pause in writing: neither is a reason to swap.
  const bare = (element) => element.outerHTML.replace(/(name="form" value=")[^"]*/g, "$1").replace(/(<textarea[^>]*>)[^<]*/g, "$1");
  const remember = (element) => {
    served.set(element, bare(element));
    if (element.dataset.live === "list") [...element.children].forEach((child) => served.set(child, bare(child)));
  };
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const say = () => { offline.textContent = offline.dataset.text; };
  const lost = () => {
    wasLost = true;
    lostTimer ||= setTimeout(say, 1500);
  };
  const found = () => {
    clearTimeout(lostTimer);
    lostTimer = 0;
    wasLost = false;
    // Something unsent is still there: it has to be sent again, and that is worth saying.
    if (!document.querySelector("form[data-retry]")) offline.textContent = "";
  };

  // --- unsent text outlives a change of page
  const fields = (root) => root.querySelectorAll("textarea[id][name], input[type=search][id][name]");
  const files = (root) => root.querySelectorAll("input[type=file][id]");
  const place = (field) => `draft ${location.pathname} ${field.id}`;
  const leave = (address) => {
    fields(document).forEach((field) => field.value && sessionStorage.setItem(place(field), field.value));
    if (address) location.assign(address); else location.reload();
  };
  fields(document).forEach((field) => {
    const draft = sessionStorage.getItem(place(field));
    if (draft && !field.value) field.value = draft;
    sessionStorage.removeItem(place(field));
  });

  // --- swapping
  const replace = (old, fresh) => {
    const next = document.importNode(fresh, true);
    remember(next);
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const caret = active && active.matches("textarea") ? [active.selectionStart, active.selectionEnd] : null;
    for (const field of fields(old)) {
      const twin = next.querySelector(`#${field.id}`);
      if (twin && field.value !== field.defaultValue) twin.value = field.value;
    }
    for (const field of files(old)) {
      const twin = next.querySelector(`#${field.id}`);
      if (twin) twin.files = field.files;
    }
    for (const open of old.querySelectorAll("details[id][open]")) {
      const twin = next.querySelector(`#${open.id}`);
      if (twin) twin.open = true;
    }
    old.replaceWith(next);
    const again = active && active.id && document.getElementById(active.id);
    if (again) again.focus({ preventScroll: true });
    if (again && caret) again.setSelectionRange(...caret);
  };
  const sync = (list, fresh) => {
    const wanted = [...fresh.children];
    const ids = new Set(wanted.map((child) => child.id));
    [...list.children].filter((child) => !ids.has(child.id)).forEach((child) => child.remove());
    const added = [];
    wanted.forEach((child, at) => {
      const here = list.children[at];
      if (here && here.id === child.id) {
        if (served.get(here) !== bare(child)) replace(here, child);
        return;
      }
      const next = document.importNode(child, true);
      served.set(next, bare(child));
      list.insertBefore(next, here || null);
      added.push(next);
    });
    return added;
  };
  // What a form asked for to look at is not there when the page is fetched again; it stays as long as there is text in its field.
  const stays = (old) => document.getElementById(old.querySelector("[data-stays]")?.dataset.stays || "")?.value;
  const swap = (fresh, own) => {
    const end = scroller && scroller.querySelector("#log > :last-child");
    const near = !end || end.getBoundingClientRect().bottom < scroller.getBoundingClientRect().bottom + 120;
    let added = [];
    for (const old of document.querySelectorAll("[data-live][id]")) {
      const next = fresh.getElementById(old.id);
      if (!next) continue;
      if (old.dataset.live === "list") added = [...added, ...sync(old, next)];
      else if (!own && stays(old)) continue;
      else if (served.get(old) !== bare(next)) replace(old, next);
    }
    const mark = fresh.querySelector('input[name="form"]');
    if (mark) document.querySelectorAll('form:not([data-retry], [data-busy]) input[name="form"]').forEach((input) => { input.value = mark.value; });
    offerPlace();
    nameFiles();
    watch();
    const sending = own || document.querySelector("form[data-busy]"); // the event may be faster than the answer to the form
    if (scroller && (sending || (added.length && near))) goOn(fresh, added, sending);
  };
  // To where reading goes on: the first message after the reader's own, or the first of those that came by themselves.
  const goOn = (fresh, added, sending) => {
    const newest = document.getElementById(fresh.getElementById("log")?.dataset.newest);
    const target = sending || added.includes(newest) ? newest : added[0];
    if (target) target.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };
  const elsewhere = (response) => response.redirected && new URL(response.url).pathname !== location.pathname;
  const apply = async (response, turn, own) => {
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if (elsewhere(response)) return leave(response.url);
    if (response.ok && (fresh.body.className !== document.body.className || fresh.documentElement.lang !== document.documentElement.lang)) return leave();
    if (turn < applied) {
      if (own) fresh.querySelectorAll("[data-live]:has([data-stays])").forEach((next) => replace(document.getElementById(next.id), next));
      return refresh();
    }
    applied = turn;
    swap(fresh, own);
  };
  // Up to which message the page goes: the answer to a form brings what the stream tells of as well.
  const last = () => Number(document.querySelector("#log > :last-child")?.id.slice(1) || 0);
  const refresh = async (number = Infinity) => {
    due = Math.max(due, number);
    if (running) return;
    running = true;
    try {
      do {
        due = 0;
        const turn = ++started;
        const response = await fetch(location.href, { signal: AbortSignal.timeout?.(30000) });
        if (response.ok) await apply(response, turn, false);
        found();
      } while (due > last());
    } catch { lost(); } finally { running = false; }
  };

  // --- forms
  const busy = (form, on) => {
    form.toggleAttribute("data-busy", on);
    form.setAttribute("aria-busy", String(on));
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", String(on)));
    form.querySelectorAll("textarea").forEach((field) => { field.readOnly = on; });
  };
  // By id, for the form may have been swapped meanwhile; what was typed meanwhile stays.
  const clear = (sent, chosen) => {
    sent.forEach(([id, text]) => {
      const field = document.getElementById(id);
      if (field && field.value === text) field.value = field.defaultValue = "";
    });
    chosen.forEach((id) => { (document.getElementById(id) || {}).value = ""; });
    nameFiles();
  };
  const send = async (form, button) => {
    const sent = [...fields(form)].map((field) => [field.id, field.value]);
    const chosen = [...files(form)].map((field) => field.id);
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    const uploads = form.enctype === "multipart/form-data";
    const address = button?.getAttribute("formaction") || form.getAttribute("action");
    clearTimeout(keepTimer);
    keepTimer = typed = 0;
    busy(form, true);
    try {
      await keeping; // a draft that arrives after its message would come back
      const turn = ++started;
      const response = await fetch(address, {
        method: "POST", body: uploads ? data : new URLSearchParams(data), signal: AbortSignal.timeout?.(uploads ? 300000 : 30000),
      });
      delete form.dataset.retry;
      found();
      if (response.ok && response.redirected && !elsewhere(response) && form.matches("[data-clear]") && !button?.hasAttribute("data-keeps")) clear(sent, chosen);
      await apply(response, turn, true);
      if (response.ok) kept(address.endsWith("/draft"));
    } catch {
      form.dataset.retry = ""; // keeps its mark: sent again, it still counts once
      say();
    } finally { busy(form, false); }
  };
  // What is looked for stands in the address; words do not, but a number the server knows them by.
  const seek = async (form) => {
    const fields = new URLSearchParams(new FormData(form));
    if (form.method !== "post") {
      history.replaceState(null, "", `?${fields}`);
      return refresh();
    }
    try {
      const turn = ++started;
      const response = await fetch(form.action, { method: "POST", body: fields });
      if (response.redirected && !elsewhere(response)) history.replaceState(null, "", response.url);
      await apply(response, turn, false);
    } catch { lost(); }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-live-find]")) {
      event.preventDefault();
      seek(form);
    }
    if (!form.matches("[data-live-form]") || event.submitter === undefined) return;
    event.preventDefault();
    if (form.hasAttribute("data-busy")) return;
    if (form.matches("[data-location]")) locate(form); else send(form, event.submitter);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("[data-enter]")) return;
    if (!matchMedia("(hover: hover) and (pointer: fine)").matches) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  // --- while somebody writes: the other side sees that, an advisor's draft is kept, a file that is too large is named at once
  let keepTimer = 0, keeping = null, typed = 0, typingTimer = 0;
  const post = (address, form, fields = {}) => {
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, quiet: "1", ...fields });
    return fetch(address, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout?.(10000) }).catch(() => {});
  };
  const keep = (id) => {
    keepTimer = 0;
    typed = Date.now();
    const field = document.getElementById(id);
    if (field && field.dataset.keep) keeping = post(field.dataset.keep, field.form, { text: field.value }).then((answer) => kept(answer?.status === 204));
  };
  const kept = (done) => {
    const line = document.getElementById("draft-kept");
    if (line) line.textContent = done ? line.dataset.text : "";
  };
  document.addEventListener("input", ({ target }) => {
    const due = Date.now() - typed > 4000;
    if (target.dataset.keep) {
      kept(false);
      if (due && !keepTimer) keep(target.id); else keepTimer ||= setTimeout(keep, 3000, target.id);
    } else if (target.dataset.typing && due) {
      typed = Date.now();
      post(target.dataset.typing, target.form);
    }
  });
  const nameFiles = () => document.querySelectorAll("input[type=file][data-named]").forEach((field) => {
    const [line] = document.getElementById(field.dataset.named).children;
    line.hidden = !field.files.length;
    line.querySelector("bdi").textContent = field.files[0]?.name || "";
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("input[type=file][data-largest]")) return;
    target.setCustomValidity(target.files[0]?.size > Number(target.dataset.largest) ? target.dataset.tooLarge : "");
    nameFiles();
  });
  document.addEventListener("click", ({ target }) => {
    const field = document.getElementById(target.closest("[data-detach]")?.dataset.detach || "");
    if (!field) return;
    field.value = "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
  const hush = () => { (document.getElementById("typing") || {}).textContent = ""; };
  const types = () => {
    const line = document.getElementById("typing");
    if (!line) return;
    clearTimeout(typingTimer);
    line.textContent = line.dataset.text;
    typingTimer = setTimeout(hush, 6000);
  };

  // --- what was read: the end of what the other side wrote stood still for a moment on a page that was in front of somebody
  const MOMENT = 1000, inView = new Map(), told = new WeakSet();
  const tell = () => {
    const lines = [...inView].filter(([line, since]) => line.isConnected && Date.now() - since >= MOMENT && !told.has(line)).map(([line]) => line);
    const form = document.querySelector('input[name="csrf"]')?.form;
    if (document.hidden || !lines.length || !form) return;
    lines.forEach((line) => told.add(line));
    const n = Math.max(...lines.map((line) => Number(line.id.slice(1))));
    post(document.querySelector("[data-seen]").dataset.seen, form, { n }).then((answer) => answer || lines.forEach((line) => told.delete(line)));
  };
  const look = (lines) => {
    lines.forEach((line) => inView.set(line, Date.now()));
    setTimeout(tell, MOMENT + 50);
  };
  const eyes = new IntersectionObserver((ends) => {
    ends.filter((end) => !end.isIntersecting).forEach(({ target }) => inView.delete(target.closest("li")));
    look(ends.filter((end) => end.isIntersecting).map(({ target }) => target.closest("li")));
  });
  const watch = () => document.querySelectorAll("[data-seen]").forEach((list) => {
    list.querySelectorAll(`.${list.dataset.of} > .time`).forEach((end) => eyes.observe(end));
  });

  // --- the place, roughly: three decimals are about a hundred metres
  const offerPlace = () => {
    if (!navigator.geolocation || !isSecureContext) return;
    document.querySelectorAll("form[data-location]").forEach((form) => { form.hidden = false; });
  };
  const locate = (form) => {
    const note = form.querySelector("[data-failed]");
    note.textContent = "";
    busy(form, true);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lat.value = coords.latitude.toFixed(3);
        form.elements.lon.value = coords.longitude.toFixed(3);
        send(form, null);
      },
      () => { busy(form, false); note.textContent = note.dataset.failed; },
      { timeout: 15000, maximumAge: 600000 },
    );
  };

  // --- leaving quickly: nothing stays in sight while the server is told, nor does this page stay in the history
  const depart = async (form) => {
    running = true; // nothing is fetched any more
    const told = fetch(form.action, { method: "POST", redirect: "manual", keepalive: true, signal: AbortSignal.timeout?.(2000) });
    document.title = "…";
    document.body.replaceChildren();
    sessionStorage.clear();
    await told.catch(() => {});
    location.replace(form.dataset.leave);
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-leave]")) return;
    event.preventDefault();
    depart(event.target);
  });
  let escapes = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    escapes = [...escapes, event.timeStamp].slice(-3);
    const form = document.querySelector("[data-leave]");
    if (form && event.timeStamp - escapes.at(-3) < 2000) depart(form);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // --- news
  const connect = () => {
    const source = new EventSource(document.body.dataset.events);
    source.onopen = () => { if (wasLost) refresh(); found(); };
    source.onmessage = ({ lastEventId }) => {
      hush();
      const number = Number(lastEventId) || Infinity; // at the console nothing is numbered
      setTimeout(() => number > last() && refresh(number), lastEventId && document.querySelector("form[data-busy]") ? 4000 : 0);
    };
    source.addEventListener("typing", types);
    source.addEventListener("gone", () => location.reload());
    source.onerror = () => {
      lost();
      if (source.readyState !== EventSource.CLOSED) return;
      refresh(); // the server said no: perhaps the session is over, then this leads to the sign-in
      setTimeout(connect, 5000);
    };
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { look([...inView.keys()]); refresh(); } });
  document.querySelectorAll("[data-live]").forEach(remember);
  offerPlace();
  nameFiles();
  watch();
  document.getElementById(document.getElementById("log")?.dataset.newest)?.scrollIntoView({ block: "start" });
  connect();
})();
