// What scripts add to the forms: filters that apply at once, character counters, one submit per form.
// On "pageshow" all is rendered again: only then a browser has restored what was typed before leaving.
// @ts-check

/** @param {HTMLFormElement} form a filter form: a changed choice is applied at once */
export function applyAtOnce(form) {
  // Hidden, not removed: without a button Enter would submit nothing.
  form.querySelectorAll("[data-without-script]").forEach((button) => button.setAttribute("hidden", ""));
  form.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement && event.target.type === "search")) form.requestSubmit();
  });
  // Only filters that are set belong in the URL.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
}

/**
 * @typedef {object} Condition True while the other field has one of these values; a blank field counts as `otherwise`.
 * @property {string} field the other field's id
 * @property {(string | boolean)[]} values
 * @property {string | boolean | null} otherwise
 * @property {Condition} [also] a second condition that must be true too
 */

/** @param {Condition} condition */
function holds({ field, values, otherwise, also }) {
  if (also && !holds(also)) return false;
  const other = document.getElementById(field);
  if (other instanceof HTMLInputElement && other.type === "checkbox") return values.includes(other.checked);
  const value = /** @type {HTMLInputElement | null} */ (other)?.value || otherwise;
  return value !== null && values.includes(value);
}

/** @param {HTMLOutputElement} output counts as the server does: characters, not UTF-16 units */
export function count(output) {
  const field = document.getElementById(output.htmlFor.value);
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  /** @type {(Condition & {most: number})[]} */
  const limits = JSON.parse(output.dataset.limits ?? "[]");
  const show = () => {
    const most = Math.min(Number(output.dataset.count), ...limits.filter(holds).map((limit) => limit.most));
    const length = [...field.value].length;
    output.textContent = `${length.toLocaleString("en")} of ${most.toLocaleString("en")}`;
    output.classList.toggle("is-over", length > most);
  };
  field.form?.addEventListener("input", show);
  window.addEventListener("pageshow", show);
  show();
  output.hidden = false;
}

/** @param {HTMLElement} mark says whether its field is required now, instead of when it would be */
export function need(mark) {
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById(mark.dataset.for ?? ""));
  /** @type {Condition[]} */
  const conditions = JSON.parse(mark.dataset.requiredWhen ?? "[]");
  const show = () => {
    const isRequired = conditions.some(holds);
    mark.textContent = isRequired ? "" : "optional";
    field?.toggleAttribute("required", isRequired);
  };
  field?.form?.addEventListener("input", show);
  window.addEventListener("pageshow", show);
  show();
}

// As on the server (tracks/domain/lyrics/sections.py): a short bracketed text at the start of a line is a heading.
const TAG = /^\s*(?:\[([^[\]\n]{1,80})\]|【([^【】\n]{1,80})】)/;

/** @param {HTMLDetailsElement} place shows the lyrics in sections, once they have any */
export function preview(place) {
  const field = document.getElementById(place.dataset.preview ?? "");
  const lines = place.querySelector(".preview-lines");
  if (!(field instanceof HTMLTextAreaElement) || !lines) return;
  const show = () => {
    const rows = field.value.split(/\r?\n/).flatMap(cut);
    lines.replaceChildren(...rows);
    const hasSections = rows.some((row) => row.tagName === "H3");
    if (hasSections && place.hidden) place.open = true;
    place.hidden = !hasSections;
  };
  field.addEventListener("input", show);
  window.addEventListener("pageshow", show);
  show();
}

/** @param {string} line */
function cut(line) {
  const rows = [];
  let rest = line;
  for (let tag = TAG.exec(rest); tag; tag = TAG.exec(rest)) {
    rows.push(element("h3", tag[1] ?? tag[2]));
    rest = rest.slice(tag[0].length);
  }
  return rest.trim() ? [...rows, element("p", rest)] : rows;
}

/**
 * @param {string} tag
 * @param {string} text
 */
function element(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text.trim() });
}

/** @param {HTMLButtonElement} button takes the position of the source's player, to a tenth of a second */
export function takeTime(button) {
  const audio = document.getElementById(button.dataset.takeTime ?? "");
  const field = document.getElementById(button.dataset.into ?? "");
  if (!(audio instanceof HTMLAudioElement) || !(field instanceof HTMLInputElement)) return;
  button.addEventListener("click", () => {
    field.value = audio.currentTime.toFixed(1);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  button.hidden = false;
}

/** @param {HTMLFormElement} form the server accepts it only once anyway; this shows that it was submitted */
export function sendOnce(form) {
  const button = form.querySelector("button[type=submit]");
  const key = form.elements.namedItem("once");
  if (!(button instanceof HTMLButtonElement && key instanceof HTMLInputElement)) return;
  // After going back this is the form that was sent, although the browser may have fetched it with a new key.
  key.value = history.state?.once ?? key.value;
  form.addEventListener("submit", () => history.replaceState({ once: key.value }, ""));
  form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));
  window.addEventListener("pageshow", () => (button.disabled = false));
}

/** @param {HTMLButtonElement} button copies the text of what `data-copy` selects, line by line */
export function copy(button) {
  const word = button.querySelector("[data-copy-word]");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy ?? "");
    const lines = [...(source?.children ?? [])].map((line) => line.textContent?.trim() ?? "");
    await navigator.clipboard.writeText(lines.join("\n"));
    if (word) word.textContent = "Copied";
    setTimeout(() => word && (word.textContent = "Copy"), 2000);
  });
}
