// Lines of a lyric, and what can be done to them: pure, times in whole milliseconds.
// @ts-check

/**
 * @typedef {{start: number, end: number, text: string}} Word
 * @typedef {object} Line
 * @property {"line" | "section"} kind
 * @property {number | null} start null where it has no time
 * @property {number | null} end its start where it is not known
 * @property {string} text
 * @property {readonly Word[]} words those that are timed, in the order of the text
 */
/** @typedef {readonly Line[]} Lines */

/** An operation that makes no sense; its message is for people. */
export class Refused extends Error {}

/** @param {Lines} lines @param {number} at @param {Line[]} instead @param {number} [count] */
const put = (lines, at, instead, count = 1) => [...lines.slice(0, at), ...instead, ...lines.slice(at + count)];

/** @param {Word} word @param {number} by @returns {Word} */
const later = (word, by) => ({ ...word, start: word.start + by, end: word.end + by });

/**
 * The line at other times; its words move along where it keeps its length, else they are cut to it.
 * @param {Line} line
 * @param {number | null} start
 * @param {number | null} end
 * @returns {Line}
 */
export function retimed(line, start, end) {
  if (start === null) return { ...line, start: null, end: null, words: [] };
  const from = Math.max(0, Math.round(start));
  const to = Math.max(from, Math.round(end ?? from));
  const keepsLength = line.start !== null && line.end !== null && line.end - line.start === to - from;
  const moved = keepsLength ? line.words.map((word) => later(word, from - Number(line.start))) : line.words;
  const words = moved
    .filter((word) => (word.start >= from && word.end <= to) || (word.start < to && word.end > from))
    .map((word) => ({ ...word, start: Math.max(word.start, from), end: Math.min(word.end, to) }));
  return { ...line, start: from, end: to, words: line.start === null ? [] : words };
}

/** @param {Lines} lines @param {number} at @param {number | null} start @param {number | null} end @returns {Lines} */
export function withTimes(lines, at, start, end) {
  return put(lines, at, [retimed(lines[at], start, end)]);
}

/** @param {Lines} lines @param {number} at @param {number} time @returns {Lines} */
export function startingAt(lines, at, time) {
  return withTimes(lines, at, time, Math.max(time, lines[at].end ?? time));
}

/** @param {Lines} lines @param {number} at @param {number} time @returns {Lines} */
export function endingAt(lines, at, time) {
  const { start } = lines[at];
  if (start === null) throw new Refused("The line has no start yet: set it first.");
  if (time < start) throw new Refused("The line would end before it starts.");
  return withTimes(lines, at, start, time);
}

/**
 * A tap: the line starts now, with the headings right before it, and the sung line before ends.
 * @param {Lines} lines
 * @param {number} at
 * @param {number} time
 * @param {boolean} [keepsEnd] whether the line before has an end that was set by hand
 * @returns {Lines}
 */
export function tapped(lines, at, time, keepsEnd = false) {
  const { start, end } = lines[at];
  const length = start !== null && end !== null ? end - start : 0;
  let changed = withTimes(lines, at, time, time + length);
  let before = at - 1;
  for (; before >= 0 && lines[before].kind === "section"; before--) changed = withTimes(changed, before, time, time);
  const previous = lines[before]?.start ?? null;
  if (previous === null || previous > time || keepsEnd) return changed;
  return withTimes(changed, before, previous, time);
}

/**
 * Lines later, or earlier where it is negative.
 * @param {Lines} lines
 * @param {number} first
 * @param {number} last that one included
 * @param {number} by
 * @returns {Lines}
 */
export function shifted(lines, first, last, by) {
  return lines.map((line, at) => {
    if (at < first || at > last || line.start === null) return line;
    const starts = [line.start, ...line.words.map(({ start }) => start)];
    if (Math.min(...starts) + by < 0) throw new Refused("That would move a line to before the song begins.");
    return { ...line, start: line.start + by, end: Number(line.end) + by, words: line.words.map((word) => later(word, by)) };
  });
}

/** Where each timed word stands in the text. @param {Line} line @returns {[number, number][]} */
function spans({ text, words }) {
  let behind = 0;
  return words.map((word) => {
    const bare = word.text.trim();
    const begin = text.indexOf(bare, behind);
    behind = begin + bare.length;
    return [begin, behind];
  });
}

// Scripts without spaces between words: each character counts as a word. The long vowel mark of Katakana is of no
// script by itself.
const CHARACTER = "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー]";
const UNSPACED = new RegExp(CHARACTER, "u");
const ENDS_UNSPACED = new RegExp(`${CHARACTER}$`, "u");
const BEGINS_UNSPACED = new RegExp(`^${CHARACTER}`, "u");

/** Where a text can be cut: the start of the word at this place. @param {string} text @param {number} place */
export function wordStart(text, place) {
  if (ENDS_UNSPACED.test(text.slice(0, place)) || BEGINS_UNSPACED.test(text.slice(place))) return place;
  return text.slice(0, place).search(/\S*$/u);
}

