// Songs of a playlist are dragged by their number: a line shows where one goes, and nothing moves before it is let go.
// @ts-check
import { closest, scroller } from "./library-dom.js";
import { moveRow } from "./playlist-order.js";

const EDGE_PX = 60;
const STEP_PX = 12;

/**
 * @typedef {object} Drag
 * @property {HTMLElement} row
 * @property {number} y where the pointer is
 * @property {HTMLElement | null} target the row that it would stand next to
 * @property {boolean} isBehind
 */

/**
 * @param {import("./playlist-order.js").List} list
 * @param {AbortSignal} signal
 */
export function startDragging(list, signal) {
  const { place } = list;
  /** @type {Drag | null} */
  let drag = null;

  const end = () => {
    if (!drag) return;
    unmark(drag);
    drag.row.classList.remove("is-dragged");
    place.classList.remove("is-dragging");
    drag = null;
  };
  const frame = () => {
    if (!drag) return;
    // Another page came meanwhile, or a fresh copy of this one.
    if (!place.isConnected) return end();
    scrollAtEdge(drag.y);
    aim(place, drag);
    requestAnimationFrame(frame);
  };
  place.addEventListener(
    "pointerdown",
    (event) => {
      const handle = closest(event.target, "[data-drag]");
      const row = closest(handle, ".row");
      if (!handle || !row || event.button !== 0) return;
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      drag = { row, y: event.clientY, target: null, isBehind: false };
      row.classList.add("is-dragged");
      place.classList.add("is-dragging");
      requestAnimationFrame(frame);
    },
    { signal },
  );
  place.addEventListener("pointermove", ({ clientY }) => void (drag && (drag.y = clientY)), { signal });
  place.addEventListener(
    "pointerup",
    ({ clientY }) => {
      if (!drag) return;
      drag.y = clientY;
      aim(place, drag);
      const { row, target, isBehind } = drag;
      end();
      if (target) moveRow(list, row, placeOf(row, target, isBehind));
    },
    { signal },
  );
  place.addEventListener("pointercancel", end, { signal });
  document.addEventListener("page:escape", end, { signal });
}

/** Marks the row under the pointer, on the side where the song would come. @param {HTMLElement} place @param {Drag} drag */
function aim(place, drag) {
  const { left } = drag.row.getBoundingClientRect();
  const found = closest(document.elementFromPoint(left + 60, drag.y), ".row");
  unmark(drag);
  drag.target = found && place.contains(found) && found !== drag.row ? found : null;
  if (!drag.target) return;
  const { top, height } = drag.target.getBoundingClientRect();
  drag.isBehind = drag.y > top + height / 2;
  drag.target.classList.add(drag.isBehind ? "is-behind" : "is-before");
}

/** @param {Drag} drag */
function unmark({ target }) {
  target?.classList.remove("is-before", "is-behind");
}

/** @param {HTMLElement} row @param {HTMLElement} target @param {boolean} isBehind */
function placeOf(row, target, isBehind) {
  const [from, at] = [Number(row.dataset.place), Number(target.dataset.place)];
  if (from < at) return isBehind ? at : at - 1;
  return isBehind ? at + 1 : at;
}

/** @param {number} y */
function scrollAtEdge(y) {
  const bounds = scroller().getBoundingClientRect();
  const [top, bottom] = [Math.max(bounds.top, 0), Math.min(bounds.bottom, innerHeight)];
  if (y < top + EDGE_PX) scroller().scrollTop -= STEP_PX;
  else if (y > bottom - EDGE_PX) scroller().scrollTop += STEP_PX;
}
