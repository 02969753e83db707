/* While the tab is hidden its stream is closed. What runs is looked at now and then, and what ended is told in the
   title and, where the reader allows it, by the browser. */
import { label } from "./labels.js";

const LOOK_EVERY = 5000; // ms
const RUNNING = ["pending", "processing"];
const ENDS = { completed: "Ready", failed: "Not finished" };

const root = document.documentElement;
let running = new Set();
let told = 0;
let title = document.title;
let timer = 0;

const jobs = async () => {
  const answer = await fetch("/api/jobs?limit=50").catch(() => undefined);
  return answer?.ok ? (await answer.json()).items : [];
};

const tell = (job) => {
  const text = `${ENDS[job.status]}: ${label(job.jobType)}`;
  told += 1;
  document.title = `(${told}) ${text} · Lodestone`;
  if (root.dataset.notices !== "granted") return;
  const notice = new Notification(text, { body: job.error ?? "", tag: job.id });
  notice.addEventListener("click", () => { window.focus(); location.assign(`/jobs/${job.id}`); });
};

const look = async () => {
  for (const job of await jobs()) {
    if (!running.has(job.id) || RUNNING.includes(job.status)) continue;
    running.delete(job.id);
    if (document.hidden && ENDS[job.status]) tell(job);
  }
  if (!running.size) clearInterval(timer);
};

const hide = async () => {
  title = document.title;
  running = new Set((await jobs()).filter((job) => RUNNING.includes(job.status)).map((job) => job.id));
  clearInterval(timer);
  if (running.size && document.hidden) timer = setInterval(look, LOOK_EVERY);
};

const show = () => {
  clearInterval(timer);
  if (told) document.title = title;
  told = 0;
};

const permission = () => { root.dataset.notices = globalThis.Notification?.permission ?? "denied"; };

if (document.body.dataset.feed !== undefined) {
  permission();
  document.addEventListener("visibilitychange", () => (document.hidden ? hide() : show()));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-ask-notices]")) Notification.requestPermission().then(permission);
  });
}
