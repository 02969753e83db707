/* Two texts for one form: shows the other one, and asks which to keep. */
const SHOWN = 300; // characters of a text

const quoted = (text) => Object.assign(document.createElement("q"), {
  textContent: text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text,
});

/* Returns what takes the question back. */
export const choose = (form, texts, useOther, useThis) => {
  const note = document.getElementById("offer").content.firstElementChild.cloneNode(true);
  const answer = (then) => () => { note.remove(); then(); };
  note.querySelector("[data-texts]").append(...texts.filter((text) => text.trim()).map(quoted));
  note.querySelector("[data-other]").addEventListener("click", answer(useOther));
  note.querySelector("[data-this]").addEventListener("click", answer(useThis));
  form.before(note);
  note.scrollIntoView({ block: "nearest" });
  return () => note.remove();
};
