/* Everything that names an htmx event: focus after a swap, busy marks, lost session, lost network, polling in the background. */
(() => {
  "use strict";
  const $ = (sel, from = document) => from.querySelector(sel);
  const byId = (id) => document.getElementById(id);
  const texts = byId("texts")?.dataset ?? {};
  const on = (name, act) => document.addEventListener(name, act);
  const toast = (detail) => document.dispatchEvent(new CustomEvent("toast", { detail }));
  const isPoll = (detail) => !detail.requestConfig.triggeringEvent;

  /* the token of the cookie holds, also after a new sign-in in another tab */
  on("htmx:configRequest", (e) => {
    const cookie = document.cookie.split("; ").find((c) => c.startsWith(`${texts.csrfCookie}=`));
    if (cookie) e.detail.headers["X-CSRFToken"] = cookie.split("=")[1];
    if (!e.detail.triggeringEvent) e.detail.headers["X-Polled"] = "1"; /* nobody need sit before the page */
  });

  /* a hidden tab polls once a minute */
  const polled = new WeakMap();
  on("htmx:beforeRequest", (e) => {
    if (!isPoll(e.detail)) return;
    if (document.hidden && Date.now() - (polled.get(e.detail.elt) ?? 0) < 60000) { e.preventDefault(); return; }
    polled.set(e.detail.elt, Date.now());
  });

  /* followed lists stay as they are while somebody is at them; what waits is told once */
  let told = "";
  const isHeld = () => { const at = document.activeElement; return Boolean($(".logs .pane")) || (byId("list")?.contains(at) && at.id !== "follow"); };
  on("htmx:configRequest", (e) => { if (e.detail.elt.id === "live" && isHeld()) e.detail.headers["X-Held"] = "1"; });
  on("htmx:beforeSwap", (e) => {
    const isNews = e.detail.target?.id === "news";
    if (isNews && told === e.detail.serverResponse && e.detail.target.childElementCount) e.detail.shouldSwap = false;
    told = isNews ? e.detail.serverResponse : "";
  });

  /* busy: the part, the button, and after 300 ms the thin bar */
  let waiting = 0;
  const bar = byId("loadbar");
  const showBar = () => { if (bar) bar.hidden = waiting === 0; };
  on("htmx:beforeSend", (e) => {
    if (isPoll(e.detail)) return;
    waiting += 1;
    setTimeout(showBar, 300);
    e.detail.target.setAttribute("aria-busy", "true");
    if (e.detail.elt.matches("button")) e.detail.elt.setAttribute("aria-busy", "true");
  });
  const sayUpdated = () => { const line = byId("updated"); if (line) line.textContent = texts.updated.replace("{time}", new Date().toTimeString().slice(0, 8)); };
  on("htmx:afterRequest", (e) => {
    if (isPoll(e.detail)) { if (e.detail.successful) sayUpdated(); return; }
    waiting = Math.max(0, waiting - 1);
    showBar();
    [e.detail.target, e.detail.elt].forEach((el) => el?.removeAttribute("aria-busy"));
  });

  /* a button that is switched off while its request runs loses the focus: it gets it back */
  const pressed = new WeakMap();
  on("htmx:beforeRequest", (e) => { if (!isPoll(e.detail)) pressed.set(e.detail.xhr, document.activeElement); });
  on("htmx:afterRequest", (e) => {
    const button = pressed.get(e.detail.xhr);
    if (button?.isConnected && document.activeElement === document.body) button.focus();
  });

  /* focus: htmx keeps it on elements with an id; what was removed gives it to the new part's heading */
  let had = false;
  on("htmx:beforeSwap", (e) => { had = Boolean(e.detail.target?.contains(document.activeElement)) && document.activeElement !== document.body; });
  on("htmx:afterSettle", (e) => {
    const part = e.detail.elt, lost = had && (!document.activeElement || document.activeElement === document.body);
    had = false;
    const heir = $("[data-focus]", part) ?? (part.matches("[data-focus]") ? part : null) ?? (lost ? $("h1, h2, h3", part) ?? part : null);
    if (heir) { if (!heir.matches("a, button, input, select, textarea, [tabindex]")) heir.tabIndex = -1; heir.focus(); }
    document.dispatchEvent(new CustomEvent("portal:swapped"));
  });

  /* the server refused */
  const signedOut = () => { const dialog = byId("signed-out"); if (dialog && !dialog.open) dialog.showModal(); };
  on("signedout", signedOut);
  on("htmx:responseError", (e) => {
    const { status } = e.detail.xhr;
    if (status === 401) { signedOut(); return; }
    if (isPoll(e.detail) && status >= 500) { away(); return; }
    if ((e.detail.xhr.getResponseHeader("HX-Trigger") ?? "").includes('"toast"')) return; /* it says itself why */
    const number = e.detail.xhr.getResponseHeader("X-Error-Number");
    const text = status === 403 ? texts.forbidden : status === 404 ? texts.gone : number ? `${texts.quote} ${number}` : "";
    toast({ kind: "err", title: texts.failed, text });
  });

  /* no network: one bar, a try every five seconds; polling goes on by itself afterwards */
  let timer = null;
  const back = () => { clearInterval(timer); timer = null; byId("offline").hidden = true; };
  const reach = () => fetch(texts.health, { cache: "no-store" }).then((answer) => { if (answer.ok) back(); }, () => {});
  const away = () => {
    const box = byId("offline");
    if (timer || !box) return;
    let left = 5;
    const say = () => { $("[data-countdown]", box).textContent = texts.retry.replace("{n}", left); };
    say();
    box.hidden = false;
    timer = setInterval(() => { left -= 1; if (left === 0) { left = 5; reach(); } say(); }, 1000);
  };
  on("htmx:sendError", away);
  on("offline", away);
  addEventListener("offline", away);
  addEventListener("online", reach);
})();
