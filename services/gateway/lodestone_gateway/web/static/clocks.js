/* Elapsed and remaining times, and times in the reader's time zone. Server time counts: device clocks err. */
export const offset = Date.now() - Date.parse(document.body.dataset.now ?? new Date().toISOString());

const clock = (milliseconds) => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

const today = new Date().toDateString();
const local = (moment) => {
  const time = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (moment.toDateString() === today) return time;
  return `${moment.toLocaleDateString([], { day: "numeric", month: "long" })}, ${time}`;
};

export const tick = () => {
  const now = Date.now() - offset;
  for (const element of document.querySelectorAll("[data-since]")) write(element, clock(now - Date.parse(element.dataset.since)));
  for (const element of document.querySelectorAll("[data-until]")) write(element, clock(Date.parse(element.dataset.until) - now));
  for (const element of document.querySelectorAll("[data-at]")) write(element, local(new Date(element.dataset.at)));
};

tick();
setInterval(tick, 1000);
