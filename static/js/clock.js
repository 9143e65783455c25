// Clocking in and out with a position, on the page of one shift. What it sends goes through the field queue. Without
// this file a plain form does the same without a position.

import { enqueue, fill, waiting } from "./field_queue.js";
import { searchPosition } from "./position.js";
import { inWords } from "./server_time.js";

const words = document.querySelector("[data-clock-words]")?.dataset ?? {};
const PROBLEMS = {
  unknown: words.positionUnknown,
  denied: words.positionDenied,
  unavailable: words.positionUnavailable,
  "timed-out": words.positionTimedOut,
};

async function showQueue(section) {
  const note = section.querySelector("[data-clock-queue]");
  if (!note) return;
  const kept = await waiting({ assignment: section.dataset.assignment });
  note.hidden = !kept.length;
  if (!kept.length) return;
  const what = new Intl.ListFormat(document.documentElement.lang).format(kept.map((item) => item.label));
  note.textContent = fill(words.kept, { when: inWords(kept[0].client_at), what });
}

function startClock(section) {
  const { assignment, kind } = section.dataset;
  document.addEventListener("field-queue:changed", () => showQueue(section));
  document.addEventListener("field-queue:settled", ({ detail: { item } }) => {
    // What stands on the page is now older than what the server knows; the message is read first.
    if (item.assignment === assignment) setTimeout(() => location.reload(), 1500);
  });
  showQueue(section);

  const form = section.querySelector("[data-clock-form]");
  if (!form) return;
  const button = section.querySelector("[data-clock-button]");
  const status = section.querySelector("[data-clock-status]");
  const reason = section.querySelector("[data-clock-reason]");
  const written = reason?.querySelector("textarea");
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
    say(fill(words.askWhy, { sentence }), "warning");
    written.focus();
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
    say(words.looking);
    const { fixes, problem } = await searchPosition({ onProgress: (metres) => say(`${words.looking} ±${metres} m`) });
    if (!fixes.length && kind === "in" && !written.value.trim()) {
      askWhy(PROBLEMS[problem]);
      setBusy(false);
      return;
    }
    say(words.sending);
    const result = await enqueue({
      url: section.dataset.punchUrl,
      assignment,
      body: { kind, fixes, reason_given: written?.value.trim() ?? "" },
      label: kind === "in" ? words.clockIn : words.clockOut,
    });
    if (result.state === "done") {
      say(result.sentence, result.verdict === "VERIFIED" || result.verdict === "NEAR" ? "success" : "warning");
      location.assign(result.url);
      return;
    }
    if (result.state === "later") {
      say(result.message, "warning");
      button.hidden = true;
      return;
    }
    setBusy(false);
    if (result.code === "reason_needed" && reason) askWhy(result.message);
    else say(result.message, "error");
  });
}

document.querySelectorAll("[data-clock]").forEach(startClock);
