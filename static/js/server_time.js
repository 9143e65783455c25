// The server's time on a phone whose clock may be wrong. The last measured difference outlives a closed page.

const OFFSET = "muster-server-offset";

export function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A phone that keeps nothing measures again on every page, and looks like a new device.
  }
}

const said = document.querySelector("[data-server-now]")?.dataset.serverNow;

/** Whether the phone itself had kept this page, which then tells an old time. */
export const isKeptPage = "kept" in document.documentElement.dataset;

/** When the server made this page, as ISO text. */
export const pageMadeAt = said;

let offset = measured();

function measured() {
  const page = performance.getEntriesByType("navigation")[0];
  if (!isKeptPage && said && page?.responseStart) return remember(Date.parse(said) - (performance.timeOrigin + page.responseStart));
  return Number(read(OFFSET) ?? 0) || 0;
}

function remember(milliseconds) {
  write(OFFSET, String(Math.round(milliseconds)));
  return milliseconds;
}

/** An answer of the server said what time it is; `moment` is ISO text. */
export function learn(moment) {
  offset = remember(Date.parse(moment) - Date.now());
}

/** The phone's time, in milliseconds, as the server's in ISO text. */
export const serverTime = (milliseconds) => new Date(milliseconds + offset).toISOString();

/** How old this page was in seconds when it was opened: its countdowns have to begin there. */
export const pageAgeSeconds = isKeptPage && said ? Math.max(0, (Date.now() + offset - Date.parse(said)) / 1000) : 0;

/** A moment as the officer reads it, in their own zone and language; with the day if it is not today's. */
export function inWords(moment) {
  const isToday = new Date(moment).toDateString() === new Date().toDateString();
  const form = isToday ? { timeStyle: "short" } : { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat(document.documentElement.lang, form).format(new Date(moment));
}
