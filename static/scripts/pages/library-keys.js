// The keys of the list: up and down, play, open, takes. Focus shows where one is.
// @ts-check
import { behaviour } from "../behaviours.js";
import { register } from "../keys.js";
import { visit } from "../navigation.js";
import { closest, scroller, STOPS } from "./library-dom.js";
import { toggleTakes } from "./library-takes.js";

/** @param {HTMLElement} library @returns {HTMLElement[]} */
function stops(library) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (library.querySelectorAll(STOPS))];
}

/** The row that has the focus, or had it last. @param {HTMLElement} library @returns {HTMLElement | null} */
export function focusedRow(library) {
  const own = closest(document.activeElement, STOPS);
  if (own && library.contains(own)) return own;
  return library.querySelector(".is-focused");
}

/** @param {HTMLElement} library @param {HTMLElement} row */
export function focusRow(library, row) {
  library.querySelector(".is-focused")?.classList.remove("is-focused");
  row.classList.add("is-focused");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** The first row that can be seen, to begin with. @param {HTMLElement} library */
function firstInSight(library) {
  const top = Math.max(scroller().getBoundingClientRect().top, 0);
  return stops(library).find((row) => row.getBoundingClientRect().top >= top);
}

/**
 * @param {HTMLElement} library
 * @param {1 | -1} step
 * @returns {HTMLElement | undefined} the row that has the focus now
 */
export function moveFocus(library, step) {
  const now = focusedRow(library);
  const all = stops(library);
  const row = now ? all[all.indexOf(now) + step] : firstInSight(library);
  if (row) focusRow(library, row);
  return row;
}

behaviour("[data-songs]", (library, signal) => {
  const row = () => focusedRow(library);
  const press = (/** @type {string} */ selector) => {
    const target = row()?.querySelector(selector);
    if (target instanceof HTMLElement) target.click();
  };
  register(
    "List",
    [
      { keys: ["ArrowUp"], shown: ["↑"], does: "The song above", act: () => void moveFocus(library, -1) },
      { keys: ["ArrowDown"], shown: ["↓"], does: "The song below", act: () => void moveFocus(library, 1) },
      { keys: ["Enter"], shown: ["Enter"], does: "Play it", act: () => press("[data-play]"), when: () => row() !== null },
      { keys: ["o"], shown: ["O"], does: "Open it", act: () => open(row()), when: () => row() !== null },
      // A playlist has songs, and covers lead to the request.
      ...(library.matches("[data-library]:not(:has(.card))")
        ? [{ keys: ["e"], shown: ["E"], does: "Open or close its takes", act: () => void takes(library, row()), when: () => row() !== null }]
        : []),
    ],
    library,
    signal,
  );
  library.addEventListener(
    "focusin",
    (/** @type {FocusEvent} */ { target }) => {
      const own = closest(target, STOPS);
      if (!own || own.classList.contains("is-focused")) return;
      library.querySelector(".is-focused")?.classList.remove("is-focused");
      own.classList.add("is-focused");
    },
    { signal },
  );
});

/** @param {HTMLElement | null} row */
function open(row) {
  const link = row?.querySelector("a.row-title");
  if (link instanceof HTMLAnchorElement) visit(link.href);
}

/** Of a take: those of its request close, and its row has the focus. @param {HTMLElement} library @param {HTMLElement | null} row */
async function takes(library, row) {
  const head = closest(row, ".stack")?.previousElementSibling ?? row;
  if (!(head instanceof HTMLElement)) return;
  await toggleTakes(library, head);
  focusRow(library, head);
}
