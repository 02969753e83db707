/* What every page runs. Each module works on what it finds in the page; without scripts, forms still work. */
import "./again.js";
import "./clocks.js";
import "./console.js";
import "./copying.js";
import "./drafts.js";
import "./edits.js";
import "./leaving.js";
import "./lists.js";
import "./live.js";
import "./notices.js";
import "./printing.js";
import "./reader_tool.js";
import "./tools.js";
import "./unsaved.js";

const root = document.documentElement;
const MENU = "details.who[open], details.take[open]";

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* only for this page, then */ }
});

/* A menu of a piece closes where something else is used, or once something was taken. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.take[open]")) {
    if (!menu.contains(event.target) || event.target.closest("a, [data-print]")) menu.open = false;
  }
});

/* A browser scrolls to the line one types in: by key, the whole field is to be seen above the bar at the bottom. */
document.addEventListener("keyup", ({ key, target }) => {
  if (key === "Tab" && target.matches?.("textarea")) target.scrollIntoView({ block: "nearest" });
});

/* To its page a frame that has the focus is not `:focus`; the window loses the focus to it. */
for (const change of ["blur", "focus"]) {
  addEventListener(change, () => document.querySelector(".preview")?.toggleAttribute("data-held", document.activeElement.matches(".preview")));
}

/* Left by key, a menu does not lie over what has the focus now; a dialog gives the focus back to it. */
document.addEventListener("focusin", ({ target }) => {
  if (target.closest("dialog")) return;
  for (const menu of document.querySelectorAll(MENU)) menu.open = menu.contains(target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.target.closest?.(".why")?.blur();
  const menu = event.target.closest?.(MENU) ?? document.querySelector(MENU);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
