// What the lyric editor holds: the draft with its history, what it was made from, and the selection.
// @ts-check
import { after, begun, redone, sealed, undone } from "./history.js";

/** @typedef {import("./draft.js").Lines} Lines */
/** @typedef {{position: number, sentence: string, tone?: "bad"}} Finding */
/**
 * @typedef {object} Facts what the server says of the song and its lyrics, times in milliseconds
 * @property {number} track
 * @property {number | null} version the shown one, null for the provider's
 * @property {string} seen its digest
 * @property {boolean} is_shown whether the lines are those of the shown version
 * @property {number} offset
 * @property {number} length
 * @property {Lines} lines
 * @property {Finding[]} findings
 */

/** What a song without words begins with. @type {Lines} */
const BLANK = [{ kind: "line", start: null, end: null, text: "", words: [] }];

export class State extends EventTarget {
  /** @param {Facts} facts */
  constructor(facts) {
    super();
    this.facts = facts;
    const lines = facts.lines.length ? facts.lines : BLANK;
    this.history = begun(lines);
    /** What was saved last, and what is sent back with the next save. */
    this.base = { lines: facts.is_shown ? lines : null, version: facts.version, seen: facts.seen };
    this.findings = facts.findings;
    this.at = 0;
    this.anchor = 0;
  }

  get lines() {
    return this.history.now.lines;
  }

  get line() {
    return this.lines[this.at];
  }

  /** The selected lines, the first and the last. */
  get selection() {
    return [Math.min(this.at, this.anchor), Math.max(this.at, this.anchor)];
  }

  /** Whether something was changed that is not saved; an older version that is only looked at is no change. */
  get isChanged() {
    if (this.base.lines === null) return this.history.past.length > 0;
    return this.lines !== this.base.lines;
  }

  /** @param {Lines} lines @param {number} [at] the line to select @param {string} [key] see history.js */
  change(lines, at = this.at, key = "") {
    this.history = after(this.history, lines, at, key);
    this.show(at);
  }

  seal() {
    this.history = sealed(this.history);
  }

  undo() {
    const { at } = this.history.now;
    this.history = undone(this.history);
    this.show(at);
  }

  redo() {
    this.history = redone(this.history);
    this.show(this.history.now.at);
  }

  /** @param {number} at */
  show(at) {
    this.at = this.anchor = Math.max(0, Math.min(at, this.lines.length - 1));
    this.tell("lines");
    this.tell("selection");
  }

  /** @param {number} at @param {boolean} [isExtended] whether the lines from the first selected one on are, too */
  select(at, isExtended = false) {
    const place = Math.max(0, Math.min(at, this.lines.length - 1));
    if (place === this.at && (isExtended || this.anchor === place)) return;
    this.at = place;
    if (!isExtended) this.anchor = place;
    this.seal();
    this.tell("selection");
  }

  /** The lines as the server has them after a save. @param {Facts["version"]} version @param {string} seen @param {Lines} lines */
  saved(version, seen, lines) {
    this.base = { lines, version, seen };
    this.tell("lines");
  }

  /** @param {Finding[]} findings */
  found(findings) {
    this.findings = findings;
    this.tell("findings");
  }

  /** @param {"lines" | "selection" | "findings"} name */
  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
