// Reloads the thread when a message has come and nobody is writing.
const phone = document.querySelector(".phone");
const box = document.getElementById("body");
window.scrollTo(0, document.body.scrollHeight);
setInterval(async () => {
  if (box.value) return;
  const answer = await fetch(`/control/messages.json?limit=1&to=${encodeURIComponent(phone.dataset.number)}`);
  const { messages } = await answer.json();
  if (messages.length && messages[0].sid !== phone.dataset.newest) location.reload();
}, 2000);
