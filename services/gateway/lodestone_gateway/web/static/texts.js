/* Texts that the server has not confirmed: each stays in this browser for its user, its form and the page that has it. */
const PREFIX = "text";
const PAGE = [...crypto.getRandomValues(new Uint32Array(2))].map((number) => number.toString(36)).join("");

export const user = document.body.dataset.user;

const own = (form) => [PREFIX, user, form, PAGE].join(":");

const parsed = (key) => {
  try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; }
};

/* Whether there was room for it. */
export const keep = (form, copy) => {
  try {
    localStorage.setItem(own(form), JSON.stringify({ ...copy, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
};

export const drop = (form) => localStorage.removeItem(own(form));

export const remove = ({ key }) => localStorage.removeItem(key);

/* Of every user of this browser, the newest first. */
export const all = () => Object.keys(localStorage)
  .filter((key) => key.startsWith(`${PREFIX}:`))
  .map((key) => {
    const [, of, form, page] = key.split(":");
    return { ...parsed(key), key, form, page, isMine: of === user };
  })
  .filter((copy) => copy.fields)
  .sort((one, other) => other.at - one.at);

/* What pages that are closed left, of one form or of all: a page that is open saves its own. */
export const left = async (form) => {
  const { held = [] } = await navigator.locks?.query() ?? {};
  const open = new Set(held.map(({ name }) => name));
  return all().filter((copy) => copy.isMine && copy.page !== PAGE && !open.has(copy.page) && (!form || copy.form === form));
};

/* A page that is open holds a lock of its name. */
let close;
const open = () => navigator.locks?.request(PAGE, () => new Promise((done) => { close = done; }));
open();
addEventListener("pagehide", () => close?.());
addEventListener("pageshow", (event) => { if (event.persisted) open(); });
