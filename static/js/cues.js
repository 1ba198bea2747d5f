// Which lines are sung at a time. Lines may overlap, touch, leave gaps, or have no length.
// @ts-check

/**
 * @typedef {object} Cue
 * @property {HTMLElement} element
 * @property {number} start seconds
 * @property {number} end seconds; a cue is sung while start <= t < end
 */

// A media clock counts in microseconds and its seconds are rounded: half a millisecond is "the same time".
export const TOLERANCE = 0.0005;

/**
 * @param {ParentNode} sheet
 * @returns {Cue[]} by start
 */
export function readCues(sheet) {
  const lines = /** @type {HTMLElement[]} */ ([...sheet.querySelectorAll("[data-lyric-line]")]);
  return lines
    .map((element) => ({ element, start: Number(element.dataset.start), end: Number(element.dataset.end) }))
    .sort((one, other) => one.start - other.start);
}

/**
 * @param {Cue[]} cues by start
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
 * @param {Cue[]} cues by start
 * @returns {(time: number) => {sung: Cue[], reached: number}} what is sung at a time, by start, and the last
 *   cue that has begun (-1 before the first)
 */
export function timeline(cues) {
  // The latest end among a cue and all before it: once that has passed, none of them is sung.
  const latest = [];
  for (const cue of cues) latest.push(Math.max(cue.end, latest.at(-1) ?? -Infinity));

  return (time) => {
    const count = begun(cues, time);
    const sung = [];
    for (let place = count - 1; place >= 0 && latest[place] > time + TOLERANCE; place -= 1) {
      if (cues[place].end > time + TOLERANCE) sung.unshift(cues[place]);
    }
    return { sung, reached: count - 1 };
  };
}
