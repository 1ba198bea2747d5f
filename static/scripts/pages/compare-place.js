// Where the other take is at the same line, section or second. It knows no page and no sound.
// @ts-check

/**
 * @typedef {object} Take what a lane says of its song; times in seconds
 * @property {number} id
 * @property {string} name its letter
 * @property {string} title
 * @property {string} audio blank where there is nothing to play
 * @property {string} cover
 * @property {string} hue
 * @property {string} review
 * @property {number} duration
 * @property {number | null} gain in dB, at most 0
 * @property {string} lang
 * @property {{start: number, end: number, text: string}[]} lines
 * @property {{name: string, start: number, end: number}[]} sections
 */

/** @typedef {"line" | "second" | "section" | "join"} Keeps what stays when switching */
/** @typedef {[number, number][]} Pairs where both takes begin the same line: in A, in B */

// Whether a line is sung is asked of a clock that is a little behind what was seeked to.
const NEAR = 0.0005;

/** The line that is sung, or was last. @param {Take} take @param {number} time @returns {number} −1 before the first */
export function lineAt(take, time) {
  return take.lines.findLastIndex(({ start }) => start <= time + NEAR);
}

/** @param {Take} take @param {number} time */
export function sectionAt(take, time) {
  return take.sections.findLast(({ start }) => start <= time + NEAR);
}

/**
 * The same line in the other take: its place there, or −1.
 * @param {Take} from
 * @param {Take} to
 * @param {number} line its place in `from`
 * @param {Pairs} pairs
 * @param {boolean} isFromA
 */
export function sameLine(from, to, line, pairs, isFromA) {
  const start = from.lines[line]?.start;
  const pair = pairs.find((one) => one[isFromA ? 0 : 1] === start);
  return pair ? to.lines.findIndex((one) => one.start === pair[isFromA ? 1 : 0]) : -1;
}

/**
 * Where the other take begins what is heard now. Where that take has no such thing, the second stays.
 * @param {Take} from
 * @param {Take} to
 * @param {number} time in `from`
 * @param {{keeps: Keeps, pairs: Pairs, isFromA: boolean, extension: number}} how
 */
export function placeIn(from, to, time, { keeps, pairs, isFromA, extension }) {
  if (keeps === "join") return isFromA ? time - extension : time + extension;
  if (keeps === "section") return sameSection(from, to, time) ?? time;
  if (keeps !== "line") return time;
  for (let line = lineAt(from, time); line >= 0; line -= 1) {
    const found = sameLine(from, to, line, pairs, isFromA);
    if (found < 0) continue;
    // A line that only this take has is so far behind the last one that both have.
    const isNow = line === lineAt(from, time);
    return to.lines[found].start + (isNow ? 0 : time - from.lines[line].start);
  }
  return time;
}

/**
 * The start of the section of the same name, the second chorus for the second.
 * @param {Take} from
 * @param {Take} to
 * @param {number} time
 */
function sameSection(from, to, time) {
  const now = sectionAt(from, time);
  if (!now) return undefined;
  const isSame = (/** @type {{name: string}} */ { name }) => name.toLowerCase() === now.name.toLowerCase();
  const count = from.sections.filter((one) => isSame(one) && one.start < now.start).length;
  return to.sections.filter(isSame)[count]?.start;
}
