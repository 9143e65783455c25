// “Where I am now” on the feed: asks the browser once, and posts the answer, so that no address ever holds a position.

import { searchPosition } from "./position.js";

const form = document.querySelector("[data-here]");
const button = form?.querySelector("[data-here-button]");
const status = form?.querySelector("[data-here-status]");

function say(text) {
  status.hidden = !text;
  status.textContent = text;
}

if (button && "geolocation" in navigator) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (button.hasAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    say(form.dataset.searching);
    const { fixes, problem } = await searchPosition();
    button.removeAttribute("aria-disabled");
    if (!fixes.length) {
      say(problem === "denied" ? form.dataset.denied : form.dataset.missing);
      return;
    }
    const best = fixes.reduce((one, other) => (other.accuracy_metres < one.accuracy_metres ? other : one));
    form.elements.latitude.value = best.latitude;
    form.elements.longitude.value = best.longitude;
    form.submit();
  });
}
