// What scripts add to parts of a page, by selector: started for each part that a page brings, ended when it goes.
// @ts-check

/**
 * @typedef {(element: any, signal: AbortSignal) => void} Start `signal` ends with the page: give it to listeners
 */

/** @type {{selector: string, start: Start}[]} */
const known = [];
/** The pages that are not gone, for behaviours whose script comes after them. @type {{root: Element, signal: AbortSignal}[]} */
let shown = [];

/**
 * @param {string} selector
 * @param {Start} start called for each such element of this page and of each later one
 */
export function behaviour(selector, start) {
  known.push({ selector, start });
  for (const { root, signal } of shown) startIn(root, selector, start, signal);
}

/**
 * Starts every behaviour in these roots.
 * @param {(Element | null)[]} roots
 * @returns {AbortController} ends them
 */
export function begin(roots) {
  const end = new AbortController();
  // A page that is gone is not held in memory.
  shown = shown.filter(({ signal }) => !signal.aborted);
  for (const root of roots) {
    if (!root) continue;
    shown.push({ root, signal: end.signal });
    beginIn(root, end.signal);
  }
  return end;
}

/**
 * Starts every behaviour in an element that came later, such as more rows of a list.
 * @param {Element} root
 * @param {AbortSignal} signal
 */
export function beginIn(root, signal) {
  for (const { selector, start } of known) startIn(root, selector, start, signal);
}

/** @param {Element} root @param {string} selector @param {Start} start @param {AbortSignal} signal */
function startIn(root, selector, start, signal) {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches(selector)) found.unshift(root);
  for (const element of found) start(element, signal);
}
