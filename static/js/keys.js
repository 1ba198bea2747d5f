// One registry of keys drives the player and fills the help.
// @ts-check

/**
 * @typedef {object} Key
 * @property {string[]} keys `KeyboardEvent.key` in lower case
 * @property {string[]} shown the labels on the keyboard
 * @property {string} does
 * @property {() => void} act
 */

/** @param {Key[]} registry */
export function listen(registry) {
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target, key)) return;
    const found = registry.find((one) => one.keys.includes(key));
    if (!found) return;
    event.preventDefault();
    found.act();
  });
  // A button acts when Space is released: on a lyric line that would jump where the reader wants to pause.
  document.addEventListener("keyup", (event) => {
    if (event.key === " " && isLine(event.target)) event.preventDefault();
  });
}

/**
 * @param {Key[]} registry
 * @param {Element} list
 */
export function explain(registry, list) {
  for (const key of registry) {
    const name = document.createElement("dt");
    name.append(...key.shown.map((text) => Object.assign(document.createElement("kbd"), { textContent: text })));
    const does = Object.assign(document.createElement("dd"), { textContent: key.does });
    list.append(name, does);
  }
}

/**
 * Whether the focused element uses the key itself: a text field, or a button that Space presses.
 * @param {EventTarget | null} target
 * @param {string} key
 */
function isTaken(target, key) {
  if (!(target instanceof Element)) return false;
  if (target.closest("dialog[open], input:not([type=range]), textarea, select, [contenteditable], audio, video")) return true;
  return key === " " && !isLine(target) && target.closest("button, a, summary") !== null;
}

/** @param {EventTarget | null} target */
function isLine(target) {
  return target instanceof Element && target.closest("[data-lyric-line]") !== null;
}
