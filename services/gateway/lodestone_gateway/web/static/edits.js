/* Edits in place: kept in this browser while they are typed, sent from where they are, and back after a loss. */
import { fill, read, same } from "./fields.js";
import { refresh, show, trouble } from "./live.js";
import { all, drop, keep, left, remove } from "./texts.js";

const FORMS = "#live form.edit, #details form.form";
const TOLD = 4000; // ms for which a saved part says so
const SKIP = "hx-morph-skip"; // a form that has it stays as it is, whatever the server sends
const SAFE = "Your text is safe in this browser";

const nameOf = (form) => {
  const { section, place } = form.elements;
  return `edit${new URL(form.action).pathname}/${section?.value ?? place?.value ?? ""}`;
};

/* Places of the workspace that have an unsaved text say so, since only one of them is in view. */
const mark = () => {
  const kept = all().filter(({ isMine }) => isMine).map(({ form }) => form);
  for (const link of document.querySelectorAll("[data-edits]")) {
    const paths = link.dataset.edits.split(" ").map((path) => `edit${link.pathname.replace(/[^/]+$/, path)}/`);
    const isUnsaved = kept.some((form) => paths.some((path) => form.startsWith(path)));
    const sign = link.querySelector(".unsaved");
    if (isUnsaved && !sign) link.insertAdjacentHTML("beforeend", '<span class="unsaved xs">Not saved</span>');
    if (!isUnsaved) sign?.remove();
  }
};

/* Of all pages; what is in it is saved, or given up. */
const forget = (form) => {
  const name = nameOf(form);
  drop(name);
  left(name).then((copies) => { copies.forEach(remove); mark(); });
  form.querySelector("[data-back]")?.remove();
  form.removeAttribute("data-unkept");
};

const saved = async (form) => {
  forget(form);
  if (form.matches(".returned")) form.remove();
  form.removeAttribute(SKIP);
  const details = form.closest("details.edits");
  if (details) details.open = false;
  const name = nameOf(form);
  await refresh();
  const there = [...document.querySelectorAll(FORMS)].find((each) => nameOf(each) === name); // it may be another by now
  tellSaved(there?.closest("details.edits")?.querySelector("summary") ?? there?.querySelector("[type=submit]"));
};

let told; // where it was saved last
const tell = () => { if (told) told.dataset.told = "Saved"; }; // again after each redraw, which would wipe it off

/* Beside what was used, which keeps the focus and stays in view. */
const tellSaved = (button) => {
  document.getElementById("said").textContent = "Saved.";
  if (!button?.isConnected) return;
  if (!document.activeElement.matches("input, textarea, select")) button.focus({ preventScroll: true });
  (button.closest("[data-key]") ?? button).scrollIntoView({ block: "nearest" });
  const place = button.closest(".acts, .saves");
  told = place;
  tell();
  setTimeout(() => { if (told === place) told = undefined; delete place.dataset.told; }, TOLD);
};

/* The page that comes back has the form again, beside what is wrong with it, or beside the newer version. */
const refused = async (form, answer) => {
  const text = await answer.text();
  form.removeAttribute(SKIP);
  if (await show(text)) {
    const details = form.closest("details.edits");
    if (details) details.open = false;
    document.querySelector("form.returned textarea")?.focus();
    return;
  }
  form.setAttribute(SKIP, "");
  const said = new DOMParser().parseFromString(text, "text/html").querySelector(".lead")?.textContent;
  trouble(`Not saved: ${said ?? "the server refused it."} ${SAFE}.`);
};

const answered = async (form, answer) => {
  if (answer.ok) return saved(form);
  if (answer.status < 500 && answer.status !== 401 && answer.status !== 429) return refused(form, answer);
  form.setAttribute(SKIP, "");
  if (answer.status !== 401) return trouble(`Not saved: the server cannot store it now. ${SAFE}; save it again in a moment.`);
  document.dispatchEvent(new CustomEvent("session-ended"));
  return trouble("Your session ended. Sign in; your text is safe.");
};

const send = async (form) => {
  const body = new URLSearchParams(new FormData(form));
  try {
    await answered(form, await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } }));
  } catch {
    form.setAttribute(SKIP, "");
    trouble(`Not saved: the server does not answer. ${SAFE}; save it again when it is back.`);
  }
};

const fits = (form, fields) => {
  const here = read(form);
  return Object.keys({ ...here, ...fields }).every((name) => here[name]?.length === fields[name]?.length);
};

const bringBack = async (form) => {
  const copies = await left(nameOf(form));
  const here = read(form);
  copies.filter(({ fields }) => same(fields, here)).forEach(remove);
  const copy = copies.find(({ fields }) => fits(form, fields) && !same(fields, here));
  if (!copy) return;
  fill(form, copy.fields);
  form.elements.version.value = copy.version;
  form.setAttribute(SKIP, "");
  form.prepend(document.getElementById("back").content.firstElementChild.cloneNode(true));
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
};

document.addEventListener("input", (event) => {
  const form = event.target.closest(FORMS);
  if (!form) return;
  form.toggleAttribute("data-unkept", !keep(nameOf(form), { fields: read(form), version: form.elements.version.value }));
  mark();
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest(FORMS);
  if (!form) return;
  event.preventDefault();
  send(form);
});
document.addEventListener("reset", (event) => { if (event.target.matches(FORMS)) forget(event.target); });
document.addEventListener("click", (event) => {
  const returned = event.target.closest("a")?.closest("form.returned");
  if (returned) forget(returned);
});
if (document.body.dataset.user) {
  for (const form of document.querySelectorAll(FORMS)) bringBack(form);
  mark();
  document.addEventListener("htmx:after:swap", mark);
  document.addEventListener("htmx:after:swap", tell);
}
