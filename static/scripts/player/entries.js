// The songs that a page shows, as entries for the queue: read from their play buttons.
// @ts-check
import { audio, addToQueue, play, playing, prepare, seek, toggle } from "./engine.js";

/** @typedef {import("./queue.js").Entry} Entry */

/** @param {Element} button `[data-play]` @returns {Entry | null} */
export function entryOf(button) {
  const song = button.closest("[data-track-id]");
  if (!(song instanceof HTMLElement) || !(button instanceof HTMLElement) || !button.dataset.play) return null;
  const hue = song.closest("[data-hue]");
  return {
    id: Number(song.dataset.trackId),
    title: song.dataset.title ?? "",
    audio: button.dataset.play,
    cover: song.dataset.cover,
    hue: hue instanceof HTMLElement ? hue.dataset.hue : undefined,
  };
}

/** Every song of the page that can be played, in its order, each once. @returns {Entry[]} */
export function entriesOf(/** @type {ParentNode} */ place) {
  const found = [...place.querySelectorAll("[data-track-id] [data-play]")].map(entryOf);
  const ids = new Set();
  return /** @type {Entry[]} */ (found.filter((entry) => entry && !ids.has(entry.id) && ids.add(entry.id)));
}

/**
 * A press on a play button, or on a place in a song's words: `[data-start]` seconds.
 * @param {MouseEvent} event
 */
function onClick(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
  const button = event.target.closest("[data-play], [data-play-from]");
  if (!button) return;
  const from = button.getAttribute("data-play-from");
  const source = from === null ? button : button.closest("[data-track-id]")?.querySelector("[data-play]");
  const entry = source ? entryOf(source) : null;
  if (!entry) return;
  event.preventDefault();
  // The page of one song is no list: what was queued before goes on after it.
  const songs = source?.closest("[data-page-song]") ? undefined : entriesOf(document);
  if (from !== null) play({ ...entry, start: Number(from) }, songs);
  else if (entry.id === playing.entry?.id) toggle();
  else play(entry, songs);
}

/** The page's marks of the song that plays: pressed buttons and rows. */
export function showPlaying() {
  const id = playing.entry?.id;
  for (const song of document.querySelectorAll("[data-track-id]")) {
    const isNow = Number(song.getAttribute("data-track-id")) === id;
    song.classList.toggle("is-now", isNow);
    const button = song.querySelector("[data-play]");
    if (button) showButton(button, isNow && !audio.paused, calledOf(button) ?? song.getAttribute("data-title") ?? "");
  }
}

/** What the button names where that is not the song's title, such as one of its takes. @param {Element} button */
function calledOf(button) {
  return button.getAttribute("data-called");
}

/**
 * @param {Element} button
 * @param {boolean} isPlaying
 * @param {string} title
 */
export function showButton(button, isPlaying, title) {
  button.setAttribute("aria-label", `${isPlaying ? "Pause" : "Play"} ${title}`.trim());
  button.querySelector("use")?.setAttribute("href", isPlaying ? "#i-pause" : "#i-play");
}

/** The play button of a page of one song, and the entry of it. */
export function pageEntry() {
  const button = document.querySelector("main [data-page-song] [data-play], main[data-page-song] [data-play]");
  return button ? entryOf(button) : null;
}

/** A page of one song puts it into the dock, at the moment that its address names, unless a song plays. */
function offerSong() {
  const entry = pageEntry();
  if (!entry || !audio.paused) return;
  const start = momentOf(location);
  if (entry.id !== playing.entry?.id) prepare(Number.isFinite(start) ? { ...entry, start } : entry);
  else if (Number.isFinite(start)) seek(start);
}

/** `?t=52.3`, or `#t=52.3` as links of before have it; NaN without. @param {Location} address */
function momentOf({ search, hash }) {
  const named = new URLSearchParams(search).get("t") ?? new URLSearchParams(hash.slice(1)).get("t");
  return Number(named ?? NaN);
}

export function startEntries() {
  document.addEventListener("click", onClick);
  document.addEventListener("page:shown", (event) => {
    if (!(/** @type {CustomEvent} */ (event).detail.isBack)) offerSong();
  });
  document.addEventListener("page:shown", showPlaying);
  document.addEventListener("rows:added", ({ target }) => {
    showPlaying();
    if (target instanceof Element && playing.entry) addToQueue(entriesOf(target));
  });
  for (const name of ["play", "pause"]) audio.addEventListener(name, showPlaying);
  offerSong();
  showPlaying();
}