/**
 * Two lines of one, the second from the word at the cursor on. Where words are not timed, the time is divided
 * by the length of the texts.
 * @param {Lines} lines
 * @param {number} at
 * @param {number} place in the text
 * @returns {Lines}
 */
export function split(lines, at, place) {
  const line = lines[at];
  const cut = wordStart(line.text, place);
  const [before, behind] = [line.text.slice(0, cut).trimEnd(), line.text.slice(cut).trim()];
  if (!before || !behind) throw new Refused("A line is split between two of its words: put the cursor into the second one.");
  const count = spans(line).filter(([begin]) => begin < cut).length;
  const [first, second] = [line.words.slice(0, count), line.words.slice(count)];
  const [end, start] = division(line, cut, first, second);
  return put(lines, at, [
    { ...line, text: before, end, words: first },
    { ...line, text: behind, start, words: second },
  ]);
}

/**
 * @param {Line} line
 * @param {number} cut
 * @param {readonly Word[]} first
 * @param {readonly Word[]} second
 * @returns {[number | null, number | null]} the end of the first part, the start of the second
 */
function division({ start, end, text }, cut, first, second) {
  if (start === null || end === null) return [end, start];
  const share = Math.floor(start + ((end - start) * cut) / text.length);
  const sungUntil = first.map((word) => word.end);
  const starts = second.length ? second[0].start : Math.max(share, ...sungUntil);
  return [first.length ? Math.max(...sungUntil) : Math.min(share, starts), starts];
}

/** The line and the next one as one. @param {Lines} lines @param {number} at @returns {Lines} */
export function joined(lines, at) {
  const [one, other] = [lines[at], lines[at + 1]];
  if (!other) throw new Refused("There is no line behind this one.");
  if (one.kind === "section" || other.kind === "section") throw new Refused("A heading cannot be joined with a line.");
  const starts = [one, other].flatMap(({ start }) => (start === null ? [] : [start]));
  const ends = [one, other].flatMap(({ end }) => (end === null ? [] : [end]));
  const words = [...one.words, ...other.words];
  const space = ENDS_UNSPACED.test(one.text) && BEGINS_UNSPACED.test(other.text) ? "" : " ";
  const isInOrder = words.every((word, n) => n === 0 || words[n - 1].start <= word.start);
  const line = {
    ...one,
    text: `${one.text}${space}${other.text}`.trim(),
    start: starts.length ? Math.min(...starts) : null,
    end: ends.length ? Math.max(...ends) : null,
    words: isInOrder ? words : [],
  };
  return put(lines, at, [line], 2);
}

/**
 * A new line or heading, without a time.
 * @param {Lines} lines
 * @param {number} at its place
 * @param {Line["kind"]} kind
 * @returns {Lines}
 */
export function inserted(lines, at, kind) {
  const text = kind === "section" ? "verse" : "";
  return put(lines, at, [{ kind, start: null, end: null, text, words: [] }], 0);
}

/** @param {Lines} lines @param {number} first @param {number} last that one included @returns {Lines} */
export function removed(lines, first, last) {
  if (last - first + 1 >= lines.length) throw new Refused("A lyric has at least one line. To undo all edits, restore a version.");
  return put(lines, first, [], last - first + 1);
}

/** @param {Lines} lines @param {number} at @param {string} text @param {Line} [before] the line as it was before it was typed over @returns {Lines} */
export function reworded(lines, at, text, before = lines[at]) {
  return put(lines, at, [{ ...lines[at], text, words: keptWords(before, text) }]);
}

/** How words are compared: without case and marks. @param {string} word */
const bare = (word) => word.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/**
 * The timed words that another text of the line still holds; as many words as before are the same in another spelling.
 * @param {Line} line
 * @param {string} text
 * @returns {readonly Word[]}
 */
function keptWords(line, text) {
  if (!line.words.length || text === line.text) return line.words;
  if (UNSPACED.test(text)) return foundIn(line.words, text);
  const written = text.split(/\s+/u).filter(Boolean);
  if (written.length === line.words.length) return line.words.map((word, n) => ({ ...word, text: written[n] }));
  return common(line.words, written).map(([word, other]) => ({ ...word, text: other }));
}

/** @param {readonly Word[]} words @param {string} text */
function foundIn(words, text) {
  let behind = 0;
  return words.filter((word) => {
    const begin = text.indexOf(word.text.trim(), behind);
    if (begin >= 0) behind = begin + word.text.trim().length;
    return begin >= 0;
  });
}

/**
 * A longest common part of two lists of words.
 * @param {readonly Word[]} words
 * @param {string[]} written
 * @returns {[Word, string][]}
 */
