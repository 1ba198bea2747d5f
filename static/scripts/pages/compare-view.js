// What the compare page shows: its two lanes, the words of the chosen take, and the same line of the other one.
// @ts-check
import { clock } from "../player/clock.js";
import { sayTime, showTime } from "../player/wave.js";
import { sameLine, sectionAt } from "./compare-place.js";

/** @typedef {import("./compare-place.js").Take} Take */
/** @typedef {import("./compare-place.js").Pairs} Pairs */

const WORDS = { new: "in review", approved: "approved", rejected: "rejected" };
const TONES = { new: "quiet", approved: "ok", rejected: "bad" };
// Starts that nobody hears apart, in seconds.
const TOGETHER = 0.05;

/**
 * @param {ParentNode} root
 * @param {string} name of the attribute `data-<name>`
 * @returns {any}
 */
export function part(root, name) {
  return root.querySelector(`[data-${name}]`);
}

/**
 * @param {HTMLElement} lane
 * @param {{isNow: boolean, isPlaying: boolean, hasSound: boolean, chosen: string}} state `chosen`: the name of that take
 */
export function showLane(lane, { isNow, isPlaying, hasSound, chosen }) {
  lane.dataset.state = isNow ? "now" : "rival";
  part(lane, "side").setAttribute("aria-pressed", String(isNow));
  const key = part(lane, "key");
  if (key) key.textContent = isNow ? "↵" : "⇧↵";
  const heard = isNow ? (isPlaying ? "playing" : "chosen") : `against ${chosen}`;
  part(lane, "lane-says").textContent = hasSound ? heard : "no sound";
}

/**
 * The played part of a lane's waveform, and the time beside it.
 * @param {HTMLElement} lane
 * @param {Take} take
 * @param {number} time
 * @param {number} length
 */
export function showPlace(lane, take, time, length) {
  showTime(lane, time, length);
  const place = part(lane, "lane-time");
  if (place.textContent === clock(time)) return;
  place.textContent = clock(time);
  sayTime(lane, time, length, sectionAt(take, time)?.name ?? "");
}

/** @param {HTMLElement} lane @param {keyof typeof WORDS} review */
export function showReview(lane, review) {
  const state = part(lane, "lane-review");
  state.textContent = WORDS[review];
  state.dataset.tone = TONES[review];
  state.hidden = review === "new";
}

/**
 * The line before, now and next of the chosen take.
 * @param {HTMLElement} root
 * @param {Take} take
 * @param {number} line its place; −1 before the first
 * @param {boolean} isSung whether it is sung just now
 */
export function showWords(root, take, line, isSung) {
  const { lines } = take;
  const sung = lines.length ? (lines[line]?.text ?? "…") : "No line of this take has a time.";
  for (const [name, text] of [["before", lines[line - 1]?.text], ["sung", sung], ["after", lines[line + 1]?.text]]) {
    const place = part(root, /** @type {string} */ (name));
    place.textContent = text ?? "";
    if (take.lang) place.lang = take.lang;
    else place.removeAttribute("lang");
  }
  const now = part(root, "sung");
  now.classList.toggle("is-silent", !lines.length);
  if (isSung) now.setAttribute("aria-current", "true");
  else now.removeAttribute("aria-current");
  part(root, "section").textContent = sectionAt(take, lines[line]?.start ?? 0)?.name ?? "";
  part(root, "place").textContent = placeInWords(take, line);
}

/** @param {Take} take @param {number} line */
function placeInWords({ lines }, line) {
  if (line >= 0) return `line ${line + 1} of ${lines.length}`;
  return lines.length ? `first line at ${clock(lines[0].start)}` : "";
}

/**
 * What the other take sings at the same line.
 * @param {HTMLElement} root
 * @param {{take: Take, rival: Take, line: number, pairs: Pairs, isFromA: boolean}} now
 */
export function showOther(root, { take, rival, line, pairs, isFromA }) {
  const { name } = rival;
  const there = rival.lines[sameLine(take, rival, line, pairs, isFromA)];
  const own = take.lines[line];
  part(root, "other-name").textContent = name;
  const words = part(root, "other-line");
  words.textContent = there?.text ?? "";
  words.classList.toggle("is-other", there !== undefined && there.text !== own.text);
  if (rival.lang) words.lang = rival.lang;
  else words.removeAttribute("lang");
  part(root, "other-says").textContent = rival.lines.length ? otherInWords(name, own, there) : `No line of ${name} has a time.`;
}

/**
 * @param {string} name
 * @param {{start: number, text: string} | undefined} own
 * @param {{start: number, text: string} | undefined} there
 */
function otherInWords(name, own, there) {
  if (!own) return "Nothing is sung yet.";
  if (!there) return `${name} does not sing this line.`;
  const shift = there.start - own.start;
  const later = `${Math.abs(shift).toFixed(1)} s ${shift > 0 ? "later" : "earlier"}`;
  const when = Math.abs(shift) < TOGETHER ? "at the same second" : later;
  return `${there.text === own.text ? "The same words" : "Other words"}, at ${clock(there.start)}, ${when}.`;
}
