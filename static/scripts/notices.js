// Short sentences at the foot of the page: what was done, with a way back, and what failed.
// @ts-check
import { keepFocus } from "./focus.js";

const STAYS_MS = 8000;

/** What had the focus before the notice. @type {EventTarget | null} */
let before = null;

/**
 * @typedef {object} Notice
 * @property {"ok" | "bad" | "quiet"} [tone]
 * @property {string} [action] the word on its button
 * @property {() => void} [act]
 */

/**
 * Shows one sentence at a time. A failure stays until the next one or until it is closed.
 * @param {string} text
 * @param {Notice} [notice]
 */
export function tell(text, { tone = "quiet", action, act } = {}) {
  const place = document.querySelector("[data-notices]");
  if (!place) return;
  const note = document.createElement("div");
  note.className = "notice";
  note.dataset.tone = tone;
  note.append(paragraph(text));
  if (action && act) note.append(button(action, () => (put(place), act())));
  note.append(button("Close", () => put(place)));
  note.addEventListener("focusin", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && place.contains(relatedTarget))) before = relatedTarget;
  });
  put(place, note);
  if (tone !== "bad") setTimeout(() => end(place, note), STAYS_MS);
}

/** Shows this one, or none; the focus goes back to where it was. @param {Element} place @param {HTMLElement[]} notes */
function put(place, ...notes) {
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(...notes);
  if (hadFocus) keepFocus(before instanceof Element ? before : null);
}

/** A notice does not go under the hand. @param {Element} place @param {HTMLElement} note */
function end(place, note) {
  if (!note.isConnected) return;
  if (note.matches(":hover, :focus-within")) setTimeout(() => end(place, note), STAYS_MS);
  else put(place);
}

/** Gives the focus to what can be done about the notice. */
export function focusNotice() {
  /** @type {HTMLElement | null} */ (document.querySelector("[data-notices] button"))?.focus();
}

/** @param {string} text */
function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text, dir: "auto" });
}

/**
 * @param {string} text
 * @param {() => void} act
 */
function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.addEventListener("click", act);
  return made;
}
