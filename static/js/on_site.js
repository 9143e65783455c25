// Breaks, calls to duty and incidents, on the page of one shift. They go through the field queue, so that they arrive
// once and in order without a connection. Without this file plain forms do the same.

import { enqueue, waiting } from "./field_queue.js";

// What an officer is doing after an event, as the server's own pieces have it.
const AFTER = { break_started: "break", break_ended: "worked", went_on_duty: "on_duty", back_from_duty: "worked" };

function startOnSite(section) {
  const { assignment, url } = section.dataset;
  const status = section.querySelector("[data-on-site-status]");
  const forms = [...section.querySelectorAll("[data-tell]")];
  let busy = false;

  const say = (text, tone = "info") => {
    status.hidden = false;
    status.className = `alert tone-${tone}`;
    status.textContent = text;
  };

  // The page may be an old one from the phone's own store: what still waits there has happened since.
  async function showWhatFits() {
    const kept = await waiting({ assignment });
    const state = kept.reduce((before, item) => AFTER[item.body.kind] ?? before, section.dataset.state);
    for (const part of section.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state);
  }

  async function send(form) {
    busy = true;
    say(section.dataset.sending);
    const given = new FormData(form);
    const body = { kind: form.dataset.tell };
    for (const name of ["category", "report_number"]) if (given.has(name)) body[name] = given.get(name).trim();
    const result = await enqueue({ url, assignment, body, label: form.dataset.label });
    busy = false;
    if (result.state === "done") {
      say(result.sentence, "success");
      location.assign(result.url);
      return;
    }
    say(result.message, result.state === "later" ? "warning" : "error");
    if (result.state !== "later") return;
    form.reset();
    form.closest("details")?.removeAttribute("open");
    await showWhatFits();
  }

  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!busy) send(form);
    });
  }
  document.addEventListener("field-queue:changed", showWhatFits);
  showWhatFits();
}

document.querySelectorAll("[data-on-site]").forEach(startOnSite);
