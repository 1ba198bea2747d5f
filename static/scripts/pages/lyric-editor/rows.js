// The list of lines: times and words in fields, a mark for what to look at.
// @ts-check
import { read, written } from "./draft.js";

/** @typedef {import("./draft.js").Line} Line */
/** @typedef {import("./state.js").State} State */

/** @param {State} state @param {HTMLElement} list */
export function showRows(state, list) {
  const before = [...list.children];
  const { lines } = state;
  const same = sameAtEnds(before.map((element) => shown.get(element)?.line), lines);
  const rest = before.slice(same.head, before.length - same.tail);
  const wanted = lines.length - same.head - same.tail;
  for (const element of rest.slice(wanted)) element.remove();
  const behind = before[before.length - same.tail] ?? null;
  for (let count = rest.length; count < wanted; count++) list.insertBefore(row(), behind);
  [...list.children].forEach((element, at) => showRow(/** @type {HTMLElement} */ (element), lines[at], at));
}

/**
 * How many lines are the same at both ends, so that a new one in between needs only a row of its own.
 * @param {(Line | undefined)[]} before
 * @param {readonly Line[]} after
 */
function sameAtEnds(before, after) {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { head, tail };
}

function row() {
  const made = Object.assign(document.createElement("li"), { className: "edit-line", tabIndex: -1 });
  const number = Object.assign(document.createElement("span"), { className: "num" });
  const field = (/** @type {string} */ name, /** @type {string} */ className) => {
    const input = Object.assign(document.createElement("input"), { type: "text", className, autocomplete: "off", spellcheck: false });
    input.dataset.field = name;
    return input;
  };
  const text = Object.assign(field("text", "text"), { dir: "auto" });
  made.append(number, field("start", "time"), field("end", "time"), text);
  return made;
}

/** Lines are never changed in place: the same one is on the screen already. @type {WeakMap<Element, {line: Line, at: number}>} */
const shown = new WeakMap();

/** @param {HTMLElement} element @param {Line} line @param {number} at */
function showRow(element, line, at) {
  const before = shown.get(element);
  if (before?.line === line && before.at === at) return;
  shown.set(element, { line, at });
  const [number, start, end, text] = /** @type {any} */ (element.children);
  const isHeading = line.kind === "section";
  element.classList.toggle("is-heading", isHeading);
  number.textContent = String(at + 1);
  const name = `${isHeading ? "Heading" : "Line"} ${at + 1}`;
  show(start, written(line.start), `${name}, start`);
  show(end, isHeading ? "" : written(line.end), `${name}, end`);
  end.disabled = isHeading;
  show(text, line.text, `${name}, words`);
}

/** Shows a line again, whatever was typed over it. @param {State} state @param {HTMLElement} list @param {number} at */
export function showAgain(state, list, at) {
  const element = list.children[at];
  shown.delete(element);
  showRow(/** @type {HTMLElement} */ (element), state.lines[at], at);
}

/** @param {HTMLInputElement} field @param {string} value @param {string} name */
function show(field, value, name) {
  field.setAttribute("aria-label", name);
  // A value that is the same is not set: that would move the cursor.
  if (field.value !== value) field.value = value;
  field.removeAttribute("aria-invalid");
}

/** How each row looks. @type {WeakMap<Element, string>} */
const selected = new WeakMap();

/** @param {State} state @param {HTMLElement} list */
export function showSelection(state, list) {
  const [first, last] = state.selection;
  [...list.children].forEach((element, at) => {
    const isSelected = at >= first && at <= last;
    // A page of 2,000 lines is slow where each of them is touched for each key.
    const looks = `${isSelected} ${at === state.at}`;
    if (selected.get(element) === looks) return;
    selected.set(element, looks);
    element.classList.toggle("is-selected", isSelected);
    if (at === state.at) element.setAttribute("aria-current", "true");
    else element.removeAttribute("aria-current");
    // Tab stays in the line, and leads on to the tools with it selected: on its way through others it would select them.
    for (const stop of /** @type {HTMLElement[]} */ ([element, ...element.querySelectorAll("input")])) stop.tabIndex = at === state.at ? 0 : -1;
  });
}

/** @param {State} state @param {HTMLElement} list */
export function showMarks(state, list) {
  const tones = new Map(state.findings.map(({ position, tone }) => [position, tone ?? "warn"]));
  [...list.children].forEach((element, at) => {
    const tone = tones.get(at);
    const number = /** @type {HTMLElement} */ (element.firstElementChild);
    number.classList.toggle("flag", tone !== undefined);
    number.dataset.tone = tone ?? "";
    /** @type {HTMLElement} */ (element).dataset.tone = tone ?? "";
    const sentences = state.findings.filter(({ position }) => position === at).map(({ sentence }) => sentence);
    number.title = sentences.join(" ");
    const field = element.querySelector(".text");
    if (tone) field?.setAttribute("aria-description", sentences.join(" "));
    else field?.removeAttribute("aria-description");
  });
}

/** @param {Element | null} element @returns {number} the place of the line that it belongs to; -1: none */
export function placeOf(element) {
  const found = element?.closest(".edit-line");
  return found?.parentElement ? [...found.parentElement.children].indexOf(found) : -1;
}

/** What was typed as a time; undefined, with a mark, where it is none. @param {HTMLInputElement} field */
export function timeIn(field) {
  const time = read(field.value);
  field.toggleAttribute("aria-invalid", false);
  if (time === undefined) field.setAttribute("aria-invalid", "true");
  return time;
}

/** @param {HTMLElement} list @param {number} at @param {"start" | "end" | "text" | ""} [field] blank: the line itself @param {number} [cursor] */
export function focusRow(list, at, field = "", cursor) {
  const element = /** @type {HTMLElement | undefined} */ (list.children[at]);
  const target = field ? element?.querySelector(`[data-field="${field}"]`) : element;
  if (!(target instanceof HTMLElement)) return;
  target.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "nearest" });
  if (target instanceof HTMLInputElement && cursor !== undefined) target.setSelectionRange(cursor, cursor);
}
