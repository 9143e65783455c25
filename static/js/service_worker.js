// Officers' pages without a connection. The server puts SETTINGS and the queue's store and sending before this file
// (portals/officer/app_views.py) and serves it from the root, so that it also sees who signs in and out.
//
// Kept are the pages that the server marks with X-Muster-Keep, of one person at a time: every page says whose it is in
// X-Muster-Person, and the pages of anybody else go at once. Nothing that is sent is kept here; see field_queue.js.

const STATICS = "muster-static-";
const PAGES = "muster-pages-";
const NOBODY = "-";
const MOST_PAGES = 30;
const MOST_AHEAD = 4;
// A crowd's cell gives a connection that answers nothing: after this long, the kept page is better than none.
const LONGEST_WAIT_MS = 10_000;

const staticCache = STATICS + SETTINGS.version;

async function install() {
  const cache = await caches.open(staticCache);
  await cache.addAll(SETTINGS.files.map((file) => new Request(file, { cache: "reload" })));
  // Without cookies: what everybody shares must hold nobody's name.
  await cache.add(new Request(SETTINGS.offline_url, { cache: "reload", credentials: "omit" }));
  await self.skipWaiting();
}

async function activate() {
  // One older set stays: a kept page still names the files of its time.
  const sets = (await caches.keys()).filter((name) => name.startsWith(STATICS) && name !== staticCache);
  await Promise.all(sets.slice(0, -1).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

const pageCaches = async () => (await caches.keys()).filter((name) => name.startsWith(PAGES));

async function forgetPages({ except = "" } = {}) {
  await Promise.all((await pageCaches()).filter((name) => name !== PAGES + except).map((name) => caches.delete(name)));
}

async function notice(address, answer) {
  const person = answer.headers.get("X-Muster-Person");
  if (!person) return;
  const copy = answer.ok && !answer.redirected && answer.headers.has("X-Muster-Keep") ? answer.clone() : null;
  await forgetPages({ except: person });
  if (!copy || person === NOBODY) return;
  const cache = await caches.open(PAGES + person);
  await cache.put(address, copy);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, -MOST_PAGES).map((old) => cache.delete(old)));
}

async function keptPage(address) {
  const [name] = await pageCaches();
  return name ? (await caches.open(name)).match(address, { ignoreVary: true }) : undefined;
}

/** The page tells its reader that it is an old one, and its scripts not to measure time by it. */
async function marked(page) {
  const headers = new Headers(page.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response((await page.text()).replace("<html", "<html data-kept"), { headers });
}

const offlinePage = async () => (await caches.match(SETTINGS.offline_url)) ?? Response.error();
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
// What a proxy says while the server behind it is away.
const isAway = (answer) => answer.status >= 502 && answer.status <= 504;

async function fromServer(event) {
  const answer = (await event.preloadResponse) ?? (await fetch(event.request));
  const noticed = notice(event.request.url, answer);
  return { answer, noticed };
}

async function openPage(event, asked) {
  const kept = await keptPage(event.request.url);
  const first = await Promise.race([asked.catch(() => null), ...(kept ? [pause(LONGEST_WAIT_MS)] : [])]);
  if (first && !(kept && isAway(first.answer))) return first.answer;
  return kept ? marked(kept) : offlinePage();
}

async function openFile(request) {
  // A name with a hash in it never changes its content.
  const known = /\.[0-9a-f]{12}\./.test(request.url) ? await caches.match(request, { ignoreVary: true }) : undefined;
  if (known) return known;
  try {
    const answer = await fetch(request);
    if (answer.status === 200) await (await caches.open(staticCache)).put(request, answer.clone());
    return answer;
  } catch {
    return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
  }
}

async function keepAhead(addresses) {
  for (const address of addresses) {
    const answer = await fetch(address, { credentials: "same-origin" });
    await notice(new URL(address, self.location).href, answer);
  }
}

/** Background Sync, where a browser has it: there is a connection again, perhaps after every page was closed. */
async function sendKept() {
  const open = await self.clients.matchAll({ type: "window" });
  const visible = open.find((client) => client.visibilityState === "visible");
  if (visible) {
    visible.postMessage({ flush: true });
    return;
  }
  const csrfToken = (await self.cookieStore.get(SETTINGS.csrf_cookie))?.value;
  if (!csrfToken) return;
  const stuck = await navigator.locks.request("muster-field-queue", async () => {
    const items = (await allKept()).filter((item) => !item.refused);
    return postAll(items, { csrfToken, settle: settleKept });
  });
  // A failure makes the browser ask again later.
  if (stuck.size) throw new Error("Some still wait.");
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    // Signing out takes the pages along even if the answer gets lost.
    if (request.method !== "GET") {
      if (pathname === SETTINGS.sign_out_url) event.waitUntil(forgetPages());
      return;
    }
    const asked = fromServer(event);
    event.waitUntil(asked.then(({ noticed }) => noticed).catch(() => {}));
    event.respondWith(openPage(event, asked));
  } else if (request.method === "GET" && pathname.startsWith(SETTINGS.static_url)) {
    event.respondWith(openFile(request));
  }
});
self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keepAhead(event.data.keep.slice(0, MOST_AHEAD)).catch(() => {}));
});
self.addEventListener("sync", (event) => {
  if (event.tag === "field-queue") event.waitUntil(sendKept());
});
