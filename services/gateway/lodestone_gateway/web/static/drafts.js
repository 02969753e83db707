/* Saves a form into its draft while the owner types. A copy stays on this device until the server has it. */
const PAUSE = 700; // ms without a keystroke before it is saved
const RETRY = 8000; // ms until the next try without a connection
const TITLE = 80; // characters of the text that names a draft
const NOT_KEPT = new Set(["draft", "key"]);
const COPY = "draft:"; // prefix of a draft's id: the key of its copy
const SUBMITTED = "submitted"; // in this tab's own storage: the copy of the form that was submitted last
const HEADERS = { "Content-Type": "application/json" };

const form = document.querySelector("form[data-draft]");

/* Cuts to a number of characters as a reader counts them; none is split. */
const cut = (text) => {
  const seen = globalThis.Intl?.Segmenter ? [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment) : [...text];
  return seen.length > TITLE ? `${seen.slice(0, TITLE - 1).join("").trimEnd()}…` : text;
};

const start = () => {
  const id = form.dataset.draft;
  const here = COPY + id;
  const saved = document.querySelector("[data-saved]");
  let timer = 0;
  let sending = false;
  let again = false;
  let touched = false;
  let unsaved = false;
  let submitted = false;

  const state = () => {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (NOT_KEPT.has(name)) continue;
      (fields[name] ??= []).push(value);
    }
    const title = (fields.businessDescription?.[0] || fields.title?.[0] || "").trim().replace(/\s+/g, " ");
    const key = form.dataset.keep ?? "form";
    return { wizardState: { [key]: fields }, title: form.dataset.title ?? cut(title), currentStep: Number(form.dataset.step ?? 1) };
  };

  const tell = (text) => { if (saved) saved.textContent = text; };

  const keepHere = (body) => {
    try { localStorage.setItem(here, body); } catch { /* full or forbidden: the page itself still has it */ }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, RETRY);
    document.dispatchEvent(new CustomEvent("offline-until", { detail: Date.now() + RETRY }));
  };

  const put = async (body, how = {}) => {
    const answer = await fetch(`/api/wizard-drafts/${id}`, { method: "PUT", headers: HEADERS, body, ...how });
    if (answer.ok && localStorage.getItem(here) === body) localStorage.removeItem(here);
    return answer;
  };

  /* A refused save stays on this device, and the reason says what to do. */
  const refused = async (answer) => {
    const problem = await answer.json().catch(() => ({}));
    const reason = problem.errors?.[0]?.message ?? problem.detail ?? "the server refused it.";
    tell(`Not saved, but kept on this device: ${reason}`);
  };

  const save = async () => {
    if (sending) { again = true; return; }
    sending = true;
    again = false;
    const body = JSON.stringify(state());
    keepHere(body);
    try {
      const answer = await put(body);
      if (answer.status >= 500) throw new Error(answer.status);
      document.dispatchEvent(new CustomEvent("online-again"));
      unsaved = !answer.ok;
      if (answer.ok) tell("Saved"); else await refused(answer);
    } catch {
      tell("Kept on this device");
      later();
    } finally {
      sending = false;
      if (again) save();
    }
  };

  form.addEventListener("input", () => {
    touched = true;
    unsaved = true;
    tell("Saving…");
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  /* The answer to a submit saves the form: only then is the copy removed. */
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      tell("Nothing was sent: you are offline");
      save();
      return;
    }
    submitted = true;
    clearTimeout(timer);
    keepHere(JSON.stringify(state()));
    sessionStorage.setItem(SUBMITTED, JSON.stringify({ copy: here, path: location.pathname }));
  });
  addEventListener("pageshow", (event) => { if (event.persisted) submitted = false; });
  addEventListener("online", save);
  addEventListener("pagehide", () => {
    if (submitted || !unsaved) return;
    const body = JSON.stringify(state());
    keepHere(body);
    put(body, { keepalive: true }).catch(() => {});
  });

  const inOrder = ({ wizardState }) => JSON.stringify(Object.entries(wizardState).map(([key, fields]) => [key, Object.entries(fields).sort()]));
  const left = localStorage.getItem(here);
  if (left && inOrder(JSON.parse(left)) === inOrder(state())) localStorage.removeItem(here);
  else if (left) {
    put(left).then((answer) => {
      if (answer.ok && !touched) location.reload();
      else if (!answer.ok) refused(answer);
    }).catch(later);
  }
};

/* Another page of ours in this tab is the answer to what was submitted before, unless it says that it kept nothing;
   so is one at the same place that says that it kept it. Any other at the same place means that there was no answer:
   what was submitted is a draft, then. */
const settle = async () => {
  const { copy, path } = JSON.parse(sessionStorage.getItem(SUBMITTED) ?? "{}");
  if (!copy || copy === COPY + form?.dataset.draft) return;
  sessionStorage.removeItem(SUBMITTED);
  const body = localStorage.getItem(copy);
  if (path !== location.pathname || document.querySelector("[data-kept]")) {
    if (!document.querySelector("[data-unsaved]")) localStorage.removeItem(copy);
  } else if (body) {
    const id = copy.slice(COPY.length);
    const answer = await fetch(`/api/wizard-drafts/${id}`, { method: "PUT", headers: HEADERS, body });
    if (!answer.ok) return;
    localStorage.removeItem(copy);
    location.assign(`${path}?draft=${id}`);
  }
};

if (document.body.dataset.feed !== undefined) settle().catch(() => {});
if (form) start();
