// The stems of a song, played together in place of it. The song's own element goes on unheard: it is the clock of
// all, so that the dock, keys, lock screen and lyrics go on as before. A stem that runs ahead of the others or behind
// is brought back by playing it slower or faster, and so is the clock where it differs from all of them. Only one that
// is far off after a start or a seek, or very far at any time, is moved, which is heard as a short gap.
// @ts-check
import { audio, isMuted, lendSound, onChange, playing } from "./engine.js";

const CHECK_MS = 200;
// Correction begins where a stem is so far off, and ends where it is right.
const OFF_SECONDS = 0.008;
const GOOD_SECONDS = 0.004;
// Further off it is moved a few times after a start or a seek; later it is brought back fast.
const FAR_SECONDS = 0.05;
const VERY_FAR_SECONDS = 0.25;
const MOST_MOVES = 3;
const MOST_LEAD_SECONDS = 0.5;
// Browsers resample up to 5 % without stretching; this much is not heard.
const MOST_CORRECTION = 0.03;
// Stretched, so that the pitch stays: being far off is heard more than this for a second.
const MOST_CORRECTION_OF_FAR = 0.25;
const MOST_CORRECTION_OF_CLOCK = 0.05;
const WITHIN_SECONDS = 0.6;

/**
 * @typedef {object} Stem
 * @property {string} name
 * @property {HTMLAudioElement} sound
 * @property {number} volume
 * @property {boolean} isMuted
 * @property {boolean} isSolo
 * @property {number} drift seconds that it is ahead of the clock
 * @property {number} lead seconds that a move takes, by what the last ones took: it is moved that much further
 * @property {number} moves since the start or the seek; all that there are once it is in place
 * @property {boolean} isMoved whether it was moved since the last look
 * @property {boolean} isCorrected whether it plays slower or faster now
 * @property {number} slip seconds that it jumps when its speed is put back, by what the last ones brought
 * @property {number | null} before its drift when its speed was put back, until the next look
 */

/** @type {Stem[]} */
let stems = [];
let song = -1;
let timer = 0;
const changes = new EventTarget();

/** The stems that sound now; empty while the song itself does. @param {number} id of the song */
export function stemsOf(id) {
  return id === song ? stems : [];
}

/** @param {() => void} act when stems begin, end, or were compared with the clock @param {AbortSignal} [signal] */
export function onStems(act, signal) {
  changes.addEventListener("stems", act, { signal });
}

const changed = () => changes.dispatchEvent(new Event("stems"));

/**
 * Plays these instead of the song that is in the dock.
 * @param {number} id of that song
 * @param {{name: string, url: string}[]} list
 */
export function beginStems(id, list) {
  endStems();
  song = id;
  stems = list.map(({ name, url }) => {
    const sound = Object.assign(new Audio(url), { preload: "auto" });
    sound.addEventListener("canplay", align, { once: true });
    const pace = { drift: 0, lead: 0.05, moves: 0, isMoved: false, isCorrected: false, slip: 0, before: null };
    return { name, sound, volume: 1, isMuted: false, isSolo: false, ...pace };
  });
  lendSound(true);
  showSound();
  place();
  if (!audio.paused) start();
  changed();
}

/** Gives the sound back to the song, at the same moment. */
export function endStems() {
  if (song < 0) return;
  clearInterval(timer);
  for (const { sound } of stems) {
    sound.pause();
    sound.removeAttribute("src");
    sound.load();
  }
  stems = [];
  song = -1;
  audio.playbackRate = audio.defaultPlaybackRate;
  lendSound(false);
  changed();
}

/** @param {Stem} stem @param {Partial<Stem>} values */
export function changeStem(stem, values) {
  Object.assign(stem, values);
  showSound();
  changed();
}

function showSound() {
  const hasSolo = stems.some(({ isSolo }) => isSolo);
  for (const stem of stems) {
    stem.sound.volume = audio.volume * stem.volume;
    stem.sound.muted = isMuted() || stem.isMuted || (hasSolo && !stem.isSolo);
  }
}

/** All to the clock's moment. */
function place() {
  for (const stem of stems) {
    Object.assign(stem, { moves: 0, isMoved: false, isCorrected: false, before: null });
    move(stem);
  }
}

