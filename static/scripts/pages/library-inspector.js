// The song with the focus, or the one that plays, beside the list: over it on small screens, once it is asked for.
// @ts-check
import { behaviour } from "../behaviours.js";
import { register } from "../keys.js";
import { rememberSetting } from "../player/memory.js";
import { audio, length, onChange, play, playing } from "../player/engine.js";
import { showTime } from "../player/wave.js";
import { closest, fetchPart, SONGS } from "./library-dom.js";

const AFTER_MS = 180;
const LINES_AROUND = 2;
const wide = matchMedia("(min-width: 1181px)");

/** @param {HTMLElement} side */
function showWords(side) {
  const lines = /** @type {HTMLElement[]} */ ([...side.querySelectorAll("[data-from]")]);
  const isOwn = Number(side.querySelector("[data-inspected]")?.getAttribute("data-inspected")) === playing.entry?.id;
  const now = isOwn ? lines.findLastIndex((line) => line.dataset.from !== "" && Number(line.dataset.from) <= audio.currentTime) : -1;
  const first = Math.max(0, Math.min(now - LINES_AROUND, lines.length - 2 * LINES_AROUND - 1));
  for (const [place, line] of lines.entries()) {
    line.hidden = place < first || place > first + 2 * LINES_AROUND;
    line.classList.toggle("now", place === now && audio.currentTime < Number(line.dataset.to) + 1);
  }
}

/** @param {HTMLElement} side */
function showTakes(side) {
  for (const take of /** @type {NodeListOf<HTMLElement>} */ (side.querySelectorAll("[data-take]"))) {
    const isNow = Number(take.dataset.take) === playing.entry?.id;
    take.classList.toggle("is-now", isNow);
    if (isNow) showTime(take, audio.currentTime, length());
  }
}

behaviour("aside[data-inspector]", (side, signal) => {
  const toggle = /** @type {HTMLElement | null} */ (document.querySelector("[data-inspector-toggle]"));
  const library = document.querySelector("[data-library]");
  const body = /** @type {HTMLElement} */ (side.querySelector("[data-inspector-body]"));
  let isOpen = wide.matches && localStorage.getItem("inspector") !== "closed";
  let isSought = false;
  let wanted = 0;
  let timer = 0;

  const showState = () => {
    side.hidden = !isOpen || !body.childElementCount;
    toggle?.setAttribute("aria-pressed", String(isOpen));
    if (side.isConnected) document.body.classList.toggle("has-inspector", !side.hidden && wide.matches);
    if (!isSought || side.hidden || side.contains(document.activeElement)) return;
    isSought = false;
    side.focus({ preventScroll: true });
  };
  const load = async (/** @type {number} */ id) => {
    const part = await fetchPart(`/tracks/${id}/inspector/`);
    const fresh = part?.querySelector(".insp-body");
    if (!fresh || id !== wanted || signal.aborted) return;
    isSought ||= side.contains(document.activeElement);
    body.replaceChildren(fresh);
    side.dataset.hue = /** @type {HTMLElement} */ (fresh).dataset.hue;
    showWords(side);
    showTakes(side);
    showState();
  };
  const inspect = (/** @type {number | undefined} */ id, again = false) => {
    if (!id || (id === wanted && !again)) return;
    wanted = id;
    clearTimeout(timer);
    if (isOpen) timer = setTimeout(() => load(id), AFTER_MS);
  };
  const open = (/** @type {boolean} */ wish) => {
    isOpen = wish;
    if (wide.matches) rememberSetting("inspector", wish ? "open" : "closed");
    const first = library?.querySelector(SONGS);
    const id = wanted || playing.entry?.id || Number(first?.getAttribute("data-track-id"));
    if (wish && id) inspect(id, true);
    showState();
  };

  const goTo = () => {
    isSought = true;
    if (side.hidden) open(true);
    else showState();
  };
  /** Back to the song of the list; over the list it closes. @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (!wide.matches) open(false);
    const row = /** @type {HTMLElement | null} */ (library?.querySelector(".is-focused"));
    (row ?? toggle)?.focus();
  };

  if (toggle) toggle.hidden = false;
  if (library) register("List", [{ keys: ["g i"], shown: ["G", "I"], does: "The song in detail", act: goTo }], library, signal);
  side.addEventListener("keydown", onKey, { signal });
  toggle?.addEventListener("click", () => open(!isOpen), { signal });
  side.querySelector("[data-inspector-close]")?.addEventListener("click", () => (open(false), toggle?.focus()), { signal });
  library?.addEventListener("focusin", ({ target }) => inspect(Number(closest(target, SONGS)?.dataset.trackId)), { signal });
  library?.addEventListener("click", ({ target }) => inspect(Number(closest(target, SONGS)?.dataset.trackId)), { signal });
  onChange("song", () => side.isConnected && inspect(playing.entry?.id), signal);
  audio.addEventListener("timeupdate", () => side.isConnected && !side.hidden && (showWords(side), showTakes(side)), { signal });
  document.addEventListener("decision:made", (event) => {
    const { id, isSaved } = /** @type {CustomEvent} */ (event).detail;
    if (id === wanted && isOpen && isSaved) load(id);
  }, { signal });
  document.addEventListener("page:escape", () => side.isConnected && !wide.matches && isOpen && open(false), { signal });
  document.addEventListener("page:shown", showState, { signal });
  side.addEventListener("click", onPlay, { signal });
  if (playing.entry) inspect(playing.entry.id);
  showState();
});

/** A take plays at once, and a note at its moment. @param {MouseEvent} event */
function onPlay(event) {
  const link = closest(event.target, "[data-take-audio], [data-note-at]");
  const song = closest(link, "[data-take], [data-inspected]");
  if (!link || !song || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { take, inspected, hue } = song.dataset;
  const { takeAudio, takeCover, takeTitle = "" } = take ? link.dataset : song.dataset;
  if (!takeAudio) return;
  event.preventDefault();
  const start = link.dataset.noteAt ? Number(link.dataset.noteAt) : undefined;
  play({ id: Number(take ?? inspected), title: takeTitle, audio: takeAudio, cover: takeCover, hue, start });
}
