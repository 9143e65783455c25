// What an officer sends from the field: kept in the phone before it is sent, so that no connection, a closed page or a
// lost answer can lose it, and repeated until the server has answered. Loaded on every page of an officer.
// Exports enqueue, waiting, refusals, putAway, flush and fill.
//
//   const result = await enqueue({
//     url: "/officer/…/",       // a JSON endpoint, idempotent by `punch_id`
//     assignment: "…",          // what belongs together is sent in the order in which it was made
//     body: { kind: "in" },     // the queue adds punch_id, client_at, device_id and sent_late
//     label: "clock-in",        // what the officer reads while it waits; from the page, so that it is translated
//   });
//
// `result.state` is
//   "done"     with everything that the server answered (200: {sentence, url, server_at, …});
//   "refused"  for good, with {code, message} of a 422 or 404; it is not sent again: ask the officer and enqueue anew;
//   "later"    with a `message` to show: there was no answer that settles it; it is kept and sent by itself.
//
// What waited tells its end by a message, and by events on `document`:
//   "field-queue:settled"  {detail: {item, result}};   "field-queue:changed"  when something is kept or gone.
// `waiting({assignment})` lists what is kept: [{punch_id, assignment, label, client_at, …}], the oldest first.
// Positions come from `searchPosition` in position.js, which gives fixes in the server's time.
//
// Items belong to the person who made them: nobody else on the same phone sends or sees them, and the server refuses
// them by the X-Muster-Person header if the session has changed under an open page.

import { post, postAll } from "./field_sending.js";
import { allKept, forget, keep, settleKept } from "./field_store.js";
import { learn, read, serverTime, write } from "./server_time.js";

const WAITED_MS = 10_000;
const FIRST_RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 120_000;

const words = document.querySelector("[data-field-queue]")?.dataset ?? {};
const person = words.person ?? "";

/** Puts values into a sentence of the page: fill("since {when}", {when: "14:05"}). */
export function fill(sentence, values) {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
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

function deviceId() {
  const known = read("muster-device");
  if (known) return known;
  const fresh = newId();
  write("muster-device", fresh);
  return fresh;
}

const changed = () => document.dispatchEvent(new CustomEvent("field-queue:changed"));

// One at a time, also among several open pages of the same phone; plain http has no locks between pages.
let line = Promise.resolve();

function alone(act) {
  if (navigator.locks) return navigator.locks.request("muster-field-queue", act);
  line = line.then(act, act);
  return line;
}

const kept = async () => (await allKept()).filter((item) => item.person === person);

/** What this person still has to send, the oldest first; of one assignment, or of all. */
export async function waiting({ assignment = null } = {}) {
  return (await kept()).filter((item) => !item.refused && (assignment === null || item.assignment === assignment));
}

/** What waited and was refused for good, until the officer has put it away: items with `refused: {code, message}`. */
export async function refusals() {
  return (await kept()).filter((item) => item.refused);
}

export async function putAway(item) {
  await forget(item);
  changed();
}

function csrfToken() {
  // The cookie is fresh also on a page that was kept from before a new sign-in.
  const cookie = /(?:^|;\s*)(?:__Host-)?csrf=([^;]+)/.exec(document.cookie);
  if (cookie) return cookie[1];
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

const WHY = { "no-connection": words.noConnection, "no-answer": words.noAnswer, "sign-in": words.signInAgain };

async function send(item, { late }) {
  const result = await post(item, { late, csrfToken: csrfToken() });
  if (result.server_at) learn(result.server_at);
  return result.state === "later" ? { ...result, message: WHY[result.why] } : result;
}

const sendKept = (items) => postAll(items, { csrfToken: csrfToken(), settle: settleAndTell });

async function settleAndTell(item, result) {
  if (result.server_at) learn(result.server_at);
  await settleKept(item, result);
  if (result.state === "done") window.muster?.toast(fill(words.sent, result), "success");
  document.dispatchEvent(new CustomEvent("field-queue:settled", { detail: { item, result } }));
}

/** Keeps and sends; the shapes stand at the head of this file. */
export async function enqueue({ url, assignment, body, label = "" }) {
  const now = Date.now();
  // The order in which things were made outlives a correction of the phone's clock.
  const order = Math.max(now, ...(await kept()).map((other) => other.made_at + 1));
  const item = {
    punch_id: newId(),
    person,
    url,
    assignment,
    body,
    label,
    client_at: serverTime(now),
    device_id: deviceId(),
    made_at: order,
  };
  await keep(item);
  const result = await alone(async () => {
    // What was made before goes first: "out" must never overtake "in".
    const earlier = (await waiting({ assignment })).filter((other) => other.made_at < order);
    const stuck = await sendKept(earlier);
    if (stuck.has(assignment)) return { state: "later", message: WHY[stuck.get(assignment)] };
    // Another open page may have sent it meanwhile; the server then repeats its answer.
    return send(item, { late: Date.now() - now > WAITED_MS });
  });
  if (result.state === "later") await sendWhenItCan();
  else await forget(item);
  changed();
  return result;
}

/** Sends everything that waits. */
export async function flush() {
  // Most pages have nothing to send, and need not stand in line to learn it.
  if (!person || !(await waiting()).length) return changed();
  await alone(async () => sendKept(await waiting()));
  changed();
  if ((await waiting()).length) tryAgain();
}

let retryMs = FIRST_RETRY_MS;
let timer = null;

async function sendWhenItCan() {
  tryAgain();
  try {
    // Where there is Background Sync, the service worker sends it even after the page is closed.
    await (await navigator.serviceWorker?.getRegistration())?.sync?.register("field-queue");
  } catch {
    // Not allowed or not there: it goes out when a page is open.
  }
}

function tryAgain() {
  // A server that comes back tells nobody: an open page asks, less and less often.
  clearTimeout(timer);
  timer = setTimeout(flush, retryMs);
  retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
}

addEventListener("online", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
flush();
