// Short sentences at the foot of the page: what was done, with a way back, and what failed.
// @ts-check

const STAYS_MS = 8000;

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
  if (action && act) note.append(button(action, () => (note.remove(), act())));
  note.append(button("Close", () => note.remove()));
  place.replaceChildren(note);
  if (tone !== "bad") setTimeout(() => note.remove(), STAYS_MS);
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
