// The dock at the foot of a list: plays its songs, one after the other.
// @ts-check
import { timecode } from "./timecode.js";

/** @param {HTMLElement} bar hidden until something is played */
export function dock(bar) {
  const part = (/** @type {string} */ name) => /** @type {any} */ (bar.querySelector(`[data-dock-${name}]`));
  const audio = /** @type {HTMLAudioElement} */ (part("audio"));
  const songs = () => /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll("[data-play]")]);
  /** @type {string | undefined} */
  let current;

  const play = (/** @type {HTMLAnchorElement} */ song) => {
    current = song.dataset.play;
    audio.src = current ?? "";
    part("title").textContent = song.dataset.title;
    part("title").href = song.href;
    part("meta").textContent = song.dataset.meta;
    part("cover").hidden = !song.dataset.cover;
    if (song.dataset.cover) part("cover").src = song.dataset.cover;
    part("fault").hidden = true;
    bar.hidden = false;
    audio.play().catch(() => {});
    show();
  };
  const toggle = () => (audio.paused ? audio.play().catch(() => {}) : audio.pause());
  const next = () => {
    const list = songs();
    const following = list[list.findIndex((song) => song.dataset.play === current) + 1];
    if (following) play(following);
  };
  const show = () => {
    const playing = !audio.paused;
    part("toggle").classList.toggle("is-playing", playing);
    part("toggle").setAttribute("aria-label", playing ? "Pause" : "Play");
    for (const song of songs()) {
      const mine = song.dataset.play === current;
      song.classList.toggle("is-playing", mine && playing);
      song.setAttribute("aria-label", `${mine && playing ? "Pause" : "Play"} ${song.dataset.title}`);
      song.closest(".song")?.classList.toggle("is-current", mine && !bar.hidden);
    }
  };
  const tick = () => {
    part("now").textContent = timecode(audio.currentTime);
    part("length").textContent = timecode(audio.duration);
    if (Number.isFinite(audio.duration)) part("seek").max = String(audio.duration);
    part("seek").value = String(audio.currentTime);
    part("seek").setAttribute("aria-valuetext", `${timecode(audio.currentTime)} of ${timecode(audio.duration)}`);
  };

  document.addEventListener("click", (event) => {
    const song = event.target instanceof Element ? event.target.closest("[data-play]") : null;
    if (!(song instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (song.dataset.play === current && !bar.hidden) toggle();
    else play(song);
  });
  part("toggle").addEventListener("click", toggle);
  part("next").addEventListener("click", next);
  part("seek").addEventListener("input", () => (audio.currentTime = Number(part("seek").value)));
  part("close").addEventListener("click", () => {
    audio.pause();
    bar.hidden = true;
    show();
  });
  for (const name of ["play", "pause"]) audio.addEventListener(name, show);
  for (const name of ["timeupdate", "loadedmetadata", "seeked"]) audio.addEventListener(name, tick);
  document.addEventListener("live:changed", show);
  audio.addEventListener("ended", next);
  audio.addEventListener("error", () => {
    part("fault").textContent = "This song could not be played. Open its page to see the state of its files.";
    part("fault").hidden = false;
  });
}
