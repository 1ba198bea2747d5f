// Marks the sung lines and, where words are timed, the sung words. Touches only what changes.
// @ts-check
import { TOLERANCE, timeline } from "./cues.js";

/**
 * @param {import("./cues.js").Cue[]} cues by start
 * @param {(reached: number) => void} onMove called when another line is the last that has begun
 * @returns {(time: number) => void} call it with the time, as often as you like, in any order
 */
export function highlighter(cues, onMove) {
  const at = timeline(cues);
  /** @type {import("./cues.js").Cue[]} */
  let sung = [];
  let reached = -2;

  return (time) => {
    const now = at(time);
    for (const cue of sung) if (!now.sung.includes(cue)) cue.element.removeAttribute("aria-current");
    for (const cue of now.sung) {
      if (!sung.includes(cue)) cue.element.setAttribute("aria-current", "true");
      markWords(cue.element, time);
    }
    sung = now.sung;
    if (now.reached !== reached) onMove((reached = now.reached));
  };
}

/**
 * @param {HTMLElement} line
 * @param {number} time
 */
function markWords(line, time) {
  for (const word of line.children) {
    if (word instanceof HTMLElement && word.dataset.wordStart) {
      word.classList.toggle("is-sung", Number(word.dataset.wordStart) <= time + TOLERANCE);
    }
  }
}
