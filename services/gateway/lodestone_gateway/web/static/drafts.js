/* Saves a form into its draft while somebody types. Without a connection it is kept on this device and sent later. */
const PAUSE = 700; // ms without a key before it is saved
const RETRY = 8000; // ms until the next try without a connection
const NOT_KEPT = new Set(["draft", "key"]);

const form = document.querySelector("form[data-draft]");

const start = () => {
  const id = form.dataset.draft;
  const here = `draft:${id}`;
  const saved = document.querySelector("[data-saved]");
  let timer = 0;
  let sending = false;
  let again = false;
  let touched = false;
  let submitted = false;

  const state = () => {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (NOT_KEPT.has(name)) continue;
      (fields[name] ??= []).push(value);
    }
    const title = (fields.businessDescription?.[0] ?? "").trim().replace(/\s+/g, " ").slice(0, 80);
    const key = form.dataset.keep ?? "form";
    return { wizardState: { [key]: fields }, title: form.dataset.title ?? (title || (fields.title?.[0] ?? "").slice(0, 80)), currentStep: Number(form.dataset.step ?? 1) };
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

  const save = async () => {
    if (sending) { again = true; return; }
    sending = true;
    again = false;
    const body = JSON.stringify(state());
    try {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(`/api/wizard-drafts/${id}`, { method: "PUT", headers, body });
      if (answer.status >= 500) throw new Error(answer.status);
      localStorage.removeItem(here);
      tell(answer.ok ? "Saved" : "Not saved: this is too long");
      document.dispatchEvent(new CustomEvent("online-again"));
    } catch {
      keepHere(body);
      tell("Kept on this device");
      later();
    } finally {
      sending = false;
      if (again) save();
    }
  };

  form.addEventListener("input", () => {
    touched = true;
    tell("Saving…");
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  /* What is submitted is saved by the answer; an older copy must not come after it. */
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      tell("Nothing was sent: you are offline");
      save();
      return;
    }
    submitted = true;
    clearTimeout(timer);
    localStorage.removeItem(here);
  });
  addEventListener("online", save);
  addEventListener("pagehide", () => {
    if (submitted || saved?.textContent !== "Saving…") return;
    keepHere(JSON.stringify(state()));
    const headers = { "Content-Type": "application/json" };
    fetch(`/api/wizard-drafts/${id}`, { method: "PUT", headers, body: JSON.stringify(state()), keepalive: true })
      .then((answer) => answer.ok && localStorage.removeItem(here)).catch(() => {});
  });

  const left = localStorage.getItem(here);
  const same = (copy) => JSON.stringify(JSON.parse(copy).wizardState) === JSON.stringify(state().wizardState);
  if (left && same(left)) localStorage.removeItem(here);
  else if (left) {
    const headers = { "Content-Type": "application/json" };
    fetch(`/api/wizard-drafts/${id}`, { method: "PUT", headers, body: left }).then((answer) => {
      if (!answer.ok) return;
      localStorage.removeItem(here);
      if (!touched) location.reload();
    }).catch(later);
  }
};

if (form) start();
