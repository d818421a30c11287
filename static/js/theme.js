/* Runs in <head>, before anything is drawn: the theme of this browser, without a flash. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.remove("no-js");
  const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const theme = read("theme");
  if (["light", "dark", "contrast"].includes(theme)) root.dataset.theme = theme;
})();