/** @param {Stem} stem */
function move({ sound, lead }) {
  const wanted = audio.currentTime + (audio.paused ? 0 : lead * audio.defaultPlaybackRate);
  sound.playbackRate = audio.defaultPlaybackRate;
  sound.currentTime = Math.min(wanted, Number.isFinite(sound.duration) ? sound.duration : Infinity);
}

function start() {
  clearInterval(timer);
  if (song < 0) return;
  timer = setInterval(align, CHECK_MS);
  for (const { sound } of stems) sound.play().catch(() => {});
}

function stop() {
  clearInterval(timer);
  for (const { sound } of stems) sound.pause();
}

/** Compares them with the clock and with each other. */
function align() {
  if (audio.paused || audio.seeking || audio.readyState < 3) return;
  const heard = stems.filter(({ sound }) => !sound.seeking && !sound.ended && sound.readyState >= 3);
  for (const stem of heard) {
    if (stem.sound.paused) stem.sound.play().catch(() => {});
    stem.drift = stem.sound.currentTime - audio.currentTime;
  }
  const middle = heard.map(({ drift }) => drift).sort((one, other) => one - other)[heard.length >> 1] ?? 0;
  const isClockOff = Math.abs(middle) > OFF_SECONDS && heard.every(({ moves }) => moves >= MOST_MOVES || Math.abs(middle) < FAR_SECONDS);
  audio.playbackRate = audio.defaultPlaybackRate * (1 + (isClockOff ? share(middle, MOST_CORRECTION_OF_CLOCK) : 0));
  for (const stem of heard) correct(stem, middle);
  changed();
}

/**
 * By how much of its speed something is to be corrected.
 * @param {number} off seconds
 * @param {number} most
 */
function share(off, most) {
  return Math.min(most, Math.max(-most, off / WITHIN_SECONDS));
}

/** How far the stems are from each other, in seconds. */
export function spread() {
  const drifts = stems.map(({ drift }) => drift);
  return drifts.length ? Math.max(...drifts) - Math.min(...drifts) : 0;
}

/** @param {Stem} stem @param {number} middle the drift of the stems together */
function correct(stem, middle) {
  const off = stem.drift - middle;
  // Putting the speed back empties a buffer of the browser, by which the stem slips.
  if (stem.before !== null) stem.slip = (stem.slip + off - stem.before) / 2;
  stem.before = null;
  // What is off right after a move is what the move took more or less; what is off at another time has other causes.
  if (stem.isMoved) stem.lead = Math.min(MOST_LEAD_SECONDS, Math.max(0, stem.lead - stem.drift));
  stem.isMoved = false;
  if (Math.abs(stem.drift) <= FAR_SECONDS) stem.moves = MOST_MOVES;
  if (isToBeMoved(stem)) moveAgain(stem);
  else if (stem.isCorrected || Math.abs(off) > OFF_SECONDS) bend(stem, off);
}

/** @param {Stem} stem */
function isToBeMoved({ drift, moves }) {
  return Math.abs(drift) > (moves < MOST_MOVES ? FAR_SECONDS : VERY_FAR_SECONDS);
}

/** @param {Stem} stem */
function moveAgain(stem) {
  stem.moves += 1;
  stem.isMoved = true;
  stem.isCorrected = false;
  move(stem);
}

/**
 * Plays it slower or faster, until it will be right after its speed is put back.
 * @param {Stem} stem
 * @param {number} off seconds
 */
function bend(stem, off) {
  const left = off + stem.slip;
  stem.isCorrected = Math.abs(left) > GOOD_SECONDS;
  if (!stem.isCorrected) stem.before = off;
  const most = Math.abs(left) > FAR_SECONDS ? MOST_CORRECTION_OF_FAR : MOST_CORRECTION;
  stem.sound.playbackRate = audio.defaultPlaybackRate * (1 - (stem.isCorrected ? share(left, most) : 0));
}

export function startStemPlayer() {
  audio.addEventListener("playing", start);
  for (const name of ["pause", "waiting", "ended"]) audio.addEventListener(name, stop);
  audio.addEventListener("seeking", place);
  audio.addEventListener("volumechange", showSound);
  // The speed that people chose is the default one; the clock's own is corrected around it.
  onChange("speed", () => stems.forEach(({ sound }) => (sound.playbackRate = audio.defaultPlaybackRate)));
  onChange("song", () => song >= 0 && playing.entry?.id !== song && endStems());
}
