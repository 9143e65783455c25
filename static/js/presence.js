// “I am on site”: one tap with the position of that moment, through the field queue. A refused or missing position does
// not keep it back: what it proves is for the coordinator to judge. Without this file a plain form does the same.

import { enqueue } from "./field_queue.js";
import { searchPosition } from "./position.js";

function startPresence(section) {
  const form = section.querySelector("[data-presence-form]");
  const status = section.querySelector("[data-presence-status]");
  const { assignment, url, label } = section.dataset;
  let busy = false;

  const say = (text) => {
    status.hidden = false;
    status.textContent = text;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    say(section.dataset.searching);
    const { fixes = [] } = await searchPosition();
    say(section.dataset.sending);
    const result = await enqueue({ url, assignment, body: { fixes }, label });
    busy = false;
    say(result.sentence ?? result.message);
    if (result.state === "later") return;
    section.className = `alert tone-${result.state === "done" ? "success" : "error"}`;
    form.hidden = true;
  });
}

document.querySelectorAll("[data-presence]").forEach(startPresence);
