/* The operators' pages: they fetch themselves again while somebody looks, and are used by keyboard. */
import { connected, refresh } from "./live.js";

const every = Number(document.body.dataset.every); // ms
const button = document.querySelector("[data-live]");
const isPaused = () => button.getAttribute("aria-pressed") === "true";

const look = async () => {
  if (!document.hidden && !isPaused()) connected(await refresh());
  setTimeout(look, every);
};

if (every && button) {
  setTimeout(look, every);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !isPaused()) refresh(); });
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(!isPaused()));
    if (!isPaused()) refresh();
  });
}

/* "/" goes to the search, j and k (or the arrows, within the rows) go from row to row, Enter opens one. */
const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (!every || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
    return;
  }
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  const step = STEPS[event.key];
  if (!step || !rows.length || (event.key.startsWith("Arrow") && at < 0)) return;
  event.preventDefault();
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
});
