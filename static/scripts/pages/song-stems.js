// The stems of a song on its page: one switch for all, solo, mute and volume for each, and their waveforms.
// @ts-check
import { behaviour } from "../behaviours.js";
import { audio, length, playing, prepare } from "../player/engine.js";
import { pageEntry } from "../player/entries.js";
import { beginStems, changeStem, endStems, onStems, spread, startStemPlayer, stemsOf } from "../player/stems.js";
import { showTime } from "../player/wave.js";
import { isOurs, playFrom } from "./song-lyrics.js";

// Once for the whole visit: stems go on on other pages.
startStemPlayer();

/** @param {HTMLElement} place @param {AbortSignal} signal */
function startStems(place, signal) {
  const rows = /** @type {HTMLElement[]} */ ([...place.querySelectorAll("[data-stem]")]);
  const button = /** @type {HTMLElement} */ (place.querySelector("[data-stems-on]"));
  const id = Number(place.closest("[data-track-id]")?.getAttribute("data-track-id"));
  const toggle = () => (stemsOf(id).length ? endStems() : begin(id, rows));
  const show = () => place.isConnected && showStems(place, rows, id);
  let nextFrame = 0;
  const frame = () => {
    cancelAnimationFrame(nextFrame);
    if (signal.aborted || !place.isConnected) return;
    showPlace(rows);
    if (!audio.paused) nextFrame = requestAnimationFrame(frame);
  };
  /** @type {HTMLElement} */ (place.querySelector("[data-stems-head]")).hidden = false;
  button.addEventListener("click", toggle, { signal });
  rows.forEach((row, number) => startRow(row, () => stemsOf(id)[number], signal));
  onStems(show, signal);
  for (const name of ["play", "seeked"]) audio.addEventListener(name, frame, { signal });
  document.addEventListener("page:shown", () => (show(), frame()), { signal });
  show();
  frame();
}

/** @param {number} id @param {HTMLElement[]} rows */
function begin(id, rows) {
  const entry = pageEntry();
  if (!entry) return;
  if (!isOurs()) {
    if (!audio.paused) playFrom(0);
    else prepare(entry);
  }
  beginStems(id, rows.map(({ dataset }) => ({ name: dataset.stemName ?? "", url: dataset.stem ?? "" })));
  if (audio.paused && playing.entry) playFrom(audio.currentTime);
}

/**
 * @param {HTMLElement} row
 * @param {() => import("../player/stems.js").Stem | undefined} stem while stems sound
 * @param {AbortSignal} signal
 */
function startRow(row, stem, signal) {
  const on = (/** @type {string} */ selector, /** @type {string} */ event, /** @type {(target: any) => void} */ act) =>
    row.querySelector(selector)?.addEventListener(event, ({ target }) => act(target), { signal });
  const change = (/** @type {(one: import("../player/stems.js").Stem) => Partial<import("../player/stems.js").Stem>} */ values) => {
    const one = stem();
    if (one) changeStem(one, values(one));
  };
  on("[data-stem-solo]", "click", () => change((one) => ({ isSolo: !one.isSolo })));
  on("[data-stem-mute]", "click", () => change((one) => ({ isMuted: !one.isMuted })));
  on("[data-stem-volume]", "input", (field) => change(() => ({ volume: Number(field.value) })));
  on("[data-stem-wave]", "input", (field) => playFrom(Number(field.value)));
}

/**
 * @param {HTMLElement} place
 * @param {HTMLElement[]} rows
 * @param {number} id
 */
function showStems(place, rows, id) {
  const stems = stemsOf(id);
  place.querySelector("[data-stems-on]")?.setAttribute("aria-pressed", String(stems.length > 0));
  rows.forEach((row, number) => showRow(row, stems[number]));
  const words = stems.length ? `in time within ${Math.max(1, Math.round(1000 * spread()))} ms` : "";
  const text = place.querySelector("[data-stems-drift]");
  if (text && text.textContent !== words) text.textContent = words;
}

/** @param {HTMLElement} row @param {import("../player/stems.js").Stem | undefined} stem */
function showRow(row, stem) {
  for (const control of row.querySelectorAll("[data-stem-solo], [data-stem-mute], [data-stem-volume]")) {
    /** @type {HTMLElement} */ (control).hidden = stem === undefined;
  }
  row.querySelector("[data-stem-solo]")?.setAttribute("aria-pressed", String(stem?.isSolo ?? false));
  row.querySelector("[data-stem-mute]")?.setAttribute("aria-pressed", String(stem?.isMuted ?? false));
  row.toggleAttribute("data-silent", stem?.sound.muted ?? false);
}

/** @param {HTMLElement[]} rows */
function showPlace(rows) {
  for (const row of rows) showTime(row, isOurs() ? audio.currentTime : 0, length());
}

behaviour("[data-stems]", startStems);
