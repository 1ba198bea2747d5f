// Undo and redo, any number of steps: pure.
// @ts-check

/** @typedef {import("./draft.js").Lines} Lines */
/**
 * @typedef {object} Step
 * @property {Lines} lines
 * @property {number} at the line that it was about
 */
/**
 * @typedef {object} History
 * @property {readonly Step[]} past
 * @property {Step} now
 * @property {readonly Step[]} future
 * @property {string} key steps of the same key are one, such as letters typed into a line; blank: none
 */

/** @param {Lines} lines @returns {History} */
export const begun = (lines) => ({ past: [], now: { lines, at: 0 }, future: [], key: "" });

/** @param {History} history @param {Lines} lines @param {number} at @param {string} [key] @returns {History} */
export function after(history, lines, at, key = "") {
  const isSameStep = key !== "" && key === history.key;
  const past = isSameStep ? history.past : [...history.past, history.now];
  return { past, now: { lines, at }, future: [], key };
}

/** The next change is a step of its own. @param {History} history @returns {History} */
export const sealed = (history) => ({ ...history, key: "" });

/** @param {History} history @returns {History} */
export function undone({ past, now, future, ...rest }) {
  if (!past.length) return { past, now, future, ...rest };
  return { past: past.slice(0, -1), now: past[past.length - 1], future: [now, ...future], key: "" };
}

/** @param {History} history @returns {History} */
export function redone({ past, now, future, ...rest }) {
  if (!future.length) return { past, now, future, ...rest };
  return { past: [...past, now], now: future[0], future: future.slice(1), key: "" };
}
