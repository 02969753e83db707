/* A short message at the edge of the page, which leaves by itself unless somebody is at it. */
const STAYS = 8000; // ms
const UNDO_STAYS = 10000; // ms

const present = (box, stays) => {
  box.querySelector("button[type=button]").addEventListener("click", () => box.remove());
  document.getElementById("toasts").replaceChildren(box);
  const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, stays) : box.remove());
  setTimeout(leave, stays);
};

export const toast = (content) => {
  const box = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  box.querySelector("span").append(...content);
  present(box, STAYS);
};

export const link = (href, text) => Object.assign(document.createElement("a"), { href, textContent: text });

/* What the page came with: whoever opens it again has no use for it. */
const undo = document.querySelector("[data-undo]");
if (undo) {
  present(undo, UNDO_STAYS);
  history.replaceState(null, "", location.pathname);
}
