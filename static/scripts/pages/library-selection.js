// Songs that are chosen: by mouse, with Shift for all between, by keyboard, on a phone by a long press.
// @ts-check
import { behaviour } from "../behaviours.js";
import { register } from "../keys.js";
import { closest, rowsOf, SONGS } from "./library-dom.js";
import { focusedRow, focusRow, moveFocus } from "./library-keys.js";

const LONG_PRESS_MS = 500;

/** @param {ParentNode} library @returns {HTMLElement[]} */
export function selected(library) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (library.querySelectorAll(".is-selected[data-track-id]"))];
}

/** The ids of all takes that the chosen rows stand for, each once. @param {ParentNode} library @returns {number[]} */
export function selectedIds(library) {
  const ids = selected(library).flatMap((row) => (row.dataset.takes || row.dataset.trackId || "").split(","));
  return [...new Set(ids)].map(Number);
}

/** @param {HTMLElement} row @param {boolean} isChosen */
function set(row, isChosen) {
  const box = row.querySelector(".check input");
  if (!(box instanceof HTMLInputElement)) return;
  box.checked = isChosen;
  row.classList.toggle("is-selected", isChosen);
}

/** Tells the bar. @param {HTMLElement} library */
function changed(library) {
  library.dispatchEvent(new CustomEvent("selection:changed"));
}

/** @param {HTMLElement} library */
export function clearSelection(library) {
  for (const row of selected(library)) set(row, false);
  library.classList.remove("is-choosing");
  changed(library);
}

/** @param {HTMLElement} library @param {HTMLElement} row @param {boolean} isChosen */
export function select(library, row, isChosen) {
  set(row, isChosen);
  changed(library);
}

/** @param {HTMLElement} library @param {HTMLElement} from @param {HTMLElement} to @param {boolean} isChosen */
function selectBetween(library, from, to, isChosen) {
  const rows = /** @type {HTMLElement[]} */ ([...library.querySelectorAll(SONGS)]);
  const [first, last] = [rows.indexOf(from), rows.indexOf(to)].sort((one, other) => one - other);
  for (const row of rows.slice(Math.max(first, 0), last + 1)) set(row, isChosen);
  changed(library);
}

behaviour("[data-library]", (library, signal) => {
  /** Where a range begins: the song, for its row may be replaced meanwhile. @type {string | undefined} */
  let anchor;
  const anchorRow = () => rowsOf(library, anchor ?? "")[0];
  library.addEventListener(
    "click",
    (/** @type {MouseEvent} */ event) => {
      const box = closest(event.target, ".check input");
      const row = closest(box, SONGS);
      if (!(box instanceof HTMLInputElement) || !row) return;
      if (event.shiftKey && anchorRow()) selectBetween(library, anchorRow(), row, box.checked);
      else select(library, row, box.checked);
      anchor = row.dataset.trackId;
    },
    { signal },
  );
  const toggle = () => {
    const row = focusedRow(library);
    if (row) select(library, row, !row.classList.contains("is-selected"));
    anchor = row?.dataset.trackId;
  };
  const extend = (/** @type {1 | -1} */ step) => {
    const row = focusedRow(library);
    if (row) set(row, true);
    const next = moveFocus(library, step);
    if (next) select(library, next, true);
  };
  const has = () => focusedRow(library) !== null;
  register(
    "List",
    [
      { keys: ["s"], shown: ["S"], does: "Choose it", act: toggle, when: has },
      { keys: ["shift+ArrowUp", "shift+ArrowDown"], shown: ["⇧↑", "⇧↓"], does: "Choose this and the next", act: ({ key }) => extend(key === "ArrowUp" ? -1 : 1) },
    ],
    library,
    signal,
  );
  document.addEventListener("page:escape", () => library.isConnected && clearSelection(library), { signal });
  pressLong(library, signal);
});

/** On a touch screen a long press chooses, and from then on a press does. @param {HTMLElement} library @param {AbortSignal} signal */
function pressLong(library, signal) {
  let timer = 0;
  let isLong = false;
  const stop = () => clearTimeout(timer);
  library.addEventListener(
    "pointerdown",
    (event) => {
      isLong = false;
      const row = closest(event.target, SONGS);
      if (event.pointerType !== "touch" || !row || closest(event.target, "button")) return;
      stop();
      timer = setTimeout(() => {
        isLong = true;
        library.classList.add("is-choosing");
        select(library, row, !row.classList.contains("is-selected"));
        focusRow(library, row);
      }, LONG_PRESS_MS);
    },
    { signal },
  );
  for (const name of ["pointerup", "pointercancel", "pointermove", "scroll"]) library.addEventListener(name, stop, { signal });
  library.addEventListener("contextmenu", (event) => isLong && event.preventDefault(), { signal });
  library.addEventListener(
    "click",
    (event) => {
      const row = closest(event.target, SONGS);
      const isChoosing = library.classList.contains("is-choosing") && selected(library).length > 0;
      if (!isLong && (!isChoosing || !row || closest(event.target, "button, .check"))) return;
      event.preventDefault();
      event.stopPropagation();
      if (!isLong && row) select(library, row, !row.classList.contains("is-selected"));
      isLong = false;
    },
    { signal, capture: true },
  );
}
