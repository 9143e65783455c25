// What every page shares: menus, dialogs, messages, the error summary, one submission per tap, htmx's manners.
// Every page also works without this file.

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

function prepare(root) {
  for (const button of findAll("[data-close-alert], [data-theme-switch]", root)) button.hidden = false;
  const summary = find("[data-error-summary]", root);
  if (summary) summary.focus();
}

// --- Menus: a <details> closes when one looks elsewhere or presses Escape.
function closeMenus(except) {
  for (const menu of findAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  closeMenus();
  if (menu) find("summary", menu).focus();
});

// --- Dialogs: <button data-open-dialog="id">, native <dialog>, the click on the backdrop closes.
function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog?.showModal && !dialog.open) dialog.showModal();
}

// --- Light and dark.
function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // The choice then lasts for this page only.
  }
}

document.addEventListener("click", (event) => {
  const target = event.target;
  closeMenus(target.closest("details[data-menu]"));
  const opener = target.closest("[data-open-dialog]");
  if (opener) {
    event.preventDefault();
    openDialog(opener.dataset.openDialog);
  } else if (target.closest("[data-close-dialog]")) {
    target.closest("dialog")?.close();
  } else if (target instanceof HTMLDialogElement && target.open) {
    const box = target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right
      && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) target.close();
  } else if (target.closest("[data-close-alert]")) {
    closeAlert(target.closest(".alert"));
  } else if (target.closest("[data-theme-switch]")) {
    switchTheme();
  } else if (target.closest("[data-print]")) {
    print();
  } else if (target.closest("[data-copy]")) {
    copyFrom(target.closest("[data-copy]"));
  } else {
    followErrorLink(event, target.closest("[data-error-summary] a[href^='#']"));
  }
});

function followErrorLink(event, link) {
  if (!link) return;
  const named = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const field = named?.matches("fieldset, div") ? find("input, select, textarea", named) ?? named : named;
  if (!field) return;
  event.preventDefault();
  field.focus({ preventScroll: true });
  (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
}

async function copyFrom(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(button.dataset.copied ?? said("copied"), "success");
  } catch {
    toast(said("copyFailed"), "warning");
  }
}

// --- Messages.
function closeAlert(alert) {
  const list = alert?.parentElement;
  alert?.remove();
  if (list?.id === "messages" && !list.children.length) list.hidden = true;
}

/** The page's own words for it, in its language. */
const said = (name) => document.getElementById("toasts")?.dataset[name] ?? "";

/** Shows a short message in the corner; tone is info, success, warning or error. */
function toast(text, tone = "info") {
  const region = document.getElementById("toasts");
  if (!region) return;
  const alert = document.createElement("div");
  alert.className = `alert tone-${/^(info|success|warning|error)$/.test(tone) ? tone : "info"}`;
  const body = document.createElement("div");
  body.className = "alert-body";
  body.textContent = text;
  alert.append(body);
  region.append(alert);
  // Errors stay until the next page: a message that vanishes cannot be read again.
  if (tone !== "error") setTimeout(() => alert.remove(), 7000);
}

window.muster = { toast, openDialog };

// --- One submission per tap. The button is disabled after the browser has gathered the form, so its value is still sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-submit-once]") || event.defaultPrevented) return;
  if (form.dataset.submitting) {
    event.preventDefault();
    return;
  }
  form.dataset.submitting = "yes";
  const button = event.submitter;
  button?.classList.add("is-busy");
  setTimeout(() => button?.setAttribute("aria-disabled", "true"));
});

function allowSubmission(root) {
  for (const form of findAll("form[data-submitting]", root)) {
    delete form.dataset.submitting;
    for (const button of findAll(".is-busy", form)) {
      button.classList.remove("is-busy");
      button.removeAttribute("aria-disabled");
    }
  }
}

// A page that comes back from the browser's memory must be usable again.
addEventListener("pageshow", (event) => {
  if (event.persisted) allowSubmission(document);
});

// --- Forms that act at once, e.g. a filter: <form data-submit-on-change>.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-submit-on-change]");
  if (form) form.requestSubmit();
});

// --- htmx: a refused form comes back as 422 and is shown; the server may say {"toast": {"text": …, "tone": …}} in HX-Trigger.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:afterRequest", (event) => allowSubmission(event.target.parentElement ?? document));
document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));
document.addEventListener("htmx:sendError", () => toast(said("noConnection"), "error"));
document.addEventListener("htmx:responseError", () => toast(said("failed"), "error"));
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone));

prepare(document);
