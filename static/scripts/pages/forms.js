// What scripts add to the forms: filters that apply at once, character counters, one submit per form.
// A browser restores what was typed only after scripts have run, and Back shows a page as it was left: on both
// all is rendered again.
// @ts-check
import { behaviour } from "../behaviours.js";
import { remember } from "../navigation.js";
import { tell } from "../notices.js";
import { audio, playing } from "../player/engine.js";

// After that a person may try again; the server takes a form only once anyway.
const SENDING_MS = 4000;

/**
 * Calls it now, and whenever the element is shown again.
 * @param {Element} element
 * @param {AbortSignal} signal
 * @param {() => void} show
 */
function whenShown(element, signal, show) {
  const again = () => element.isConnected && show();
  window.addEventListener("pageshow", again, { signal });
  document.addEventListener("page:shown", again, { signal });
  show();
}

/**
 * A filter form: a changed choice is applied at once, and keeps the focus.
 * @param {HTMLFormElement} form
 * @param {AbortSignal} signal
 */
function applyAtOnce(form, signal) {
  // Hidden, not removed: without a button Enter would submit nothing.
  form.querySelectorAll("[data-without-script]").forEach((button) => button.setAttribute("hidden", ""));
  form.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === "search") return;
    if (target instanceof HTMLSelectElement) document.addEventListener("page:shown", () => keepFocus(target.id), { signal, once: true });
    form.requestSubmit();
  });
  // Only filters that are set belong in the URL.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
}

/** Navigation gives the focus to what is marked so. @param {string} id of a field of the page that is shown now */
function keepFocus(id) {
  if (!document.querySelector("main [data-focus]")) document.getElementById(id)?.setAttribute("data-focus", "");
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

/**
 * Counts as the server does: characters, not UTF-16 units.
 * @param {HTMLOutputElement} output
 * @param {AbortSignal} signal
 */
function count(output, signal) {
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
  whenShown(output, signal, show);
  output.hidden = false;
}

/**
 * Says whether its field is required now, instead of when it would be.
 * @param {HTMLElement} mark
 * @param {AbortSignal} signal
 */
function need(mark, signal) {
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById(mark.dataset.for ?? ""));
  /** @type {Condition[]} */
  const conditions = JSON.parse(mark.dataset.requiredWhen ?? "[]");
  const show = () => {
    const isRequired = conditions.some(holds);
    mark.textContent = isRequired ? "" : "optional";
    field?.toggleAttribute("required", isRequired);
  };
  field?.form?.addEventListener("input", show);
  whenShown(mark, signal, show);
}

// As on the server (tracks/domain/lyrics/sections.py): a short bracketed text at the start of a line is a heading.
const TAG = /^\s*(?:\[([^[\]\n]{1,80})\]|【([^【】\n]{1,80})】)/;

/**
 * Shows the lyrics in sections, once they have any.
 * @param {HTMLDetailsElement} place
 * @param {AbortSignal} signal
 */
function preview(place, signal) {
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
  whenShown(place, signal, show);
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

/**
 * Takes the place where the player stands in the song, to a tenth of a second.
 * @param {HTMLButtonElement} button
 */
function takeTime(button) {
  const field = document.getElementById(button.dataset.into ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  button.addEventListener("click", () => {
    if (String(playing.entry?.id) !== button.dataset.takeTime) {
      tell("The player holds another song. Press play on the song above, find the place, then take it.");
      return;
    }
    field.value = audio.currentTime.toFixed(1);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  button.hidden = false;
}

/**
 * One submit, however often it is pressed; the server accepts a form once anyway, by its key.
 * @param {HTMLFormElement} form `data-once="new"`: what was sent came back, so its key is a new one
 * @param {AbortSignal} signal
 */
function sendOnce(form, signal) {
  const button = form.querySelector("button[type=submit]");
  const key = form.elements.namedItem("once");
  if (!(button instanceof HTMLButtonElement && key instanceof HTMLInputElement)) return;
  // After going back this is the form that was sent, although the browser may have fetched it with a new key.
  if (form.dataset.once !== "new") key.value = history.state?.once ?? key.value;
  let isSending = false;
  const release = () => {
    isSending = false;
    button.removeAttribute("aria-disabled");
  };
  form.addEventListener("submit", (event) => {
    // With `data-leaves` navigation hands the same attempt over to the browser.
    if (isSending && !form.hasAttribute("data-leaves")) return event.preventDefault();
    isSending = true;
    remember({ once: key.value });
    button.setAttribute("aria-disabled", "true");
    setTimeout(release, SENDING_MS);
  });
  whenShown(form, signal, release);
}

/**
 * A field that the browser refuses must be seen to be mended.
 * @param {HTMLDetailsElement} part
 * @param {AbortSignal} signal
 */
function openForFaults(part, signal) {
  part.addEventListener("invalid", () => (part.open = true), { capture: true, signal });
}

behaviour("form[data-auto]", applyAtOnce);
behaviour("details[data-extra]", openForFaults);
behaviour("output[data-count]", count);
behaviour("[data-required-when]", need);
behaviour("details[data-preview]", preview);
behaviour("button[data-take-time]", takeTime);
behaviour("form[data-once]", sendOnce);
