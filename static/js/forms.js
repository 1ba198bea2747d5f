// What scripts add to the forms: filters that act at once, counters, one sending per form.
// On "pageshow" all is shown anew: only then a browser has put back what was typed before one went on.
// @ts-check

/** @param {HTMLFormElement} form A filter form: a changed choice is applied at once. */
export function applyAtOnce(form) {
  // Hidden, not removed: without a button Enter would send nothing.
  form.querySelectorAll("[data-without-script]").forEach((one) => one.setAttribute("hidden", ""));
  form.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement && event.target.type === "search")) form.requestSubmit();
  });
  // Only what is set belongs in the address.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
}

/**
 * @typedef {object} Condition Holds while the other field has one of these values; `otherwise` where it is blank.
 * @property {string} field the other field's id
 * @property {(string | boolean)[]} values
 * @property {string | boolean | null} otherwise
 * @property {Condition} [also] what must hold besides
 */

/** @param {Condition} condition */
function holds({ field, values, otherwise, also }) {
  if (also && !holds(also)) return false;
  const other = document.getElementById(field);
  if (other instanceof HTMLInputElement && other.type === "checkbox") return values.includes(other.checked);
  const value = /** @type {HTMLInputElement | null} */ (other)?.value || otherwise;
  return value !== null && values.includes(value);
}

/** @param {HTMLOutputElement} output Counts as the server does: characters, not UTF-16 units. */
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

/** @param {HTMLElement} mark Says whether its field is needed as things stand, instead of when it would be. */
export function need(mark) {
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById(mark.dataset.for ?? ""));
  /** @type {Condition[]} */
  const conditions = JSON.parse(mark.dataset.requiredWhen ?? "[]");
  const show = () => {
    const is = conditions.some(holds);
    mark.textContent = is ? "" : "optional";
    field?.toggleAttribute("required", is);
  };
  field?.form?.addEventListener("input", show);
  window.addEventListener("pageshow", show);
  show();
}

// The same as on the server (tracks/lyrics.py): a short bracketed word at the head of a line is a heading.
const TAG = /^\s*(?:\[([^[\]\n]{1,80})\]|【([^【】\n]{1,80})】)/;

/** @param {HTMLDetailsElement} place Shows the lyrics as they are understood, once they have a section. */
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

/** @param {HTMLButtonElement} button Takes the place where the source is playing, to a tenth of a second. */
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

/** @param {HTMLFormElement} form The server takes it only once anyway; this shows that it has been pressed. */
export function sendOnce(form) {
  const button = form.querySelector("button[type=submit]");
  const key = form.elements.namedItem("once");
  if (!(button instanceof HTMLButtonElement && key instanceof HTMLInputElement)) return;
  // Gone back to, it is the form that was sent, although the browser may have fetched it with another key.
  key.value = history.state?.once ?? key.value;
  form.addEventListener("submit", () => history.replaceState({ once: key.value }, ""));
  form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));
  window.addEventListener("pageshow", () => (button.disabled = false));
}

/** @param {HTMLButtonElement} button Copies the text of what `data-copy` selects, a line per line. */
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