function common(words, written) {
  /** @type {number[][]} */
  const longest = Array.from({ length: words.length + 1 }, () => Array(written.length + 1).fill(0));
  const isSame = (/** @type {number} */ a, /** @type {number} */ b) => bare(words[a].text) === bare(written[b]);
  for (let a = words.length - 1; a >= 0; a--)
    for (let b = written.length - 1; b >= 0; b--)
      longest[a][b] = isSame(a, b) ? longest[a + 1][b + 1] + 1 : Math.max(longest[a + 1][b], longest[a][b + 1]);
  /** @type {[Word, string][]} */
  const found = [];
  for (let a = 0, b = 0; a < words.length && b < written.length; )
    if (isSame(a, b)) found.push([words[a++], written[b++]]);
    else if (longest[a + 1][b] >= longest[a][b + 1]) a++;
    else b++;
  return found;
}

/** The sung line before or behind that has a time. @param {Lines} lines @param {number} at @param {1 | -1} step @returns {Line | undefined} */
function neighbour(lines, at, step) {
  for (let place = at + step; lines[place]; place += step)
    if (lines[place].kind === "line" && lines[place].start !== null) return lines[place];
  return undefined;
}

/** @param {number} time @param {number[]} to @param {number} within */
const snapped = (time, to, within) => to.find((one) => Math.abs(one - time) <= within) ?? time;

/** @typedef {"start" | "end" | "both"} Edge */

/**
 * A line with one end, or as a whole, at another time: it snaps to its neighbours, and stops there.
 * @param {Lines} lines
 * @param {number} at
 * @param {Edge} edge
 * @param {number} time of that end; of the start where the whole line moves
 * @param {{mayOverlap?: boolean, snap?: number, length?: number}} [how] `snap`: within so many milliseconds; `length`: of the song
 * @returns {Lines}
 */
export function dragged(lines, at, edge, time, { mayOverlap = false, snap = 0, length = Infinity } = {}) {
  const line = lines[at];
  const [start, end] = [Number(line.start), Number(line.end)];
  const [before, behind] = [neighbour(lines, at, -1)?.end ?? 0, neighbour(lines, at, 1)?.start ?? length];
  // What overlaps already is not torn apart by a first touch.
  const floor = mayOverlap ? 0 : Math.min(before, start);
  const ceiling = mayOverlap ? length : Math.max(behind, end);
  const bound = (/** @type {number} */ one, /** @type {number} */ from, /** @type {number} */ to) => Math.max(from, Math.min(one, to));
  if (edge === "start") return withTimes(lines, at, bound(snapped(time, [before], snap), floor, end), end);
  if (edge === "end") return withTimes(lines, at, start, bound(snapped(time, [behind], snap), start, ceiling));
  const wanted = snapped(time, [before, behind - (end - start)], snap);
  const from = bound(wanted, floor, Math.max(floor, ceiling - (end - start)));
  return withTimes(lines, at, from, from + end - start);
}

/**
 * A timed word moved between its neighbours; its line grows with it, up to the neighbours of the line.
 * @param {Lines} lines
 * @param {number} at
 * @param {number} number of the word
 * @param {Edge} edge
 * @param {number} time
 * @returns {Lines}
 */
export function draggedWord(lines, at, number, edge, time) {
  const line = lines[at];
  const word = line.words[number];
  const floor = line.words[number - 1]?.end ?? Math.min(Number(line.start), Math.max(0, neighbour(lines, at, -1)?.end ?? 0));
  const ceiling = line.words[number + 1]?.start ?? Math.max(Number(line.end), neighbour(lines, at, 1)?.start ?? Infinity);
  const length = word.end - word.start;
  const from = edge === "end" ? word.start : Math.round(Math.max(floor, Math.min(time, edge === "both" ? ceiling - length : word.end)));
  const to = edge === "start" ? word.end : Math.round(edge === "both" ? from + length : Math.max(word.start, Math.min(time, ceiling)));
  const words = line.words.map((one, n) => (n === number ? { ...one, start: from, end: to } : one));
  const ends = { start: Math.min(Number(line.start), from), end: Math.max(Number(line.end), to) };
  return put(lines, at, [{ ...line, ...ends, words }]);
}

/** The line that sounds at a time. @param {Lines} lines @param {number} time @returns {number} -1: none */
export function soundingAt(lines, time) {
  return lines.findLastIndex(({ kind, start, end }) => kind === "line" && start !== null && start <= time && time < Math.max(Number(end), start + 1));
}

/** `1:02.50`, with a third decimal where it counts; blank for null. @param {number | null} time */
export function written(time) {
  if (time === null) return "";
  const rest = time % 60000;
  const decimals = time % 10 ? 3 : 2;
  return `${Math.floor(time / 60000)}:${(rest / 1000).toFixed(decimals).padStart(decimals + 3, "0")}`;
}

/** The inverse of written(); also understands plain seconds and a comma. @param {string} text @returns {number | null | undefined} undefined: no time */
export function read(text) {
  if (!text.trim()) return null;
  const found = text.trim().replace(",", ".").match(/^(?:(\d{1,4}):)?(\d{1,5}(?:\.\d{1,3})?)$/);
  if (!found || (found[1] !== undefined && Number(found[2]) >= 60)) return undefined;
  return Math.round((Number(found[1] ?? 0) * 60 + Number(found[2])) * 1000);
}
