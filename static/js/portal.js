/* What HTML alone does not give: theme, toasts, bubbles, menus, dialogs, tabs, keys. Every page works without it.
   No text of its own: words and addresses come from the page (<template id="texts" data-...>), so that they are translated. */
(() => {
  "use strict";
  const root = document.documentElement;
  const $ = (sel, from = document) => from.querySelector(sel);
  const $$ = (sel, from = document) => [...from.querySelectorAll(sel)];
  const byId = (id) => document.getElementById(id);
  const texts = byId("texts")?.dataset ?? {};
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode: lasts for this page */ } },
  };
  const setIcon = (from, name) => $("use", from)?.setAttribute("href", `${texts.icons}#i-${name}`);

  /* theme and other choices of this browser */
  const showTheme = (theme) => {
    if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
    $$("[name=theme]").forEach((radio) => { radio.checked = radio.value === theme; });
  };
  showTheme(root.dataset.theme || "system");
  const keysOn = byId("shortcuts-on");
  if (keysOn) keysOn.checked = store.get("keys") !== "off";
  document.addEventListener("change", (e) => {
    if (e.target.name === "theme") { store.set("theme", e.target.value); showTheme(e.target.value); }
    if (e.target === keysOn) store.set("keys", keysOn.checked ? "on" : "off");
  });
  /* what is folded in the menu is kept for the person; where that fails it lasts for this page */
  const keep = (name, value, group = "") => fetch(texts.menu, {
    method: "POST", keepalive: true, body: new URLSearchParams({ [name]: value ? "1" : "", group }),
    headers: { "X-CSRFToken": document.cookie.split("; ").find((c) => c.startsWith(`${texts.csrfCookie}=`))?.split("=")[1] ?? "" },
  }).catch(() => {});
  const sayFold = () => $$("[data-fold]").forEach((b) => {
    const folded = root.classList.contains("is-collapsed");
    b.setAttribute("aria-expanded", String(!folded));
    b.setAttribute("aria-label", folded ? b.dataset.expand : b.dataset.fold);
  });
  sayFold();

  /* links about what the list shows: htmx may have changed the filters in the address since they were drawn */
  document.addEventListener("click", (e) => {
    const link = e.target.closest("a[data-query]");
    if (link) link.search = location.search;
  }, true);

  /* toasts: from the page (Django messages) and from the server's HX-Trigger {"toast": {...}} */
  const fade = (node) => {
    if (node.classList.contains("toast--err")) return;
    const tick = () => (node.matches(":hover, :focus-within") ? setTimeout(tick, 2000) : node.remove());
    setTimeout(tick, 8000);
  };
  const toast = ({ kind = "info", title = "", text = "" }) => {
    const template = byId("toast-template");
    if (!template) return;
    const node = template.content.firstElementChild.cloneNode(true);
    node.classList.add(`toast--${kind}`);
    setIcon(node, ["ok", "err", "warn"].includes(kind) ? kind : "info");
    $(".toast__title", node).textContent = title;
    $(".toast__text", node).textContent = text;
    byId("toasts").append(node);
    fade(node);
  };
  document.addEventListener("toast", (e) => (e.detail.items ?? [e.detail]).forEach(toast));
  /* a live region speaks of what is added later: those that came with the page are added again */
  setTimeout(() => $$("#toasts .toast").forEach((node) => { byId("toasts").append(node); fade(node); }), 150);

  /* hint bubbles: shown on hover, focus and click; Esc hides them (WCAG 1.4.13) */
  const place = (button, tip) => {
    const b = button.getBoundingClientRect(), t = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(b.left - 12, innerWidth - t.width - 8))}px`;
    tip.style.top = b.bottom + t.height + 12 < innerHeight ? `${b.bottom + 6}px` : `${b.top - t.height - 6}px`;
  };
  const tipOf = (el) => { const b = el.closest?.("[data-tip]"), tip = b && byId(b.dataset.tip); return tip ? [b, tip] : null; };
  const showTip = (e) => { const p = tipOf(e.target); if (p && !p[1].matches(":popover-open")) { p[1].showPopover(); place(...p); } };
  const hideTip = (e) => { const p = tipOf(e.target); if (p?.[1].matches(":popover-open") && !p[1].matches(":hover")) p[1].hidePopover(); };
  ["mouseover", "focusin", "click"].forEach((name) => document.addEventListener(name, showTip));
  ["mouseout", "focusout"].forEach((name) => document.addEventListener(name, hideTip));

  /* panes that the server sends open become modal: what lies under them cannot be reached */
  const openPanes = () => $$("dialog[data-modal][open]:not(:modal)").forEach((pane) => {
    pane.close();
    pane.showModal();
    pane.addEventListener("cancel", (e) => { e.preventDefault(); $("[data-pane-close]", pane)?.click(); });
  });

  /* where the log pane covers the page it is modal: the rest is inert while it is open */
  const narrow = matchMedia("(max-width: 1180px)");
  const paneMode = () => {
    const pane = $(".logs .pane"), on = Boolean(pane) && narrow.matches;
    $$(".crumbs, .nav, .head, .cmdbar, .logs__list").forEach((el) => { el.inert = on; });
    if (!pane) return;
    for (const [name, value] of [["role", "dialog"], ["aria-modal", "true"]]) {
      if (on) pane.setAttribute(name, value); else pane.removeAttribute(name);
    }
    if (on && !pane.contains(document.activeElement)) pane.focus();
  };
  narrow.addEventListener("change", paneMode);
  const settle = () => { openPanes(); paneMode(); };
  document.addEventListener("portal:swapped", settle);
  settle();

  /* lists: one box ticks all rows, and the words on a filter's pill follow its boxes */
  document.addEventListener("change", (e) => {
    if (e.target.matches("[data-tick-all], [data-tick-found]")) $$("tbody [type=checkbox], [data-tick-all]", e.target.form ?? e.target.closest("table")).forEach((box) => { box.checked = e.target.checked; });
    if (e.target.matches("#rows [type=checkbox]:not(:checked)")) $$("#rows :is([data-tick-all], [data-tick-found])").forEach((box) => { box.checked = false; });
    const filter = e.target.closest(".filters details.dropdown"), words = filter && $("summary strong", filter);
    if (!words || e.target.type !== "checkbox") return;
    words.textContent = $$("input:checked + span", filter).map((word) => word.textContent).join(", ") || texts.all;
  });

  /* clicks, by what the element says it does */
  const clicks = {
    ".toast .iconbtn": (b) => b.closest(".toast").remove(),
    "[data-open]": (b) => { if (b.getAttribute("aria-disabled") !== "true") byId(b.dataset.open)?.showModal(); },
    "[data-close]": (b) => b.closest("dialog")?.close(),
    "[data-reveal]": (b) => {
      const field = byId(b.dataset.reveal), show = field.type === "password";
      field.type = show ? "text" : "password";
      b.setAttribute("aria-pressed", String(show));
      setIcon(b, show ? "eye-off" : "eye");
    },
    "[data-copy]": (b) => navigator.clipboard?.writeText(b.dataset.copy)
      .then(() => toast({ kind: "ok", title: texts.copied, text: b.dataset.copy }), () => {}),
    ".navtoggle": (b) => b.setAttribute("aria-expanded", String(b.closest(".nav").classList.toggle("is-open"))),
    "[data-fold]": () => { keep("folded", root.classList.toggle("is-collapsed")); sayFold(); },
    "[data-group]": (summary) => keep("closed", summary.parentElement.open, summary.dataset.group), /* it is open until this click is over */
    "[data-search]": () => openSearch(!$(".gsearch").classList.contains("is-open")),
    "[role=tab]": (b) => selectTab(b),
  };
  document.addEventListener("click", (e) => {
    const target = e.target;
    if (target.closest?.("[aria-disabled=true], [data-open]")) e.preventDefault(); /* with script a dialog asks first */
    $$("details.dropdown[open]").forEach((d) => { if (!d.contains(target)) d.open = false; });
    const item = target.closest("details.dropdown .cmd");
    if (item && !item.matches("summary")) item.closest("details").open = false;
    if (target.matches("dialog.flyout") && !target.dataset.modal) target.close();
    for (const [selector, act] of Object.entries(clicks)) {
      const hit = target.closest(selector);
      if (hit) act(hit);
    }
  });

  /* on a phone the search box stands behind a button, and the menu behind another */
  const openSearch = (open) => {
    const box = $(".gsearch input"), button = $("[data-search]");
    box.closest(".gsearch").classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
    (open ? box : button).focus();
  };

  /* keys */
  const escape = () => {
    $$(".tip:popover-open").forEach((tip) => tip.hidePopover());
    const at = document.activeElement;
    if (at?.closest?.(".gsearch") && $(".gfound a")) { $(".gsearch input").focus(); byId("gfound").replaceChildren(); return; }
    if (at?.closest?.(".gsearch.is-open")) { openSearch(false); return; }
    if (at?.closest?.(".nav.is-open")) { $(".navtoggle").click(); $(".navtoggle").focus(); return; }
    const open = $("details.dropdown[open]");
    if (open) { open.open = false; $("summary", open).focus(); return; }
    const pane = $(".logs .pane");
    if (pane?.contains(document.activeElement)) $("[data-pane-close]", pane)?.click();
  };
  const selectTab = (tab) => $$("[role=tab]", tab.parentElement).forEach((other) => {
    const on = other === tab;
    other.setAttribute("aria-selected", String(on));
    other.tabIndex = on ? 0 : -1;
    byId(other.getAttribute("aria-controls")).hidden = !on;
    if (on && other.dataset.address) history.replaceState(history.state, "", other.dataset.address);
  });
  const moveTab = (e, tab) => {
    const all = $$("[role=tab]", tab.parentElement), forward = getComputedStyle(tab).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = e.key === forward ? 1 : -1;
    const to = { Home: 0, End: all.length - 1 }[e.key] ?? (all.indexOf(tab) + step + all.length) % all.length;
    e.preventDefault();
    selectTab(all[to]);
    all[to].focus();
  };
  const single = {
    "/": (e) => { const box = $(".gsearch input"); if (box) { e.preventDefault(); if (box.offsetParent) box.focus(); else openSearch(true); } },
    "?": () => byId("keys")?.showModal(),
  };
  /* suggestions under the search box: arrows walk from the box through the links and back, Escape empties them */
  const moveHit = (e) => {
    const box = $(".gsearch input"), stops = [box, ...$$(".gfound a")], at = stops.indexOf(document.activeElement);
    if (at < 0 || stops.length < 2) return;
    e.preventDefault();
    stops[(at + (e.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length].focus();
  };
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") escape();
    if (e.target.closest?.(".gsearch") && ["ArrowDown", "ArrowUp"].includes(e.key)) moveHit(e);
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "s" && byId("save")) { e.preventDefault(); byId("save").click(); }
    const walk = e.altKey && { ArrowUp: "walk-newer", ArrowDown: "walk-older" }[e.key];
    if (walk && byId(walk)) { e.preventDefault(); byId(walk).click(); }
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
    const typing = /^(input|textarea|select)$/i.test(e.target.tagName) || e.target.isContentEditable;
    if (!typing && keysOn?.checked && !$("dialog[open]")) single[e.key]?.(e);
    const tab = e.target.closest?.("[role=tab]");
    if (tab && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(e.key)) moveTab(e, tab);
  });
})();
