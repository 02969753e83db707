/* One stream of the reader's events; each event makes this page fetch itself again and morph its parts. */
import { offset, tick } from "./clocks.js";
import { label } from "./labels.js";
import { link, toast } from "./toasts.js";

const EVENTS = ["requested", "started", "progress", "call_finished", "retrying", "cancel_requested", "completed", "failed", "cancelled"];
const PARTS = ["live", "running", "last-run", "as-of"];
const SAY_EVERY = 3000; // ms between two sentences for screen readers
const REFRESH_EVERY = 250; // ms between two looks
const RECONNECT = 5000; // ms until a refused stream is tried again

const position = document.body.dataset.feed;
const said = document.getElementById("said");
const offline = document.getElementById("offline");
const ended = document.getElementById("ended");
let source;
let last = position;
let sentence = document.getElementById("live")?.dataset.say;
let news = [];
let lastSaid = 0;
let sayTimer = 0;
let round; // of looks, while there is one
let wanted = false;

/* News within the pause is announced together, in one sentence. */
const say = (text, names) => {
  news.push(...names);
  if (!text || (text === sentence && !names.length)) return;
  sentence = text;
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => {
    lastSaid = Date.now();
    said.textContent = news.length ? `${sentence} New: ${news.join("; ")}.` : sentence;
    news = [];
  }, Math.max(0, lastSaid + SAY_EVERY - Date.now()));
};

const keys = () => new Set([...document.querySelectorAll("[data-key]")].map((element) => element.dataset.key));

const morph = async (part) => {
  const target = document.getElementById(part.id);
  if (!target || target.isEqualNode(part)) return;
  await htmx.swap({ text: part.outerHTML, target, swap: "outerMorph", sourceElement: target });
};

/* Never interrupt someone who is writing: they sign in when they like, here or in another tab. */
const signedIn = (is) => {
  if (ended.hidden && !is) said.textContent = ended.dataset.say;
  if (!ended.hidden && is && position !== undefined) {
    connect();
    document.dispatchEvent(new CustomEvent("session-begun"));
  }
  if (!is) offline.hidden = true;
  ended.hidden = is;
};

/* If the page no longer has what had the focus, the focus goes to the heading of its part. */
const keepFocus = (held, part) => {
  if (held.isConnected) return;
  const head = document.getElementById(part?.getAttribute("aria-labelledby"));
  head?.setAttribute("tabindex", "-1");
  head?.focus({ preventScroll: true });
};

/* Takes over the parts of a page that the server sent; says whether the main one was among them. */
export const show = async (text) => {
  const held = document.activeElement;
  const section = held.closest("section");
  const page = new DOMParser().parseFromString(text, "text/html");
  const before = keys();
  for (const id of PARTS) {
    const part = page.getElementById(id);
    if (part) await morph(part);
  }
  keepFocus(held, section);
  const fresh = [...document.querySelectorAll("[data-key]")].filter((element) => !before.has(element.dataset.key));
  for (const element of fresh) element.classList.add("new");
  document.title = page.title;
  tick();
  const main = page.getElementById("live");
  say(main?.dataset.say, fresh.map((element) => element.dataset.name).filter(Boolean));
  return main !== null;
};

/* Whether the page is now as the server has it. */
const look = async () => {
  if (document.querySelector("form.returned")) return true; // somebody is choosing between two texts
  const answer = await fetch(document.body.dataset.refresh ?? location.href, { headers: { Accept: "text/html" } });
  signedIn(answer.status !== 401 && answer.status !== 403);
  if (!answer.ok) return false;
  await show(await answer.text());
  return true;
};

const looks = async () => {
  let isFresh = true;
  while (wanted) {
    wanted = false;
    isFresh = await look().catch(() => false);
    await new Promise((done) => setTimeout(done, REFRESH_EVERY));
  }
  round = undefined;
  return isFresh;
};

/* The same, of a look that begins after this call. */
export const refresh = () => {
  wanted = true;
  return (round ??= looks());
};

export const trouble = (text) => {
  const note = document.getElementById("trouble");
  note.querySelector("p").textContent = text;
  note.hidden = false;
  note.scrollIntoView({ block: "nearest" });
};

const tellReady = (event) => {
  if (document.querySelector(`[data-shows~="${event.jobId}"]`)) return;
  toast([`Ready: ${label(event.jobType)}. `, link(`/jobs/${event.jobId}`, "See it")]);
};

/* A form being edited stays as it is, with the version it was made from, until it is sent or left. */
document.addEventListener("input", (event) => event.target.closest("#live form.edit, #details form")?.setAttribute("hx-morph-skip", ""));
for (const name of ["reset", "submit"]) document.addEventListener(name, (event) => event.target.removeAttribute("hx-morph-skip"));
addEventListener("beforeunload", (event) => { if (document.querySelector("[data-unkept]")) event.preventDefault(); });

/* If the answer removes the button that was used, the focus goes to the heading of its part. */
let used;
document.addEventListener("submit", (event) => { used = event.target.closest("section[id]")?.id; });
document.addEventListener("htmx:after:swap", () => {
  if (!used || document.activeElement !== document.body) return;
  const head = document.querySelector(`section[id="${used}"] h2`);
  head?.setAttribute("tabindex", "-1");
  head?.focus({ preventScroll: true });
});

/* An answer without the requested part, above all an error, must not remove the part. */
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  if (!ctx.response || !tasks.some((task) => task.target && ctx.select && !ctx.text.includes(`id="${ctx.select.slice(1)}"`))) return;
  event.preventDefault();
  trouble("That didn’t work. Nothing was changed; try again.");
});
document.addEventListener("htmx:error", () => trouble("The server did not answer. Nothing was changed; try again."));

const happened = (message) => {
  last = message.lastEventId || last;
  const event = JSON.parse(message.data);
  if (event.event === "job.completed") tellReady(event);
  refresh();
};

/* Whose session has ended is told that, and not that they are offline as well. */
export const connected = (is) => {
  if (!is && !ended.hidden) return;
  const why = navigator.onLine ? "away" : "offline";
  for (const text of offline.querySelectorAll("[data-why]")) text.hidden = text.dataset.why !== why;
  if (offline.hidden && !is) said.textContent = (!navigator.onLine && offline.dataset.sayOffline) || offline.dataset.say;
  offline.hidden = is;
  if (is) offline.querySelector("[data-next-try]").textContent = "";
};

const connect = () => {
  source?.close();
  source = new EventSource(`/api/events?lastEventId=${last}`);
  source.onopen = () => connected(true);
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) { connected(navigator.onLine); return; }
    connected(false);
    refresh().then(() => { if (ended.hidden) setTimeout(connect, RECONNECT); });
  };
  for (const name of EVENTS) source.addEventListener(`job.${name}`, happened);
};

if (position !== undefined) {
  connect();
  addEventListener("offline", () => connected(false));
  addEventListener("online", () => { connect(); refresh(); });
  document.addEventListener("offline-until", ({ detail }) => {
    connected(false);
    const time = Object.assign(document.createElement("time"), { textContent: "0:00" });
    time.dataset.until = new Date(detail - offset).toISOString();
    offline.querySelector("[data-next-try]").replaceChildren("Next try in ", time, ".");
    tick();
  });
  document.addEventListener("online-again", () => connected(true));
  document.addEventListener("session-ended", () => signedIn(false));
  /* A browser has few connections to one host: a hidden tab closes its own, and looks when it is visible again. */
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source.close(); return; }
    connect();
    refresh();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) { connect(); refresh(); } });
  addEventListener("pagehide", () => source.close());
}
