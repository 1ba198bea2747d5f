// How much later the lines come: by the listener's own offset, which this browser keeps, and by that of the song.
// @ts-check
import { inTurn, send } from "../api.js";
import { behaviour } from "../behaviours.js";
import { tell } from "../notices.js";
import { rememberedNumber, rememberSetting } from "../player/memory.js";
import { refreshFacts } from "../player/engine.js";

// As the server has it for a song.
const MOST_MS = 10_000;
const changes = new EventTarget();

let ownMs = rememberedNumber("lyric-offset", 0);

/** What the song's offset was changed by since its page was made, whose lines have the one of then; milliseconds. */
function songMs() {
  const listen = document.querySelector("[data-listen]");
  return Number(listen?.getAttribute("data-offset") ?? 0);
}

/** In seconds: how much later than their times the lines are to be shown. */
export function lyricOffset() {
  return (ownMs + songMs()) / 1000;
}

/** @param {number} step milliseconds */
export function shiftOffset(step) {
  ownMs = Math.min(MOST_MS, Math.max(-MOST_MS, ownMs + step));
  rememberSetting("lyric-offset", ownMs);
  changes.dispatchEvent(new Event("offset"));
}

/** @param {() => void} act @param {AbortSignal} signal */
export function onOffset(act, signal) {
  changes.addEventListener("offset", act, { signal });
}

/** @param {HTMLElement} place @param {AbortSignal} signal */
function startOffset(place, signal) {
  const output = /** @type {HTMLElement} */ (place.querySelector("output"));
  const show = () => (output.textContent = inWords(ownMs));
  place.hidden = false;
  place.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-offset-step]") : null;
    if (button) shiftOffset(Number(button.getAttribute("data-offset-step")));
  }, { signal });
  onOffset(show, signal);
  show();
}

/** @param {number} milliseconds */
export function inWords(milliseconds) {
  return `${milliseconds > 0 ? "+" : milliseconds < 0 ? "−" : ""}${Math.abs(milliseconds)} ms`;
}

/** The song's own offset is everybody's: it is saved. @param {HTMLElement} place @param {AbortSignal} signal */
function startSongOffset(place, signal) {
  const listen = /** @type {HTMLElement} */ (place.closest("[data-listen]"));
  const output = /** @type {HTMLElement} */ (place.querySelector("output"));
  const id = Number(place.closest("[data-track-id]")?.getAttribute("data-track-id"));
  /** As it is shown, and as the server has it. */
  let now = Number(place.dataset.offsetMs);
  let saved = now;
  const show = (/** @type {number} */ value) => {
    listen.dataset.offset = String(value - Number(listen.dataset.offsetShown));
    output.textContent = inWords(value);
    changes.dispatchEvent(new Event("offset"));
  };
  const change = async (/** @type {number} */ step) => {
    const wanted = Math.min(MOST_MS, Math.max(-MOST_MS, now + step));
    show((now = wanted));
    const answer = await inTurn(() => send("PATCH", `tracks/${id}/`, { lyrics_offset: wanted / 1000 }));
    if (answer.ok) {
      saved = wanted;
      return refreshFacts(id);
    }
    if (now === wanted) show((now = saved));
    tell(`The offset of the song was not saved. ${answer.problem}`, { tone: "bad" });
  };
  for (const button of place.querySelectorAll("button")) {
    button.hidden = false;
    button.addEventListener("click", () => change(Number(button.getAttribute("data-offset-step"))), { signal });
  }
  output.textContent = inWords(now);
}

behaviour('[data-offset-of="listener"]', startOffset);
behaviour('[data-offset-of="song"]', startSongOffset);
