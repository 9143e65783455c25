// One item of the field queue put to the server. Also part of the service worker, so it touches no page.

const PATIENCE_MS = 20_000;

/**
 * Resolves to {state, …}: "done" and "refused" with the server's answer, "later" with `why`: "no-connection",
 * "no-answer" or "sign-in". It never throws. `late` says that the item waited, so that its own time counts.
 */
export async function post(item, { late, csrfToken }) {
  const { punch_id, client_at, device_id } = item;
  let answer;
  try {
    answer = await fetch(item.url, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": csrfToken,
        "X-Muster-Person": item.person,
      },
      body: JSON.stringify({ ...item.body, punch_id, client_at, device_id, sent_late: late }),
      signal: AbortSignal.timeout?.(PATIENCE_MS),
    });
  } catch {
    return { state: "later", why: "no-connection" };
  }
  const body = await answer.json().catch(() => null);
  if (answer.ok && body) return { ...body, state: "done" };
  if ((answer.status === 422 || answer.status === 404) && body) return { ...body, state: "refused" };
  return { ...body, state: "later", why: answer.status === 401 ? "sign-in" : "no-answer" };
}

/**
 * Sends items in their order; after one that must wait, the rest of its assignment waits too. `settle(item, result)`
 * is awaited for each that has its answer. Returns the assignments that still wait, each with its `why`.
 */
export async function postAll(items, { csrfToken, settle }) {
  const stuck = new Map();
  for (const item of items) {
    if (stuck.has(item.assignment)) continue;
    const result = await post(item, { late: true, csrfToken });
    if (result.state === "later") stuck.set(item.assignment, result.why);
    else await settle(item, result);
  }
  return stuck;
}
