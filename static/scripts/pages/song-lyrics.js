// The listening view of a song: its lines follow the music, a press on one plays it, and keys lead through them.
// @ts-check
import { behaviour } from "../behaviours.js";
import { register } from "../keys.js";
import { tell } from "../notices.js";
import { audio, onChange, play, playing, seek, toggle } from "../player/engine.js";
import { pageEntry } from "../player/entries.js";
import { readChapters, showChapter, stepChapter } from "./song-chapters.js";
import { begun } from "./song-cues.js";
import { follower } from "./song-follow.js";
import { marker, textOf } from "./song-marks.js";
import { lyricOffset, onOffset, shiftOffset } from "./song-offset.js";

// Seconds: a word that begins now is not the next one, and one that has just begun is not the one before.
const JUST_BEGUN = 0.05;
const LATELY = 0.4;

const NOT_OURS = -1;

/** Whether the dock plays the song of this page. */
export const isOurs = () => Number(document.querySelector("main[data-song]")?.getAttribute("data-track-id")) === playing.entry?.id;

/** Plays this page's song from a moment. @param {number} time seconds */
export function playFrom(time) {
  const entry = pageEntry();
  if (!entry) return;
  if (!isOurs()) return play({ ...entry, start: time });
  seek(time);
  if (audio.paused) toggle();
}

/**
 * What the scripts know of the view; read again when its words change.
 * @typedef {object} View
 * @property {import("./song-chapters.js").Chapter[]} chapters
 * @property {import("./song-cues.js").Cue[]} cues
 * @property {ReturnType<typeof follower> | null} follow
 * @property {(time: number) => void} mark
 */

/** @param {HTMLElement} listen @param {AbortSignal} signal */
function startListening(listen, signal) {
  const view = /** @type {View} */ ({});
  let reading = new AbortController();
  let nextFrame = 0;
  const read = () => {
    reading.abort();
    reading = new AbortController();
    Object.assign(view, readView(listen, AbortSignal.any([signal, reading.signal])));
  };
  const show = () => {
    if (!listen.isConnected) return;
    view.mark(isOurs() ? audio.currentTime - lyricOffset() : NOT_OURS);
    showChapter(view.chapters, isOurs() ? audio.currentTime : NOT_OURS);
  };
  const frame = () => {
    cancelAnimationFrame(nextFrame);
    if (signal.aborted || !listen.isConnected) return;
    show();
    if (!audio.paused) nextFrame = requestAnimationFrame(frame);
  };
  read();
  audio.addEventListener("play", frame, { signal });
  document.addEventListener("page:shown", frame, { signal });
  for (const name of ["timeupdate", "seeking", "seeked", "pause", "ended"]) audio.addEventListener(name, show, { signal });
  // After a seek the reader wants to read there.
  audio.addEventListener("seeking", () => listen.isConnected && isOurs() && view.follow?.resume(true), { signal });
  onChange("song", show, signal);
  onOffset(show, signal);
  listen.addEventListener("click", onClick, { signal });
  listen.addEventListener("view:changed", () => view.follow?.resume(true), { signal });
  listen.addEventListener("words:changed", () => (read(), show()), { signal });
  register("Listen", keysOf(listen, view), listen, signal);
  frame();
}

/** @param {HTMLElement} listen @param {AbortSignal} signal @returns {View} */
function readView(listen, signal) {
  const chapters = readChapters(listen);
  const sheet = listen.querySelector("[data-sheet]");
  const button = listen.querySelector("[data-to-line]");
  const none = { chapters, cues: [], follow: null, mark: () => {} };
  if (!(sheet instanceof HTMLElement) || !(button instanceof HTMLElement)) return none;
  const follow = follower(sheet, button, signal);
  const { cues, mark } = marker(sheet, (target, texts) => {
    follow.to(target);
    say(listen, texts);
  });
  return cues.length ? { chapters, cues, follow, mark } : none;
}

/** For screen readers, by choice: song text every few seconds is noise. @param {HTMLElement} listen @param {string[]} texts */
function say(listen, texts) {
  const place = listen.querySelector("[data-spoken-line]");
  if (place) place.textContent = document.body.hasAttribute("data-says-lines") ? texts.join(" ") : "";
}

/**
 * A press on a line or a word plays from there; selected text is only selected.
 * @param {MouseEvent} event
 */
function onClick(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
  const place = event.target.closest("[data-word-start], [data-lyric-line], [data-chapter][data-start], [data-note-at]");
  if (!(place instanceof HTMLElement) || !pageEntry()) return;
  event.preventDefault();
  if (!getSelection()?.isCollapsed && event.detail > 0 && place.closest("[data-sheet]")) return;
  const time = Number(place.dataset.wordStart ?? place.dataset.noteAt ?? place.dataset.start);
  const isLyric = place.closest("[data-lyric-line]") !== null;
  playFrom(Math.max(0, time + (isLyric ? lyricOffset() : 0)));
}

