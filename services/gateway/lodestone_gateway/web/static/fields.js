/* The texts of a form, by the name of its fields: read, compared, filled in again. */
import { texts, write } from "./lists.js";

const NOT_TEXTS = new Set(["draft", "key", "tag", "owner", "version", "section", "place", "for"]);

export const read = (form) => {
  const fields = {};
  for (const [name, value] of new FormData(form)) if (!NOT_TEXTS.has(name)) (fields[name] ??= []).push(value);
  return fields;
};

/* As the server keeps them: without space around them, and without an empty end. */
const plain = (values = []) => {
  const all = values.map((value) => value.replaceAll("\r\n", "\n").trim());
  while (all.length && !all.at(-1)) all.pop();
  return all;
};

export const sameTexts = (one, other) => JSON.stringify(plain(one)) === JSON.stringify(plain(other));

export const same = (one, other) => Object.keys({ ...one, ...other }).every((name) => sameTexts(one[name], other[name]));

export const isBlank = (fields) => Object.values(fields).every((values) => !plain(values).length);

export const nameOf = (target) => target.name || target.closest("[data-list]")?.querySelector(".add input").name;

const reveal = (element) => element.closest("details")?.setAttribute("open", "");

/* Touches only what is different, so that the cursor stays where it is; opens what a text came into. */
export const fill = (form, fields) => {
  const counts = {};
  for (const list of form.querySelectorAll("[data-list]")) {
    const wanted = plain(fields[nameOf(list)]);
    if (sameTexts(texts(list), wanted)) continue;
    write(list, wanted);
    if (wanted.length) reveal(list);
  }
  for (const control of form.elements) {
    const { name, type } = control;
    if (!name || NOT_TEXTS.has(name) || control.matches("button, [data-list] *")) continue;
    counts[name] = (counts[name] ?? -1) + 1;
    const values = fields[name] ?? [];
    const value = values[counts[name]] ?? "";
    if (type === "radio") control.checked = values.includes(control.value);
    else if (control.value !== value) {
      control.value = value;
      if (value) reveal(control);
    }
  }
};
