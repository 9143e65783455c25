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

let offset = measured();

function measured() {
  const said = document.querySelector("[data-server-now]")?.dataset.serverNow;
  const page = performance.getEntriesByType("navigation")[0];
  // A page that the phone itself had kept tells an old time.
  const isFresh = !("keptAt" in document.documentElement.dataset);
  if (isFresh && said && page?.responseStart) return remember(Date.parse(said) - (performance.timeOrigin + page.responseStart));
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

/** A moment in ISO text as the officer reads it, in their own zone and language. */
export const inWords = (moment) => new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date(moment));
