// Every page of an officer on a phone: the service worker, what to know without a connection, and what still waits to
// be sent. The words come from the page.

import { fill, flush, putAway, refusals, waiting } from "./field_queue.js";
import { inWords, isKeptPage, pageMadeAt } from "./server_time.js";

const words = document.querySelector("[data-phone]")?.dataset ?? {};
const find = (name) => document.querySelector(`[data-phone-${name}]`);
const textOf = (notice) => notice.querySelector("[data-text]");

// --- No connection, and since when.
function showOffline(text) {
  const notice = find("offline");
  if (!notice) return;
  textOf(notice).textContent = text;
  notice.hidden = false;
}

if (isKeptPage) showOffline(fill(words.keptPage, { when: inWords(pageMadeAt) }));
addEventListener("offline", () => showOffline(fill(words.offlineSince, { when: inWords(new Date()) })));
addEventListener("online", async () => {
  await flush();
  if (isKeptPage) location.reload();
  else find("offline").hidden = true;
});

// --- What waits, and what was refused after it had waited: a message that passes by would be missed.
async function showWaiting() {
  const notice = find("waiting");
  if (!notice) return;
  const kept = await waiting();
  notice.hidden = !kept.length;
  if (!kept.length) return;
  const what = new Intl.ListFormat(document.documentElement.lang).format(kept.map((item) => item.label));
  textOf(notice).textContent = fill(words.waiting, { when: inWords(kept[0].client_at), what });
}

async function showRefused() {
  const notice = find("refused");
  if (!notice) return;
  const [first] = await refusals();
  notice.hidden = !first;
  if (!first) return;
  const facts = { what: first.label, when: inWords(first.client_at), message: first.refused.message };
  textOf(notice).textContent = fill(words.refused, facts);
  notice.querySelector("button").onclick = () => putAway(first);
}

function show() {
  showWaiting();
  showRefused();
}

document.addEventListener("field-queue:changed", show);
show();

// A page about the day is out of date once something has arrived; the message is read first.
document.addEventListener("field-queue:settled", () => {
  if (document.querySelector("[data-refresh-when-sent]")) setTimeout(() => location.reload(), 5000);
});

// --- The service worker.
async function register() {
  // The page that brings the worker came without it.
  const first = navigator.serviceWorker.controller ? [] : [location.href];
  await navigator.serviceWorker.register(words.serviceWorker, { scope: "/" });
  const { active } = await navigator.serviceWorker.ready;
  // The next shifts' pages are there without a connection even if they were never opened.
  const ahead = [...first, ...[...document.querySelectorAll("[data-keep-offline]")].map((link) => link.href)];
  if (ahead.length && !isKeptPage) active.postMessage({ keep: ahead });
}

if ("serviceWorker" in navigator && words.serviceWorker) {
  navigator.serviceWorker.addEventListener("message", (event) => event.data?.flush && flush());
  register().catch(() => {
    // Without it everything works as long as there is a connection.
  });
}
