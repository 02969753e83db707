/* Lists of short texts: Enter or the button adds, each entry can be removed, the focus stays in the list. */
const changed = (list) => list.dispatchEvent(new Event("input", { bubbles: true }));

const append = (list, text) => {
  const entry = list.querySelector("template").content.firstElementChild.cloneNode(true);
  entry.querySelector("span").textContent = text;
  entry.querySelector("input").value = text;
  entry.querySelector("button").setAttribute("aria-label", `Remove: ${text}`);
  list.querySelector("ul").append(entry);
};

export const texts = (list) => [...list.querySelectorAll("li input, .add input")].map((input) => input.value);

export const write = (list, entries) => {
  list.querySelector("ul").replaceChildren();
  list.querySelector(".add input").value = "";
  for (const text of entries) append(list, text);
};

const add = (list) => {
  const input = list.querySelector(".add input");
  const text = input.value.trim();
  input.focus();
  if (!text) return;
  append(list, text);
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
