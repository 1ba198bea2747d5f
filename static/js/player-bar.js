// The player's own controls: play, time, waveform as a slider, speed, sound.
// @ts-check
import { timecode } from "./timecode.js";

const FAULTS = [
  "",
  "Loading the song was stopped. Press play to try again.",
  "The connection broke while the song was loading. Press play to try again.",
  "This browser cannot decode the file. It can still be downloaded.",
  "The song could not be loaded. Load the page again; the files below say whether it is archived.",
];

/**
 * @param {HTMLElement} place
 * @param {HTMLAudioElement} audio
 */
export function playerBar(place, audio) {
  const part = (/** @type {string} */ name) => /** @type {any} */ (place.querySelector(`[data-${name}]`));
  const [button, seek, played, fault] = [part("toggle"), part("seek"), part("played"), part("fault")];
  const width = Number(played.closest("svg").viewBox.baseVal.width);
  const length = () => (Number.isFinite(audio.duration) ? audio.duration : Number(seek.max));

  const bar = {
    toggle() {
      if (!audio.paused) return audio.pause();
      if (audio.error) audio.load();
      audio.play().catch(() => {});
    },
    /** @param {number} time seconds */
    seek(time) {
      audio.currentTime = Math.min(Math.max(0, time), length());
    },
    mute() {
      audio.muted = !audio.muted;
    },
    /** The waveform alone; called for each frame. */
    draw() {
      played.setAttribute("width", String(length() ? (width * audio.currentTime) / length() : 0));
    },
  };

  const show = () => {
    button.classList.toggle("is-playing", !audio.paused);
    button.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
  };
  const showTime = () => {
    part("now").textContent = timecode(audio.currentTime);
    part("length").textContent = timecode(length());
    seek.max = String(length());
    seek.value = String(audio.currentTime);
    seek.setAttribute("aria-valuetext", `${timecode(audio.currentTime)} of ${timecode(length())}`);
    bar.draw();
  };
  const sound = () => {
    part("mute").setAttribute("aria-pressed", String(audio.muted));
    part("mute-word").textContent = audio.muted ? "Muted" : "Mute";
  };
  const busy = (/** @type {boolean} */ is) => button.setAttribute("aria-busy", String(is));

  button.addEventListener("click", bar.toggle);
  seek.addEventListener("input", () => bar.seek(Number(seek.value)));
  part("mute").addEventListener("click", bar.mute);
  part("speed").addEventListener("change", () => (audio.playbackRate = Number(part("speed").value)));
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, show);
  for (const name of ["timeupdate", "seeking", "seeked", "loadedmetadata", "durationchange"]) audio.addEventListener(name, showTime);
  audio.addEventListener("volumechange", sound);
  audio.addEventListener("waiting", () => busy(true));
  for (const name of ["playing", "canplay", "pause"]) audio.addEventListener(name, () => busy(false));
  audio.addEventListener("playing", () => (fault.hidden = true));
  audio.addEventListener("error", () => {
    fault.textContent = FAULTS[audio.error?.code ?? 4] ?? FAULTS[4];
    fault.hidden = false;
    busy(false);
    show();
  });

  audio.controls = false;
  place.hidden = false;
  showTime();
  show();
  // The file may have failed before this script was loaded.
  if (audio.error) audio.dispatchEvent(new Event("error"));
  return bar;
}
