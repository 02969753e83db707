/* Drafts at the server, and the copies of forms that are on no page: they are saved as soon as a page is open. */
import { isBlank, same } from "./fields.js";
import { link, toast } from "./toasts.js";
import { all, left, remove, user } from "./texts.js";

export const NONE = "none"; // the tag of a draft that is not there
const ESSAY = "essay"; // the part of a draft that has one
const PATIENCE = 15000; // ms until a server that is silent counts as away

const address = (id) => `/api/wizard-drafts/${id}`;

const deleted = (answer) => answer.status === 404 ? new Response(null, { status: 204 }) : answer; // it is gone already

/* An essay that was emptied is no draft. */
export const saveDraft = (id, { part, fields, title, step, tag }, how = {}) => {
  const known = tag === NONE ? { "If-None-Match": "*" } : { "If-Match": tag };
  const headers = { "Content-Type": "application/json", "Lodestone-Owner": user, ...known };
  const signal = AbortSignal.timeout(PATIENCE);
  if (part === ESSAY && isBlank(fields)) return fetch(address(id), { method: "DELETE", headers, signal, ...how }).then(deleted);
  const body = JSON.stringify({ wizardState: { [part]: fields }, title, currentStep: step });
  return fetch(address(id), { method: "PUT", headers, body, signal, ...how });
};

/* The fields and tag of a draft; of none if it is not there. Throws if the server does not tell. */
export const readDraft = async (id, part) => {
  const answer = await fetch(address(id), { signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 404) return { fields: {}, tag: NONE };
  if (!answer.ok) throw new Error(answer.status);
  return { fields: (await answer.json()).wizardState[part] ?? {}, tag: answer.headers.get("ETag") };
};

const isThere = async (copy) => {
  const answer = await saveDraft(copy.id, copy);
  return answer.ok || (answer.status === 409 && same((await readDraft(copy.id, copy.part)).fields, copy.fields));
};

/* Saves what can be saved without asking; returns what is a draft now. A form on this page saves itself, unless it is left. */
export const saveRest = async ({ isLeaving = false } = {}) => {
  const here = isLeaving ? undefined : document.querySelector("form[data-draft]")?.dataset.draft;
  const drafts = [];
  for (const copy of isLeaving ? all() : await left()) {
    if (!copy.isMine || !copy.id || copy.id === here || !await isThere(copy).catch(() => false)) continue;
    remove(copy);
    drafts.push(copy);
  }
  return drafts;
};

let isTouched = false;

const bringBack = async () => {
  const draft = (await saveRest()).find(({ part }) => part === "form");
  if (!draft) return;
  const place = `/create?draft=${draft.id}`;
  const isNew = document.querySelector("form[data-draft]:not([data-keep])")?.elements.tag.value === NONE;
  if (isNew && !isTouched) location.replace(place);
  else toast(["What you typed before is a draft now. ", link(place, "Open it")]);
};

if (user) {
  document.addEventListener("input", () => { isTouched = true; }, { once: true });
  document.addEventListener("session-begun", () => saveRest());
  bringBack();
}
