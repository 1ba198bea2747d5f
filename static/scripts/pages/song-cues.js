// What is sung at a time, and how far each line is from it. Lines may overlap, touch, leave gaps, or have no length.
// @ts-check

/**
 * @typedef {object} Cue
 * @property {HTMLElement} element
 * @property {number} start seconds
 * @property {number} end seconds; a cue is sung while start <= t < end
 */

// A media clock counts in microseconds and its seconds are rounded: half a millisecond is "the same time".
export const TOLERANCE = 0.0005;
export const FURTHEST = 4;

/**
 * @param {ParentNode} sheet
 * @param {string} selector of elements with `data-start` and `data-end`
 * @returns {Cue[]} by start
 */
export function readCues(sheet, selector) {
  const found = /** @type {HTMLElement[]} */ ([...sheet.querySelectorAll(selector)]);
  return found
    .map((element) => ({ element, start: Number(element.dataset.start), end: Number(element.dataset.end) }))
    .sort((one, other) => one.start - other.start);
}

/**
 * @param {{start: number}[]} cues by start
 * @param {number} time seconds
 * @returns {number} how many cues have begun; a binary search
 */
export function begun(cues, time) {
  let low = 0;
  let high = cues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cues[middle].start <= time + TOLERANCE) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * @template {{start: number, end: number}} T
 * @param {T[]} cues by start
 * @returns {(time: number) => {sung: number[], reached: number}} the places of what is sung at a time, and of the
 *   last cue that has begun (-1 before the first)
 */
export function timeline(cues) {
  // The latest end among a cue and all before it: once that has passed, none of them is sung.
  /** @type {number[]} */
  const latest = [];
  for (const cue of cues) latest.push(Math.max(cue.end, latest.at(-1) ?? -Infinity));

  return (time) => {
    const reached = begun(cues, time) - 1;
    /** @type {number[]} */
    const sung = [];
    for (let place = reached; place >= 0 && latest[place] > time + TOLERANCE; place -= 1) {
      if (cues[place].end > time + TOLERANCE) sung.unshift(place);
    }
    return { sung, reached };
  };
}

/**
 * How far a line is from what is sung, from 0 to FURTHEST. Between two lines the one before stays the nearest;
 * in a long pause none is at 0.
 * @param {number} place
 * @param {{sung: number[], reached: number}} now
 * @param {boolean} isPause
 */
export function distance(place, { sung, reached }, isPause) {
  if (sung.length) return Math.min(FURTHEST, ...sung.map((one) => Math.abs(one - place)));
  const isAhead = place > reached;
  const before = reached - place + (isPause ? 1 : 0);
  return Math.min(FURTHEST, isAhead ? place - reached : before);
}
