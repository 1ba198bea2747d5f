// One registry of keys: it drives the handlers and fills the list under "?".
// @ts-check

/**
 * @typedef {object} Key
 * @property {string[]} keys `KeyboardEvent.key`; letters in lower case, "alt+" and "shift+" in front where they are held
 * @property {string[]} shown the labels on the keyboard
 * @property {string} does
 * @property {(event: KeyboardEvent) => void} act
 * @property {() => boolean} [when] whether it can do something now; it is listed in any case
 */

/**
 * @typedef {object} Context
 * @property {string} name
 * @property {Key[]} keys
 * @property {Element | null} root the part of the page it belongs to; null: every page
 */

/** The latest registered is asked first, so that a page's own keys come before those of every page. @type {Context[]} */
const contexts = [];
/** The first key of a sequence such as G L, until the next one. */
let prefix = "";
let prefixTimer = 0;
/** What the pointer pressed last: its focus is a leftover, so Space is not meant for it. @type {Node | null} */
let pointed = null;
/** Whether Space was used here: then its release presses nothing. */
let isSpaceUsed = false;

/**
 * @param {string} name
 * @param {Key[]} keys
 * @param {Element | null} [root]
 * @param {AbortSignal} [signal] ends it
 */
export function register(name, keys, root = null, signal) {
  const context = { name, keys, root };
  contexts.unshift(context);
  signal?.addEventListener("abort", () => contexts.splice(contexts.indexOf(context), 1));
}

/** The contexts of what is on the screen. */
export function active() {
  return contexts.filter(({ root }) => !root || root.isConnected);
}

/** @param {KeyboardEvent} event */
function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isLetter = key.toLowerCase() !== key.toUpperCase();
  const name = event.shiftKey && (isLetter || event.key.length > 1) ? `shift+${key}` : key;
  return event.altKey ? `alt+${name}` : name;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  const name = nameOf(event);
  if (name === "Tab") pointed = null;
  isSpaceUsed = false;
  if (isTaken(event.target, name)) return;
  const pressed = prefix ? `${prefix} ${name}` : name;
  prefix = !prefix && name === "g" ? "g" : "";
  clearTimeout(prefixTimer);
  if (prefix) return void (prefixTimer = setTimeout(() => (prefix = ""), 1500));
  const found = find(pressed) ?? find(name);
  if (!found) return;
  event.preventDefault();
  isSpaceUsed = name === " ";
  found.act(event);
}

/** @param {string} pressed */
function find(pressed) {
  for (const { keys } of active()) {
    const key = keys.find((one) => one.keys.includes(pressed) && (one.when?.() ?? true));
    if (key) return key;
  }
  return undefined;
}

/**
 * Whether the focused element uses the key itself: a text field, an open dialog, or a button that Space presses.
 * @param {EventTarget | null} target
 * @param {string} name
 */
function isTaken(target, name) {
  if (!(target instanceof Element)) return false;
  if (name === "Escape") return target.closest("dialog[open]") !== null;
  if (target.closest("dialog[open]")) return true;
  if (target.closest("input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return true;
  if (target.closest("input[type=radio]") && name.startsWith("Arrow")) return true;
  if (target.closest("input[type=range]") && /^(ArrowUp|ArrowDown|Home|End|Page)/.test(name)) return true;
  if (target.closest("input[type=range]:not(.wave-seek)") && name.startsWith("Arrow")) return true;
  const control = target.closest("button, a, summary, input, audio");
  if (name === "Enter") return control !== null;
  return name === " " && control !== null && !isLeftover(control);
}

/**
 * Whether Space is not for it: it has the focus from a press of the pointer only, or is a lyric line, where it
 * would jump when the reader wants to pause.
 * @param {Element} control
 */
function isLeftover(control) {
  return control.matches("[data-lyric-line], [data-lyric-line] *") || (pointed !== null && control.contains(pointed));
}

/** Fills and shows the list of keys, the page's own first. */
export function showKeys() {
  const help = document.querySelector("[data-keys-help]");
  const list = help?.querySelector("[data-keys-list]");
  if (!(help instanceof HTMLDialogElement) || !list || help.open) return;
  const names = [...new Set(active().map(({ name }) => name))];
  list.replaceChildren(...names.map(section));
  help.showModal();
}

/** What several parts of a page registered under one name is one list. @param {string} name */
function section(name) {
  const keys = active().flatMap((context) => (context.name === name ? context.keys : []));
  const part = document.createElement("section");
  const rows = keys.flatMap((key) => {
    const term = document.createElement("dt");
    term.append(...key.shown.map((text) => Object.assign(document.createElement("kbd"), { textContent: text })));
    return [term, Object.assign(document.createElement("dd"), { textContent: key.does })];
  });
  const terms = document.createElement("dl");
  terms.append(...rows);
  part.append(Object.assign(document.createElement("h3"), { textContent: name }), terms);
  return part;
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("keyup", (event) => event.key === " " && isSpaceUsed && event.preventDefault());
  document.addEventListener("pointerdown", ({ target }) => (pointed = target instanceof Node ? target : null));
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    if (target.closest("[data-keys-open]")) showKeys();
    const help = target.closest("[data-keys-close]")?.closest("dialog");
    if (help instanceof HTMLDialogElement) help.close();
  });
}
