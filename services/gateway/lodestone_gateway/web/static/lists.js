/* Lists of short texts: Enter or the button adds, each entry can be removed, the focus stays in the list. */
const changed = (list) => list.dispatchEvent(new Event("input", { bubbles: true }));

const add = (list) => {
  const input = list.querySelector(".add input");
  const text = input.value.trim();
  input.focus();
  if (!text) return;
  const entry = list.querySelector("template").content.firstElementChild.cloneNode(true);
  entry.querySelector("span").textContent = text;
  entry.querySelector("input").value = text;
  entry.querySelector("button").setAttribute("aria-label", `Remove: ${text}`);
  list.querySelector("ul").append(entry);
  input.value = "";
  changed(list);
};

const remove = (entry) => {
  const list = entry.closest("[data-list]");
  const next = entry.nextElementSibling ?? entry.previousElementSibling;
  entry.remove();
  (next?.querySelector("button") ?? list.querySelector(".add input")).focus();
  changed(list);
};

document.addEventListener("keydown", (event) => {
  const list = event.target.matches?.(".add input") && event.target.closest("[data-list]");
  if (!list || event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  add(list);
});

document.addEventListener("click", (event) => {
  const adder = event.target.closest("[data-add]");
  if (adder) add(adder.closest("[data-list]"));
  const remover = event.target.closest("[data-remove]");
  if (remover) remove(remover.closest("li"));
});
