// Marks the sung lines and words, the lines around them by distance, and counts the pauses. Touches only what changes.
// @ts-check
import { distance, readCues, timeline, TOLERANCE } from "./song-cues.js";

const DOTS = 3;

/**
 * @param {HTMLElement} sheet
 * @param {(target: HTMLElement | null, texts: string[]) => void} onMove called when another line or pause is reached:
 *   the element to look at (null: the beginning), and what is sung there
 * @returns {{cues: import("./song-cues.js").Cue[], mark: (time: number) => void}} `mark`: call it with the time, as
 *   often as you like, in any order; -1 while another song plays
 */
export function marker(sheet, onMove) {
  const cues = readCues(sheet, "[data-lyric-line]");
  const pauses = readCues(sheet, "[data-gap]");
  const at = timeline(cues);
  const pauseAt = timeline(pauses);
  const distances = cues.map(() => -1);
  let shown = "";
  let looked = "";
  /** @type {number[]} */
  let sung = [];

  /** @param {{sung: number[], reached: number}} now @param {number} pause @param {number} time */
  const change = (now, pause, time) => {
    for (const place of sung) if (!now.sung.includes(place)) leave(cues[place].element, time);
    for (const place of now.sung) if (!sung.includes(place)) cues[place].element.setAttribute("aria-current", "true");
    sung = now.sung;
    cues.forEach(({ element }, place) => {
      const far = distance(place, now, pause >= 0);
      if (far !== distances[place]) element.parentElement?.setAttribute("data-d", String((distances[place] = far)));
    });
    pauses.forEach(({ element }, place) => showPause(element, place === pause));
    // Between two lines nothing moves: the next line is looked at when it begins.
    const view = `${now.reached} ${pause}`;
    if (view === looked) return;
    looked = view;
    const target = pause >= 0 ? pauses[pause] : cues[now.reached];
    onMove(target?.element ?? null, now.sung.map((place) => textOf(cues[place].element)));
  };

  return {
    cues,
    mark(time) {
      const now = at(time);
      const pause = now.sung.length ? -1 : (pauseAt(time).sung.at(-1) ?? -1);
      const state = `${now.sung} ${now.reached} ${pause}`;
      if (state !== shown) change(now, pause, time);
      shown = state;
      for (const place of sung) markWords(cues[place].element, time);
      if (pause >= 0) count(pauses[pause], time);
    },
  };
}

/** @param {HTMLElement} element */
export const textOf = (element) => element.textContent?.trim() ?? "";

/** @param {HTMLElement} line @param {number} time */
function leave(line, time) {
  line.removeAttribute("aria-current");
  markWords(line, time);
}

/** @param {HTMLElement} line @param {number} time */
function markWords(line, time) {
  for (const word of line.children) {
    if (!(word instanceof HTMLElement) || !word.dataset.wordStart) continue;
    const [start, end] = [Number(word.dataset.wordStart), Number(word.dataset.wordEnd)];
    const hasBegun = start <= time + TOLERANCE;
    const isNow = hasBegun && time < end;
    word.classList.toggle("now", isNow);
    word.classList.toggle("sung", hasBegun && !isNow);
    if (isNow) word.style.setProperty("--p", `${Math.round((100 * (time - start)) / (end - start))}%`);
  }
}

/** @param {HTMLElement} pause @param {boolean} isNow */
function showPause(pause, isNow) {
  if (pause.classList.contains("is-on") === isNow) return;
  pause.classList.toggle("is-on", isNow);
  if (!isNow) showLeft(pause, Number(pause.dataset.end) - Number(pause.dataset.start), 0);
}

/** @param {import("./song-cues.js").Cue} pause @param {number} time */
function count({ element, start, end }, time) {
  showLeft(element, end - time, Math.floor((DOTS * (time - start)) / (end - start)));
}

/**
 * @param {HTMLElement} pause
 * @param {number} left seconds until the next line
 * @param {number} dots how many are filled
 */
function showLeft(pause, left, dots) {
  const words = `${Math.max(0, Math.ceil(left - TOLERANCE))} s`;
  const place = pause.querySelector("[data-gap-left]");
  if (place && place.textContent !== words) place.textContent = words;
  if (pause.dataset.dots !== String(dots)) pause.dataset.dots = String(dots);
}
