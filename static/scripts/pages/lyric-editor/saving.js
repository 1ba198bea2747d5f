// Where a draft goes: into this browser while it is made, and to the server as a new version.
// @ts-check
import { send } from "../../api.js";
import { DRAFTS } from "../../drafts.js";

/** @typedef {import("./draft.js").Lines} Lines */
/** @typedef {{name: string, version: number | null, seen: string, lines: Lines, at: number}} Kept `at`: when, as Date.now() */

/** Each page that is opened keeps a draft of its own, so that two of them do not replace each other. */
const PAGE = Date.now();
let pages = 0;

/** The name of a draft in this browser. @param {number} track @param {number | null} version that it is made from */
export const nameFor = (track, version) => `${DRAFTS}${track}:${version ?? "provider"}:${PAGE + pages++}`;

/**
 * Keeps a draft in this browser.
 * @param {string} name
 * @param {{version: number | null, seen: string}} base
 * @param {Lines} lines
 * @returns {boolean} whether there was room for it
 */
export function keep(name, { version, seen }, lines) {
  try {
    localStorage.setItem(name, JSON.stringify({ version, seen, lines, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} name */
export function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Where nothing can be kept, nothing is.
  }
}

/** The latest draft of the track, whatever it was made from. @param {number} track @returns {Kept | null} */
export function kept(track) {
  return keptOf(track).sort((one, other) => other.at - one.at)[0] ?? null;
}

/** Forgets the drafts of the track that hold these lines, whichever page kept them. @param {number} track @param {Lines} lines */
export function forgetSame(track, lines) {
  const saved = JSON.stringify(lines);
  for (const draft of keptOf(track)) if (JSON.stringify(draft.lines) === saved) forget(draft.name);
}

/** @param {number} track @returns {Kept[]} */
function keptOf(track) {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(`${DRAFTS}${track}:`));
    return names.map((name) => parsed(name, localStorage.getItem(name) ?? "")).filter((one) => one !== null);
  } catch {
    return [];
  }
}

/** @param {string} name @param {string} text @returns {Kept | null} */
function parsed(name, text) {
  try {
    const draft = JSON.parse(text);
    return Array.isArray(draft.lines) && draft.lines.length ? { ...draft, name } : null;
  } catch {
    return null;
  }
}

/** @param {Lines} lines as the REST API takes them: in seconds */
function toRest(lines) {
  const seconds = (/** @type {number | null} */ time) => (time === null ? null : time / 1000);
  return lines.map(({ kind, start, end, text, words }) => ({
    kind,
    text,
    start: seconds(start),
    end: seconds(end),
    words: words.map((word) => ({ text: word.text, start: word.start / 1000, end: word.end / 1000 })),
  }));
}

/** @param {any[]} lines of the REST API @returns {Lines} their fields in the order of the page's own, so that both are the same as JSON */
export function fromRest(lines) {
  const time = (/** @type {number | null} */ seconds) => (seconds === null ? null : Math.round(seconds * 1000));
  return lines.map(({ kind, start, end, text, words }) => ({
    kind,
    start: time(start),
    end: time(end),
    text,
    words: (words ?? []).map((/** @type {any} */ word) => ({ start: time(word.start), end: time(word.end), text: word.text })),
  }));
}

/** @param {number} track @param {{version: number | null, seen: string}} base @param {Lines} lines @param {string} note */
export function save(track, { version, seen }, lines, note) {
  return send("PUT", `tracks/${track}/lyrics/`, { lines: toRest(lines), based_on: version ?? "provider", seen, note });
}

/** The lyrics that are shown by now. @param {number} track */
export const shownNow = (track) => send("GET", `tracks/${track}/lyrics/`);

/** What may be wrong in lines that are not saved. @param {number} track @param {Lines} lines */
export const lint = (track, lines) => send("POST", `tracks/${track}/lyrics/lint/`, { lines: toRest(lines) });
