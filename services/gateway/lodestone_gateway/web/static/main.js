/* What every page runs. Each module works on what it finds in the page; without scripts, forms still work. */
import "./clocks.js";
import "./console.js";
import "./drafts.js";
import "./lists.js";
import "./live.js";
import "./notices.js";
import "./tools.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* only for this page, then */ }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.target.closest?.(".why")?.blur();
  const menu = event.target.closest?.("details.who[open]") ?? document.querySelector("details.who[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
