// The keys of the reconciliation list. Every key presses a button or follows a link that is on the page anyway.

const typing = (target) => target.closest("input, select, textarea, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")];
let place = -1;
// What A has accepted here, the newest last: Z takes that back from wherever one is by then.
let accepted = [];

function choose(index) {
  const all = rows();
  if (!all.length) return;
  place = Math.min(Math.max(index, 0), all.length - 1);
  for (const [number, row] of all.entries()) row.setAttribute("aria-selected", String(number === place));
  all[place].focus({ preventScroll: true });
  all[place].scrollIntoView({ block: "nearest" });
}

const control = (key) => rows()[place]?.querySelector(`[data-key="${key}"]`);

function press(key) {
  const last = rows().findIndex((row) => row.id === accepted.at(-1));
  if (key === "z" && !control(key) && last >= 0) choose(last);
  const pressed = control(key);
  if (!pressed) return;
  const { id } = rows()[place];
  pressed.click();
  if (key === "z") accepted = accepted.filter((one) => one !== id);
  if (key !== "a") return;
  accepted.push(id);
  // What was decided is behind: the next row waits.
  choose(place + 1);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "j" || key === "k") choose(place + (key === "j" ? 1 : -1));
  else if (key === "f") document.querySelector("[data-find] [name=officer]")?.focus();
  else if ("aesz".includes(key)) press(key);
  else if (key === "Enter" && event.target.closest("[data-row]") === event.target) press(key);
  else return;
  event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) place = rows().indexOf(row);
});

document.addEventListener("htmx:afterSwap", () => {
  const chosen = rows()[place];
  if (!chosen) return;
  chosen.setAttribute("aria-selected", "true");
  // The row that had the focus is another one now.
  if (document.activeElement === document.body) chosen.focus({ preventScroll: true });
});

// E and S lead to a form on the row's own page: its first field waits for what is typed.
if (["#explain", "#split"].includes(location.hash)) {
  document.querySelector(`${location.hash} :is(textarea, input:not([type=hidden], [type=radio]))`)?.focus();
}
