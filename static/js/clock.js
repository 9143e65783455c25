// Clocking in and out with a position, on the page of one shift. What it sends goes through the field queue. Without
// this file a plain form does the same without a position.

import { enqueue, fill, waiting } from "./field_queue.js";
import { searchPosition } from "./position.js";
import { pageAgeSeconds } from "./server_time.js";

const words = document.querySelector("[data-clock-words]")?.dataset ?? {};
const PROBLEMS = {
  unknown: words.positionUnknown,
  denied: words.positionDenied,
  unavailable: words.positionUnavailable,
  "timed-out": words.positionTimedOut,
};

function startClock(section) {
  const { assignment, phase } = section.dataset;
  document.addEventListener("field-queue:settled", ({ detail: { item } }) => {
    // What stands on the page is now older than what the server knows; the message is read first.
    if (item.assignment === assignment) setTimeout(() => location.reload(), 1500);
  });

  const form = section.querySelector("[data-clock-form]");
  if (!form) return;
  const heading = section.querySelector("h2");
  const title = heading.textContent;
  const label = section.querySelector("[data-clock-label]");
  const button = section.querySelector("[data-clock-button]");
  const status = section.querySelector("[data-clock-status]");
  const reason = section.querySelector("[data-clock-reason]");
  const written = reason?.querySelector("textarea");
  const begun = performance.now() - 1000 * pageAgeSeconds;
  const secondsLeft = (name) => Number(section.dataset[name]) - (performance.now() - begun) / 1000;
  let kind = section.dataset.kind;
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
  // Without a connection the server's page stays as it was: what is kept here says what comes next.
  const followQueue = async () => {
    const made = (await waiting({ assignment })).map((item) => item.body.kind);
    const isOver = made.includes("out");
    const isIn = made.includes("in");
    heading.textContent = isOver ? words.keptOut : isIn ? words.keptIn : title;
    kind = isIn ? "out" : section.dataset.kind;
    label.textContent = kind === "out" ? words.buttonOut : words.buttonIn;
    const toOpen = kind === "in" && phase === "early" ? secondsLeft("secondsToOpen") : 0;
    form.hidden = isOver || toOpen > 0;
    if (toOpen > 0) setTimeout(followQueue, Math.min(1000 * toOpen, 3_600_000));
  };
  document.addEventListener("field-queue:changed", followQueue);
  followQueue();

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
    if (kind === "out" && secondsLeft("secondsLeft") > 300 && !leavesEarly && window.muster) {
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
      if (reason) reason.hidden = true;
      if (written) written.value = "";
      leavesEarly = false;
      setBusy(false);
      return;
    }
    setBusy(false);
    if (result.code === "reason_needed" && reason) askWhy(result.message);
    else say(result.message, "error");
  });
}

document.querySelectorAll("[data-clock]").forEach(startClock);
