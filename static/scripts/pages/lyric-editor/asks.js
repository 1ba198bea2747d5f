// The questions of the lyric editor: what to do with a kept draft, and with a version that somebody else saved.
// @ts-check
import { keepFocus } from "../../focus.js";
import { written } from "./draft.js";

/** @typedef {import("./draft.js").Line} Line */
/** @typedef {import("./draft.js").Lines} Lines */

/**
 * Shows a question with its answers as buttons; it goes away with the first answer.
 * @param {HTMLElement} place
 * @param {string} text
 * @param {Record<string, () => void>} answers by the word on the button
 * @param {{tone?: "bad", more?: Node}} [how]
 */
export function ask(place, text, answers, { tone, more } = {}) {
  const box = Object.assign(document.createElement("div"), { className: "edit-ask" });
  if (tone) box.dataset.tone = tone;
  box.setAttribute("role", "alert");
  const buttons = Object.assign(document.createElement("div"), { className: "buttons" });
  for (const [word, act] of Object.entries(answers)) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: word });
    button.addEventListener("click", () => (box.remove(), act(), keepFocus(document.querySelector(".edit-line[aria-current]"))));
    buttons.append(button);
  }
  box.append(Object.assign(document.createElement("p"), { textContent: text }), buttons, ...(more ? [more] : []));
  place.replaceChildren(box);
  const differs = box.querySelector(".differs");
  if (differs instanceof HTMLElement) Object.assign(more ?? {}, { scrollTop: differs.offsetTop - 2 * differs.offsetHeight });
}

/**
 * Two lyrics side by side, with a mark where they differ.
 * @param {Lines} theirs
 * @param {Lines} ours
 */
export function both(theirs, ours) {
  const place = Object.assign(document.createElement("div"), { className: "both", tabIndex: 0 });
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", "Both versions");
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const text of ["Theirs, shown now", "Yours, not saved"]) {
    head.append(Object.assign(document.createElement("th"), { textContent: text, scope: "col" }));
  }
  const body = table.createTBody();
  for (const [one, other] of pairs(theirs, ours)) {
    const row = body.insertRow();
    const differs = JSON.stringify(one) !== JSON.stringify(other);
    if (differs) row.className = "differs";
    row.append(cell(one), cell(other));
  }
  place.append(table);
  return place;
}

/**
 * Lines of the same words beside each other, as far as their order allows.
 * @param {Lines} theirs
 * @param {Lines} ours
 * @returns {Generator<[Line | undefined, Line | undefined]>}
 */
function* pairs(theirs, ours) {
  let place = 0;
  for (const line of ours) {
    const same = theirs.findIndex((one, at) => at >= place && one.text === line.text);
    for (; same >= 0 && place < same; place++) yield [theirs[place], undefined];
    const isNext = same >= 0 || (theirs[place] && !ours.some(({ text }) => text === theirs[place].text));
    yield [isNext ? theirs[place++] : undefined, line];
  }
  for (; place < theirs.length; place++) yield [theirs[place], undefined];
}

/** @param {Line | undefined} line */
function cell(line) {
  const made = Object.assign(document.createElement("td"), { dir: "auto" });
  if (!line) return made;
  const text = line.kind === "section" ? `[${line.text}]` : line.text;
  made.append(Object.assign(document.createElement("time"), { textContent: written(line.start) }), text);
  return made;
}
