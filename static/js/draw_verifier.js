// The draw, done again on the reader's own device. It believes nothing of the page but the text in the box: the seed is
// hashed and compared with the commitment, every ticket is hashed and compared, and the order of the tickets is checked.
// One altered byte anywhere fails, and the line that fails says which.

const box = document.querySelector("[data-draw-inputs]");
const result = document.querySelector("[data-draw-result]");
const published = document.getElementById("draw-published");

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function findings(inputs) {
  const found = [];
  const commitment = await sha256(inputs.seed);
  found.push({ fits: commitment === inputs.commitment, what: "Seed", computed: commitment, stated: inputs.commitment });
  for (const position of inputs.positions) {
    let before = "";
    for (const { officer_id: officer, ticket } of position.tickets) {
      const computed = await sha256(`${inputs.seed}|${inputs.shift_id}|${officer}`);
      found.push({ fits: computed === ticket, what: `Ticket of ${officer}`, computed, stated: ticket });
      if (ticket < before) found.push({ fits: false, what: `Order at ${officer}`, computed: before, stated: ticket });
      before = ticket;
    }
  }
  return found;
}

function alertBox(tone, title, sentences) {
  const alert = document.createElement("div");
  alert.className = tone === "success" ? "alert tone-success" : "alert tone-error";
  const body = document.createElement("div");
  body.className = "alert-body";
  const heading = document.createElement("p");
  heading.className = "alert-title";
  heading.textContent = title;
  body.append(heading);
  for (const sentence of sentences) {
    const line = document.createElement("p");
    line.className = "break-all";
    line.textContent = sentence;
    body.append(line);
  }
  alert.append(body);
  result.replaceChildren(alert);
}

async function verify() {
  let inputs;
  try {
    inputs = JSON.parse(box.value);
    if (typeof inputs.seed !== "string" || typeof inputs.shift_id !== "string") throw new Error("no seed or shift_id");
    if (!Array.isArray(inputs.positions)) throw new Error("no positions");
  } catch (error) {
    alertBox("error", "It cannot be read", [`The box does not hold the inputs of a draw: ${error.message}.`]);
    return;
  }
  if (!globalThis.crypto?.subtle) {
    alertBox("error", "This browser cannot hash here", ["Open the page by https, or use the commands below."]);
    return;
  }
  const found = await findings(inputs);
  const wrong = found.filter((one) => !one.fits);
  if (!wrong.length) {
    alertBox("success", "It fits", [`${found.length} of ${found.length} hashes agree: the seed and every ticket.`]);
    return;
  }
  const lines = wrong.slice(0, 5).map((one) => `${one.what}: stated ${one.stated}, computed ${one.computed}.`);
  alertBox("error", `It does not fit: ${wrong.length} of ${found.length} hashes differ`, lines);
}

function restore() {
  box.value = JSON.stringify(JSON.parse(published.textContent), null, 2);
  result.replaceChildren();
}

if (box && result && published) {
  restore();
  document.querySelector("[data-verify-draw]")?.addEventListener("click", verify);
  document.querySelector("[data-restore-draw]")?.addEventListener("click", restore);
}
