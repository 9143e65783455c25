// Clocking in and out with a position. A punch is kept in the phone before it is sent, so that no connection, a closed
// page or a lost answer can lose it; the server knows a repeated one by its identifier. Without this file a plain form
// does the same without a position.

const LONGEST_SEARCH_MS = 8000;
const ENOUGH_FIXES = 4;
const GOOD_ENOUGH_METRES = 25;
const STORE = "punches";
const LONGEST_WAIT_MS = 7 * 24 * 3600 * 1000;

// --- The server's time. Fixes and punches carry it, since a phone's clock may be wrong.
function measuredOffset() {
  const said = document.querySelector("[data-server-now]")?.dataset.serverNow;
  const page = performance.getEntriesByType("navigation")[0];
  if (said && page?.responseStart) return remember(Date.parse(said) - (performance.timeOrigin + page.responseStart));
  return Number(read("muster-server-offset") ?? 0) || 0;
}

function remember(milliseconds) {
  write("muster-server-offset", String(Math.round(milliseconds)));
  return milliseconds;
}

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A phone that keeps nothing looks like a new device each time; the punch still counts.
  }
}

function deviceId() {
  const known = read("muster-device");
  if (known) return known;
  const fresh = newId();
  write("muster-device", fresh);
  return fresh;
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Plain http other than localhost has no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

let offset = measuredOffset();
const serverTime = (milliseconds) => new Date(milliseconds + offset).toISOString();

// --- The queue. Without IndexedDB (some private windows) it lasts as long as the page.
const inMemory = new Map();
let opened = null;

function database() {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open("muster-clock", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "punch_id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

async function inStore(mode, act) {
  const base = await database();
  if (!base) return act(null);
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

async function keep(punch) {
  try {
    await inStore("readwrite", (store) => (store ? store.put(punch) : inMemory.set(punch.punch_id, punch)));
  } catch {
    inMemory.set(punch.punch_id, punch);
  }
}

async function forget(punchId) {
  inMemory.delete(punchId);
  await inStore("readwrite", (store) => store?.delete(punchId)).catch(() => {});
}

async function waiting() {
  const stored = (await inStore("readonly", (store) => store?.getAll()).catch(() => [])) ?? [];
  const known = new Set(stored.map((punch) => punch.punch_id));
  const all = [...stored, ...[...inMemory.values()].filter((punch) => !known.has(punch.punch_id))];
  return all.sort((one, other) => one.made_at - other.made_at);
}

// --- Sending. The answer is {state: "done" | "refused" | "later", …}: later means no answer that settles it.
function csrfToken() {
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (field) return field.value;
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

async function send(punch, { late }) {
  let answer;
  try {
    answer = await fetch(punch.url, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" },
      body: JSON.stringify({
        kind: punch.kind,
        punch_id: punch.punch_id,
        fixes: punch.fixes,
        client_at: punch.client_at,
        device_id: punch.device_id,
        reason_given: punch.reason_given,
        sent_late: late,
      }),
      signal: AbortSignal.timeout?.(20000),
    });
  } catch {
    return { state: "later", message: "No connection. The punch is kept on this phone and sent by itself." };
  }
  const body = await answer.json().catch(() => null);
  if (body?.server_at) offset = remember(Date.parse(body.server_at) - Date.now());
  if (answer.ok && body) return { state: "done", ...body };
  if ((answer.status === 422 || answer.status === 404) && body) return { state: "refused", ...body };
  if (answer.status === 401) return { state: "later", message: "Sign in again: the punch is kept on this phone and sent then." };
  return { state: "later", message: "No answer yet. The punch is kept on this phone and sent by itself." };
}

let flushing = false;

/** Sends what waits, the oldest first; stops at the first that cannot be sent, so that "out" never overtakes "in". */
async function flush() {
  if (flushing) return;
  flushing = true;
  try {
    for (const punch of await waiting()) {
      if (punch.in_hand && Date.now() - punch.made_at < 60000) continue;
      const result = await send(punch, { late: true });
      if (result.state === "later") break;
      // Another officer may be signed in on this phone: their colleague's punch waits for its own owner.
      if (result.code === "not_found" && Date.now() - punch.made_at < LONGEST_WAIT_MS) continue;
      await forget(punch.punch_id);
      if (result.state === "done") window.muster?.toast(`Sent: ${result.sentence}`, "success");
      else window.muster?.toast(`A kept punch was not taken: ${result.message}`, "error");
      if (document.querySelector(`[data-clock][data-assignment="${punch.assignment}"]`)) setTimeout(() => location.reload(), 1500);
    }
  } finally {
    flushing = false;
    showQueue();
  }
}

async function showQueue() {
  const note = document.querySelector("[data-clock-queue]");
  if (!note) return;
  const own = note.closest("[data-clock]").dataset.assignment;
  const kept = (await waiting()).filter((punch) => punch.assignment === own && !punch.in_hand);
  note.hidden = !kept.length;
  if (!kept.length) return;
  const when = new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(kept[0].made_at + offset);
  note.textContent = `Kept on this phone since ${when}: clock-${kept.map((punch) => punch.kind).join(" and clock-")}. It is sent when there is a connection.`;
}

addEventListener("online", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
flush();

// --- The position: watch for up to eight seconds, keep every fix, stop early when it is good.
function searchPosition(onProgress) {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve({ fixes: [], problem: "This browser knows no position." });
      return;
    }
    const fixes = [];
    let problem = "";
    let watch = null;
    const finish = () => {
      clearTimeout(timer);
      if (watch !== null) navigator.geolocation.clearWatch(watch);
      resolve({ fixes, problem: fixes.length ? "" : problem || "No position was found in eight seconds." });
    };
    const timer = setTimeout(finish, LONGEST_SEARCH_MS);
    watch = navigator.geolocation.watchPosition(
      (position) => {
        const { latitude, longitude, accuracy, altitude } = position.coords;
        fixes.push({
          latitude,
          longitude,
          accuracy_metres: accuracy,
          altitude_metres: altitude ?? null,
          fixed_at: serverTime(position.timestamp),
        });
        onProgress(Math.round(Math.min(...fixes.map((fix) => fix.accuracy_metres))));
        if (fixes.length >= ENOUGH_FIXES || accuracy <= GOOD_ENOUGH_METRES) finish();
      },
      (error) => {
        problem = error.code === error.PERMISSION_DENIED
          ? "This page may not see your position. Allow it in the browser's settings, or say why below."
          : "Your phone cannot find its position here.";
        if (error.code === error.PERMISSION_DENIED) finish();
      },
      { enableHighAccuracy: true, maximumAge: 0, timeout: LONGEST_SEARCH_MS },
    );
  });
}

// --- The page of one shift.
function startClock(section) {
  const form = section.querySelector("[data-clock-form]");
  if (!form) return;
  const button = section.querySelector("[data-clock-button]");
  const status = section.querySelector("[data-clock-status]");
  const reason = section.querySelector("[data-clock-reason]");
  const words = reason?.querySelector("textarea");
  const kind = section.dataset.kind;
  const begun = performance.now();
  let busy = false;
  let leavesEarly = false;
  // What a refusal brought up stays; else the question appears only when a position is missing.
  if (reason && !form.querySelector("[data-error-summary]")) reason.hidden = true;

  const say = (text, tone = "info") => {
    status.hidden = false;
    status.className = `alert tone-${tone}`;
    status.textContent = text;
  };
  const setBusy = (is) => {
    busy = is;
    button.classList.toggle("is-busy", is);
    button.toggleAttribute("aria-disabled", is);
  };
  const askWhy = (sentence) => {
    reason.hidden = false;
    say(`${sentence} Write why, then tap again: your coordinator looks at it.`, "warning");
    words.focus();
  };

  section.querySelector("[data-clock-confirm]")?.addEventListener("click", () => {
    leavesEarly = true;
    form.requestSubmit();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    // A punch cannot be taken back: a thumb that slips in the middle of a shift must not end it.
    const secondsLeft = Number(section.dataset.secondsLeft) - (performance.now() - begun) / 1000;
    if (kind === "out" && secondsLeft > 300 && !leavesEarly && window.muster) {
      window.muster.openDialog("clock-early");
      return;
    }
    setBusy(true);
    say("Looking for your position…");
    const { fixes, problem } = await searchPosition((metres) => say(`Looking for your position… ±${metres} m`));
    if (!fixes.length && kind === "in" && !words.value.trim()) {
      askWhy(problem);
      setBusy(false);
      return;
    }
    const now = Date.now();
    const punch = {
      punch_id: newId(),
      assignment: section.dataset.assignment,
      url: section.dataset.punchUrl,
      kind,
      fixes,
      client_at: serverTime(now),
      device_id: deviceId(),
      reason_given: words?.value.trim() ?? "",
      made_at: now,
      in_hand: true,
    };
    await keep(punch);
    say("Sending…");
    const result = await send(punch, { late: false });
    if (result.state === "done") {
      await forget(punch.punch_id);
      say(result.sentence, result.verdict === "VERIFIED" || result.verdict === "NEAR" ? "success" : "warning");
      location.assign(result.url);
      return;
    }
    if (result.state === "later") {
      await keep({ ...punch, in_hand: false });
      say(result.message, "warning");
      showQueue();
      button.hidden = true;
      return;
    }
    await forget(punch.punch_id);
    setBusy(false);
    if (result.code === "reason_needed" && reason) askWhy(result.message);
    else say(result.message, "error");
  });
}

document.querySelectorAll("[data-clock]").forEach(startClock);
