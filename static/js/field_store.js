// The phone's own store of what is still to be sent: IndexedDB, keyed by `punch_id`. Where a browser has none (some
// private windows) it lasts as long as the page. Also part of the service worker, so it touches no page.

const DATABASE = "muster-field";
const STORE = "items";

const inMemory = new Map();
let opened = null;

function database() {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(DATABASE, 1);
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
    // On the disk before anything is sent: a phone may lose its power in between.
    const transaction = base.transaction(STORE, mode, { durability: "strict" });
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export async function keep(item) {
  try {
    await inStore("readwrite", (store) => (store ? store.put(item) : inMemory.set(item.punch_id, item)));
  } catch {
    inMemory.set(item.punch_id, item);
  }
}

export async function forget(item) {
  inMemory.delete(item.punch_id);
  await inStore("readwrite", (store) => store?.delete(item.punch_id)).catch(() => {});
}

/** What was settled after it had waited: a refusal stays until the officer has read it, with `refused: {code, message}`. */
export async function settleKept(item, result) {
  if (result.state === "done") await forget(item);
  else await keep({ ...item, refused: { code: result.code, message: result.message } });
}

/** Everything that is here, of whomever, the oldest first. */
export async function allKept() {
  const stored = (await inStore("readonly", (store) => store?.getAll()).catch(() => [])) ?? [];
  const known = new Set(stored.map((item) => item.punch_id));
  const all = [...stored, ...[...inMemory.values()].filter((item) => !known.has(item.punch_id))];
  return all.sort((one, other) => one.made_at - other.made_at);
}
