// Counting down and up on the officer's pages. The server says how many seconds; the phone's own clock is not asked.

import { isKeptPage, pageAgeSeconds } from "./server_time.js";

const begun = performance.now();
const passed = () => Math.floor(pageAgeSeconds + (performance.now() - begun) / 1000);

// The letter for days is the only one of these that differs between the languages.
const DAYS = document.documentElement.lang.startsWith("fr") ? "j" : "d";

function inWords(seconds) {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days) return `${days} ${DAYS} ${hours} h`;
  if (hours) return `${hours} h ${String(minutes).padStart(2, "0")}`;
  return minutes ? `${minutes} min` : `${seconds} s`;
}

const asClock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function countDown(element) {
  const left = Math.max(0, Number(element.dataset.countdown) - passed());
  if (left) {
    const text = element.dataset.countdownForm === "clock" ? asClock(left) : inWords(left);
    element.textContent = `${element.dataset.countdownPrefix ?? ""}${text}`;
    return;
  }
  element.textContent = "";
  // A page that the phone had kept would come back the same.
  if ("countdownReload" in element.dataset && Number(element.dataset.countdown) > 0 && !isKeptPage) location.reload();
}

function countUp(element) {
  const seconds = Number(element.dataset.countUp) + passed();
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  element.textContent = hours ? `${hours}\u00a0h\u00a0${String(minutes).padStart(2, "0")}` : `${minutes}\u00a0min`;
}

const ups = [...document.querySelectorAll("[data-count-up]")];
const downs = [...document.querySelectorAll("[data-countdown]")];

function tick() {
  for (const element of downs) if (element.textContent || !passed() || Number(element.dataset.countdown) > passed()) countDown(element);
  // Worked time moves on only after the shift has begun, which the server knows: nothing yet stays nothing.
  for (const element of ups) if (Number(element.dataset.countUp) > 0) countUp(element);
}

if (ups.length || downs.length) {
  tick();
  setInterval(tick, 1000);
}