/**
 * @param {HTMLElement} listen
 * @param {View} view
 * @returns {import("../keys.js").Key[]}
 */
function keysOf(listen, view) {
  const has = () => !listen.hidden && view.cues.length > 0;
  const resume = () => view.follow?.resume();
  return [
    { keys: ["ArrowUp"], shown: ["↑"], does: "The line before", act: () => focusLine(view, -1), when: has },
    { keys: ["ArrowDown"], shown: ["↓"], does: "The next line", act: () => focusLine(view, 1), when: has },
    { keys: ["Enter"], shown: ["Enter"], does: "Play that line", act: () => focusedLine(view)?.click(), when: () => has() && focusedLine(view) !== undefined },
    { keys: ["Home"], shown: ["Home"], does: "Back to the line that is sung", act: resume, when: has },
    { keys: ["w"], shown: ["W"], does: "Next word, or line where words are not timed", act: () => stepWord(listen, 1), when: has },
    { keys: ["shift+w"], shown: ["⇧", "W"], does: "The word or line before", act: () => stepWord(listen, -1), when: has },
    ...chapterKeys(listen, view, "v", "verse"),
    ...chapterKeys(listen, view, "c", "chorus"),
    { keys: ["["], shown: ["["], does: "Lines 50 ms earlier, for you", act: () => tellOffset(-50), when: has },
    { keys: ["]"], shown: ["]"], does: "Lines 50 ms later, for you", act: () => tellOffset(50), when: has },
  ];
}

/** What a press on a word does, by keys. @param {HTMLElement} listen @param {1 | -1} direction */
function stepWord(listen, direction) {
  const words = /** @type {HTMLElement[]} */ ([...listen.querySelectorAll("[data-word-start]")]);
  const lines = /** @type {HTMLElement[]} */ ([...listen.querySelectorAll("[data-lyric-line]")]);
  const starts = words.length ? words.map((word) => Number(word.dataset.wordStart)) : lines.map((line) => Number(line.dataset.start));
  const now = (isOurs() ? audio.currentTime : 0) - lyricOffset();
  starts.sort((one, other) => one - other);
  const start = direction > 0 ? starts.find((one) => one > now + JUST_BEGUN) : starts.findLast((one) => one < now - LATELY);
  if (start !== undefined) playFrom(Math.max(0, start + lyricOffset()));
}

/**
 * @param {HTMLElement} listen
 * @param {View} view
 * @param {string} key
 * @param {string} kind
 * @returns {import("../keys.js").Key[]}
 */
function chapterKeys(listen, view, key, kind) {
  const when = () => !listen.hidden && view.chapters.some((chapter) => chapter.kind === kind);
  const go = (/** @type {1 | -1} */ direction) => () => {
    const chapter = stepChapter(view.chapters, kind, direction, isOurs() ? audio.currentTime : 0);
    if (chapter) playFrom(chapter.start);
  };
  const letter = key.toUpperCase();
  return [
    { keys: [key], shown: [letter], does: `Next ${kind}`, act: go(1), when },
    { keys: [`shift+${key}`], shown: ["⇧", letter], does: `The ${kind} before`, act: go(-1), when },
  ];
}

/** @param {number} step milliseconds */
function tellOffset(step) {
  shiftOffset(step);
  tell(`Lines, for you: ${document.querySelector('[data-offset-of="listener"] output')?.textContent ?? ""}`);
}

/** @param {View} view */
function focusedLine({ cues }) {
  return cues.find(({ element }) => element === document.activeElement)?.element;
}

/**
 * Moves the focus from the focused line, else from the one that is sung.
 * @param {View} view
 * @param {1 | -1} step
 */
function focusLine({ cues, follow }, step) {
  const focused = cues.findIndex(({ element }) => element === document.activeElement);
  const here = focused >= 0 ? focused : begun(cues, isOurs() ? audio.currentTime - lyricOffset() : NOT_OURS) - 1;
  const wanted = cues[Math.min(Math.max(here + step, 0), cues.length - 1)].element;
  wanted.focus({ preventScroll: true });
  follow?.look(wanted);
}

/** @param {HTMLElement} button @param {AbortSignal} signal */
function startCopy(button, signal) {
  button.hidden = !navigator.clipboard;
  const word = button.querySelector("[data-copy-word]");
  const copy = async () => {
    const rows = document.querySelectorAll("[data-lyrics] :is([data-lyric-section], [data-lyric-line], .line-text)");
    const text = [...rows].map((row) => textOf(/** @type {HTMLElement} */ (row))).join("\n");
    const isCopied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    if (!isCopied) return tell("This browser did not let the page copy the words. Select them, and copy them yourself.", { tone: "bad" });
    if (word) word.textContent = "Copied";
    setTimeout(() => word && (word.textContent = "Copy"), 2000);
  };
  button.addEventListener("click", copy, { signal });
}

behaviour("[data-listen]", startListening);
behaviour("[data-copy]", startCopy);
