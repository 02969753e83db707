/* Saves a form into its draft while the owner types. A copy stays in this browser until the server has confirmed it. */
import { fill, isBlank, nameOf, read, same, sameTexts } from "./fields.js";
import { trouble } from "./live.js";
import { choose } from "./offers.js";
import { drop, keep, left, remove } from "./texts.js";
import { NONE, readDraft, saveDraft } from "./unsaved.js";

const PAUSE = 700; // ms without a keystroke before it is saved
const RETRY = 8000; // ms until the next try
const TITLE = 80; // characters of the text that names a draft
const SAVED = "Saved";
const REFUSED = "Not saved, but kept on this device: ";
const ENDED = "Your session ended. Sign in; your text is safe.";
const AWAY = "Not saved yet: the server does not answer. Your text is safe in this browser.";
const FULL = "Not saved yet: the server cannot store it now. Your text is safe in this browser.";
const NO_ROOM = "Not saved yet, and this browser has no room for a copy. Keep this page open.";
const ASKED = "Not saved yet: choose which text to keep.";

const form = document.querySelector("form[data-draft]");

/* Cuts to a number of characters as a reader counts them; none is split. */
const cut = (text) => {
  const seen = globalThis.Intl?.Segmenter ? [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment) : [...text];
  return seen.length > TITLE ? `${seen.slice(0, TITLE - 1).join("").trimEnd()}…` : text;
};

const start = async () => {
  const id = form.dataset.draft;
  const name = `draft/${id}`;
  const saved = document.querySelector("[data-saved]");
  let touched = new Set(); // names of fields that were typed in since the server confirmed them
  let known = read(form); // what the server has, as far as this page knows, and its tag
  let tag = form.elements.tag.value;
  let asking; // takes the question back whose answer is awaited
  let room = true;
  let timer = 0;
  let again = false;
  let running;
  let isSent = false;

  const tell = (text) => {
    if (!saved || saved.textContent === text) return;
    saved.textContent = text;
    saved.classList.toggle("not", text.startsWith("Not") || text === ENDED);
  };

  const isFor = (place) => { [known, tag] = [place.fields, place.tag]; form.elements.tag.value = tag; };

  const mine = () => {
    const here = read(form);
    return { ...known, ...Object.fromEntries([...touched].map((field) => [field, here[field] ?? []])) };
  };

  const draft = (fields) => {
    const title = (fields.businessDescription?.[0] || fields.title?.[0] || "").trim().replace(/\s+/g, " ");
    const step = Number(form.dataset.step ?? 1);
    return { part: form.dataset.keep ?? "form", fields, title: form.dataset.title ?? cut(title), step, tag };
  };

  const keepHere = (fields) => { room = keep(name, { ...draft(fields), id, known, touched: [...touched] }); };

  const later = (text) => {
    clearTimeout(timer);
    timer = setTimeout(save, RETRY);
    tell(room ? text : NO_ROOM);
    return false;
  };

  const confirmed = (fields, answer) => {
    isFor({ fields, tag: answer.headers.get("ETag") ?? NONE });
    const here = read(form);
    for (const field of touched) if (sameTexts(here[field], fields[field])) touched.delete(field);
    if (!touched.size) drop(name);
    document.dispatchEvent(new CustomEvent("online-again"));
    tell(SAVED);
    return true;
  };

  const useTheirs = (theirs) => {
    touched.clear();
    isFor(theirs);
    fill(form, known);
    drop(name);
    tell(SAVED);
  };

  const useMine = (theirs) => { isFor(theirs); save(); };

  const ask = (theirs, fields) => {
    asking?.();
    const answered = (use) => () => { asking = undefined; use(theirs); };
    asking = choose(form, fields.flatMap((field) => theirs.fields[field] ?? []), answered(useTheirs), answered(useMine));
    tell(ASKED);
    return false;
  };

  /* The server has a text that this page does not know: fields that only one of both changed are put together. */
  const merge = async () => {
    const theirs = await readDraft(id, form.dataset.keep ?? "form");
    const here = mine();
    const clash = [...touched].filter((field) => !sameTexts(theirs.fields[field], known[field]) && !sameTexts(theirs.fields[field], here[field]));
    if (clash.length) return ask(theirs, clash);
    isFor(theirs);
    const isNew = !same(mine(), here);
    fill(form, mine());
    if (await once() !== true) return false;
    if (isNew) tell("Saved, with newer text from another tab");
    return !isNew;
  };

  const answered = async (answer, fields) => {
    if (answer.ok) return confirmed(fields, answer);
    if (answer.status === 401) {
      document.dispatchEvent(new CustomEvent("session-ended"));
      tell(ENDED);
      return false;
    }
    if (answer.status >= 500 || answer.status === 429) return later(FULL);
    const problem = await answer.json().catch(() => ({}));
    if ("etag" in problem) return merge();
    tell(REFUSED + (problem.errors?.[0]?.message ?? problem.detail ?? "the server refused it."));
    return problem.cap ? undefined : false;
  };

  /* True when the server has it, false when it has not, undefined when it has no room for one more draft. */
  const once = async () => {
    const fields = mine();
    if (tag === NONE && isBlank(fields)) { drop(name); tell(""); return true; }
    keepHere(fields);
    if (asking) { tell(ASKED); return false; }
    try {
      return await answered(await saveDraft(id, draft(fields)), fields);
    } catch {
      document.dispatchEvent(new CustomEvent("offline-until", { detail: Date.now() + RETRY }));
      return later(navigator.onLine ? AWAY : "Kept on this device");
    }
  };

  const round = async () => {
    let isDone;
    while (again) {
      again = false;
      isDone = await once();
    }
    running = undefined;
    return isDone;
  };

  function save() {
    again = true;
    clearTimeout(timer);
    return running ??= round();
  }

  form.addEventListener("input", (event) => {
    touched.add(nameOf(event.target));
    keepHere(mine());
    tell("Saving…");
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });

  /* Saved first, then sent: whatever becomes of the answer, the text is a draft. */
  form.addEventListener("submit", async (event) => {
    if (isSent || !touched.size) return;
    event.preventDefault();
    const { submitter } = event;
    if (submitter?.ariaBusy === "true") return;
    if (submitter) submitter.ariaBusy = "true";
    const isDone = await save();
    if (submitter) submitter.ariaBusy = null;
    if (isDone === false) { trouble(`Nothing was sent. ${saved?.textContent ?? ""}`); return; }
    await new Promise((resume) => { setTimeout(resume); }); // a browser ignores it while this event is under way
    isSent = true;
    form.requestSubmit(submitter);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) isSent = false; });
  document.addEventListener("signing-out", () => {
    isSent = true;
    clearTimeout(timer);
  });
  addEventListener("online", () => { if (touched.size) save(); });
  document.addEventListener("session-begun", () => { if (touched.size) save(); });
  addEventListener("pagehide", () => {
    if (isSent || asking || !touched.size) return;
    const fields = mine();
    if (tag === NONE && isBlank(fields)) return;
    keepHere(fields);
    saveDraft(id, draft(fields), { keepalive: true }).catch(() => {});
  });

  const copies = await left(name);
  copies.filter((copy) => same(copy.fields, known)).forEach(remove);
  const copy = copies.find((each) => !same(each.fields, known));
  if (!copy || touched.size) return;
  touched = new Set(copy.touched);
  [known, tag] = [copy.known, copy.tag];
  fill(form, copy.fields);
  keepHere(mine());
  if (room) remove(copy);
  save();
};

if (form) start();
