/* Forms that are guarded (<form data-guard>): marks what was edited, names the number, guards the way out. */
(() => {
  "use strict";
  const $ = (sel, from = document) => from.querySelector(sel);
  const $$ = (sel, from = document) => [...from.querySelectorAll(sel)];
  const byId = (id) => document.getElementById(id);
  const texts = byId("texts")?.dataset ?? {};

  /* A new sign-in in another tab changes the token: the cookie has the one that holds. */
  const token = () => document.cookie.split("; ").find((c) => c.startsWith(`${texts.csrfCookie}=`))?.split("=")[1];
  const renewToken = (form) => { const field = form.elements.csrfmiddlewaretoken; if (field && token()) field.value = token(); };

  const valueOf = (el) => {
    if (el.type === "checkbox") return String(el.checked);
    if (el.type === "radio") return el.checked ? el.value : null;
    if (el.multiple) return [...el.selectedOptions].map((option) => option.value).join("\n");
    return el.value;
  };
  const valueIn = (field) => $$("input, select, textarea", field).map(valueOf).filter((value) => value !== null).join("\n");
  /* a page may have two: its own and that of a pane; the one with edits counts, the pane's first */
  const guarded = () => $$("form[data-guard]").filter((form) => Number(form.dataset.dirty ?? 0) > 0 && !form.dataset.leaving);
  const dirty = () => guarded().find((form) => form.closest("dialog")) ?? guarded()[0];
  const picked = (form) => (form.dataset.guard === "picked" ? $$("[name=pick]", form).filter((el) => el.type === "hidden" || el.checked).length : 0);
  const saver = (form) => (byId("save")?.form === form ? byId("save") : $(".btn--primary:is([type=submit], :not([type]))", form));
  const saved = new WeakMap();

  /* data-saved: after a refused save the stored value is not the one in the field */
  const update = (form) => {
    const fields = $$("[data-field]", form);
    fields.filter((field) => !saved.has(field)).forEach((field) => saved.set(field, field.dataset.saved ?? valueIn(field))); /* drawn by htmx meanwhile */
    const edited = fields.filter((field) => { const on = saved.get(field) !== valueIn(field); field.classList.toggle("is-dirty", on); return on; });
    const n = edited.length + picked(form), owns = byId("save")?.form === form;
    if (owns) ["save", "discard"].forEach((id) => { const button = byId(id); if (button) button.disabled = n === 0; });
    const line = owns ? byId("dirty-count") : null;
    line?.classList.toggle("is-quiet", n === 0);
    if (line) line.textContent = (n === 0 ? line.dataset.none : n === 1 ? line.dataset.one : line.dataset.many).replace("{n}", n);
    form.dataset.dirty = String(n);
  };
  const start = (form) => {
    if (form.dataset.ready) { update(form); return; }
    form.dataset.ready = "1";
    ["input", "change"].forEach((name) => form.addEventListener(name, () => update(form)));
    form.addEventListener("reset", () => setTimeout(() => update(form)));
    update(form);
    $(".sect:has([aria-invalid=true]):not([open])", form)?.setAttribute("open", "");
  };
  const startAll = () => $$("form[data-guard]").forEach(start);
  document.addEventListener("portal:swapped", startAll);
  startAll();
  $("[data-focus]")?.focus();

  /* Once sent, leaving is meant. A guarded form whose page htmx answers is new again after the swap. */
  document.addEventListener("submit", (e) => {
    renewToken(e.target);
    if (e.target.matches("[data-guard]")) e.target.dataset.leaving = "1";
    if (e.target.dataset.sent && !e.target.matches("[hx-post]")) { e.preventDefault(); return; }
    if (e.target.method === "post") { e.target.dataset.sent = "1"; setTimeout(() => delete e.target.dataset.sent, 3000); }
  }, true);
  addEventListener("pageshow", () => $$("form").forEach((form) => { delete form.dataset.sent; delete form.dataset.leaving; }));
  addEventListener("beforeunload", (e) => { if (dirty()) e.preventDefault(); });

  /* links inside the page ask in the page */
  let wanted = null;
  const leaves = (e, link) => link && !e.defaultPrevented && e.button === 0 && !(e.ctrlKey || e.metaKey || e.shiftKey || e.altKey)
    && !link.target && !link.hasAttribute("download") && !link.matches("[hx-get]")
    && link.origin === location.origin && !(link.hash && link.pathname === location.pathname && link.search === location.search);
  document.addEventListener("click", (e) => {
    const link = e.target.closest?.("a[href]"), dialog = byId("leave-dlg");
    if (!dialog || !dirty() || !leaves(e, link)) return;
    e.preventDefault();
    wanted = link.href;
    $("[data-leave=save]", dialog).hidden = dirty().dataset.guard === "typed"; /* what is typed there is kept nowhere */
    dialog.showModal();
  });
  const go = () => { guarded().forEach((form) => { form.dataset.leaving = "1"; }); location.assign(wanted); };
  const saveAndGo = async () => {
    const form = dirty();
    const session = await fetch(texts.account, { redirect: "manual" });
    if (session.type === "opaqueredirect") { document.dispatchEvent(new CustomEvent("signedout")); return; }
    renewToken(form);
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, saver(form)), redirect: "manual" });
    if (answer.type === "opaqueredirect") go(); else form.requestSubmit(saver(form));  // shows what is wrong
  };
  /* a function or an attribute goes where the cursor stands; the cursor then stands inside its brackets */
  document.addEventListener("click", (e) => {
    const pick = e.target.closest?.("[data-insert]"), field = pick && byId(pick.dataset.into);
    if (!field) return;
    const text = pick.dataset.insert, at = field.selectionStart + text.length - (text.endsWith("()") ? 1 : 0);
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.setSelectionRange(at, at);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("click", (e) => {
    const choice = e.target.closest?.("[data-leave]")?.dataset.leave;
    if (choice === "go") go();
    if (choice === "save") saveAndGo().catch(() => document.dispatchEvent(new CustomEvent("offline")));
  });
})();
