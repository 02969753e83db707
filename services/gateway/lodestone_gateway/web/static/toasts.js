/* A short message at the edge of the page, which leaves by itself unless somebody is at it. */
const STAYS = 8000; // ms

export const toast = (content, stays = STAYS) => {
  const box = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  box.querySelector("span").append(...content);
  box.querySelector("button").addEventListener("click", () => box.remove());
  document.getElementById("toasts").replaceChildren(box);
  const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, stays) : box.remove());
  setTimeout(leave, stays);
};

export const link = (href, text) => Object.assign(document.createElement("a"), { href, textContent: text });
