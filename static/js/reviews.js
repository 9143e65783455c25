// The keys of a punch's review. Every key follows a link or presses a button that is on the page anyway.

const typing = (target) => target.closest("input, select, textarea, [contenteditable]");
const control = (key) => document.querySelector(`[data-key="${key}"]`);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.toLowerCase();
  if (!"jkr".includes(key) || key.length !== 1) return;
  const pressed = control(key);
  if (!pressed) return;
  event.preventDefault();
  if (pressed.matches("textarea")) pressed.focus();
  else pressed.click();
});

// A reason that was said often is one tap; it can still be changed before it is kept.
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-reason]");
  if (!chip) return;
  const field = document.getElementById(chip.dataset.reasonFor);
  field.value = chip.dataset.reason;
  field.focus();
});
