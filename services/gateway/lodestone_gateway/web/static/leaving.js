/* Signing out removes what this browser keeps: it is saved first, and what cannot be saved is named. */
import { all } from "./texts.js";
import { saveRest } from "./unsaved.js";

const NAMED = 3; // texts
const SHOWN = 80; // characters of each

const dialog = document.getElementById("leaving");
let isAgreed = false;

const isSignOut = ({ target, submitter }) => new URL(submitter?.formAction || target.action).pathname === "/sign-out";

const entry = ({ isMine, fields }) => {
  const text = isMine ? Object.values(fields).flat().find((value) => value.trim()) : "";
  const shown = text ? `“${text.trim().slice(0, SHOWN)}”` : "A text of another user of this browser";
  return Object.assign(document.createElement("li"), { textContent: shown });
};

const leave = (form, submitter) => {
  isAgreed = true;
  document.dispatchEvent(new CustomEvent("signing-out"));
  form.requestSubmit(submitter);
};

const ask = (form, submitter, texts) => {
  dialog.querySelector("ul").replaceChildren(...texts.slice(0, NAMED).map(entry));
  dialog.addEventListener("close", () => { if (dialog.returnValue === "leave") leave(form, submitter); }, { once: true });
  dialog.returnValue = "";
  dialog.showModal();
};

document.addEventListener("submit", async (event) => {
  if (!dialog || isAgreed || !isSignOut(event) || !all().length) return;
  event.preventDefault();
  const { target, submitter } = event;
  await saveRest({ isLeaving: true });
  const texts = all();
  if (texts.length) ask(target, submitter, texts);
  else leave(target, submitter);
});
