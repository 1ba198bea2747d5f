// The sound of the site, the song that plays, and the songs before and after it.
// @ts-check
import { audio, cue, isCued, swap, yieldToAllowed } from "./decks.js";
import { rememberedNumber, rememberedSession, rememberSession, rememberSetting } from "./memory.js";
import { factsOf, forgetFacts, preload, soundOf } from "./preload.js";
import { append, fill, moveTo, neighbour, queue } from "./queue.js";

/** @typedef {import("./queue.js").Entry} Entry */
/** @typedef {import("./preload.js").Facts} Facts */

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
// The next song is fetched once this one has so little left, or is all here.
const PRELOAD_BEFORE_SECONDS = 40;
const MAX_KEPT = 500; // songs of the queue
const KEPT_BEFORE = 50;

export { audio };

/** What the dock shows: the entry at once, its facts once they are here. */
export const playing = {
  /** @type {Entry | null} */
  entry: null,
  /** @type {Facts | null} */
  facts: null,
  /** The loop between two points, in seconds. @type {{from: number, to: number | null} | null} */
  loop: null,
};

/** "song": another song; "facts": its waveform and words are here; "queue"; "loop". */
const changes = new EventTarget();

/**
 * @param {"song" | "facts" | "queue" | "loop" | "speed"} name
 * @param {() => void} act
 * @param {AbortSignal} [signal]
 */
export function onChange(name, act, signal) {
  changes.addEventListener(name, act, { signal });
}

/** @param {"song" | "facts" | "queue" | "loop" | "speed"} name */
function changed(name) {
  changes.dispatchEvent(new Event(name));
}

/**
 * Plays a song from its start, or from `entry.start`.
 * @param {Entry} entry
 * @param {Entry[]} [songs] the list that it stands in, which becomes the queue
 */
export function play(entry, songs) {
  if (songs?.length) fill(songs, entry.id);
  else moveTo(entry);
  open(entry, true);
}

/** Shows a song in the dock, ready to play. @param {Entry} entry */
export function prepare(entry) {
  if (playing.entry?.id === entry.id) return;
  // One that is only looked at comes into the queue once it is played.
  if (queue.entries.some(({ id }) => id === entry.id)) moveTo(entry);
  open(entry, false);
}

/** @param {Entry} entry @param {boolean} isToPlay whether it begins at once */
function open(entry, isToPlay) {
  const isOther = playing.entry?.id !== entry.id;
  const isLoaded = isOther || audio.error !== null;
  playing.entry = entry;
  playing.loop = null;
  if (isLoaded) {
    pendingSeek?.abort();
    playing.facts = null;
    load(entry);
    showFacts(entry);
  }
  // A song that is repeated waits at the back, as the next one does: a seek would be heard as a pause.
  if (!isOther && audio.ended && isCued(soundOf(entry))) swap(entry.start ?? 0);
  else if (!isOther) seek(entry.start ?? 0);
  // Before the page shows the song: that takes longer than the ear forgives between two songs.
  if (isToPlay) start();
  changed("song");
  // The same song again: what is known of it stays.
  if (playing.facts) changed("facts");
  changed("queue");
}

/** @param {Entry} entry */
function load(entry) {
  if (isCued(soundOf(entry))) return swap(entry.start ?? 0);
  // So the browser begins there; a seek after loading would let some of the song's beginning be heard.
  const from = entry.start ? `#t=${entry.start}` : "";
  const sound = soundOf(entry) + from;
  if (audio.getAttribute("src") !== sound) audio.src = sound;
  audio.playbackRate = audio.defaultPlaybackRate;
  if (entry.start !== undefined && !from) seek(entry.start);
}

/** How often facts were asked for: of two answers about one song the later question has the newer one. */
let asked = 0;

/** @param {Entry} entry */
async function showFacts(entry) {
  const own = (asked += 1);
  const facts = await factsOf(entry.id);
  if (own !== asked || !facts) return;
  playing.facts = facts;
  changed("facts");
}

/** Reads again what is known of a song that has changed. @param {number} id */
export function refreshFacts(id) {
  forgetFacts(id);
  if (playing.entry?.id === id) showFacts(playing.entry);
}

function start() {
  audio.play().catch(({ name }) => {
    // Other refusals are told by the element's own events, or are the browser's wish for a first press.
    if (name === "NotAllowedError" && yieldToAllowed()) start();
  });
}

export function toggle() {
  if (!playing.entry) return;
  if (!audio.paused) return audio.pause();
  if (audio.error) audio.load();
  moveTo(playing.entry);
  start();
  changed("queue");
}

/** The length of the song in seconds: the decoder's, else ours. */
export function length() {
  return Number.isFinite(audio.duration) ? audio.duration : (playing.facts?.duration ?? 0);
}

/**
 * Shows another song in place of the present one, at `entry.start`; it plays on if the present one does.
 * The queue is that song alone: it is a page with a transport of its own that asks for this.
 * @param {Entry} entry
 */
export function exchange(entry) {
  const isPlaying = !audio.paused;
  fill([entry], entry.id);
  queue.repeat = "off";
  open(entry, isPlaying);
}

/** What plays and its queue, as `resume` takes it. */
export function session() {
  const { entries, at, repeat } = queue;
  // A storage holds no endless list: what was heard before goes first.
  const first = Math.max(0, at - KEPT_BEFORE);
  const kept = entries.slice(first, first + MAX_KEPT);
  return { entry: playing.entry, entries: kept, at: at - first, repeat, time: audio.currentTime };
}

/** Shows what played when this was kept, paused at its place. @param {any} kept */
export function resume({ entry, entries, at, repeat, time }) {
  audio.pause();
  Object.assign(queue, { entries, at, repeat });
  open({ ...entry, start: time }, false);
}

// How much softer than the listener's own volume the present song is played, from 0 to 1.
let gain = 1;

/** The volume as the listener set it, from 0 to 1. */
export function volume() {
  return Math.min(1, audio.volume / gain);
}

/** @param {number} wanted */
export function setVolume(wanted) {
  audio.volume = wanted * gain;
}

/** @param {number} share @returns {boolean} whether this device lets pages set a volume */
export function setGain(share) {
  const own = volume();
  gain = share;
  setVolume(own);
  return Math.abs(audio.volume - own * gain) < 0.01;
}

/** A seek in a song that is still loading; it ends with the song. @type {AbortController | undefined} */
let pendingSeek;

/** @param {number} time seconds */
export function seek(time) {
  const wanted = Math.max(0, length() ? Math.min(time, length()) : time);
  pendingSeek?.abort();
  if (audio.readyState) audio.currentTime = wanted;
  else {
    const { signal } = (pendingSeek = new AbortController());
    audio.addEventListener("loadedmetadata", () => (audio.currentTime = wanted), { once: true, signal });
  }
}

export function next() {
  const entry = neighbour(1);
  if (entry) step(entry);
}

/** The song before; the beginning of this one once it has played for some seconds. */
export function previous() {
  const entry = audio.currentTime > 4 ? undefined : neighbour(-1);
  if (entry) step(entry);
  else seek(0);
}

/** Plays a song of the queue. @param {Entry} entry */
export function step(entry) {
  moveTo(entry);
  open({ ...entry, start: undefined }, true);
}

/** @param {Entry[]} entries */
export function addToQueue(entries) {
  append(entries);
  changed("queue");
}

/** @param {(queue: typeof import("./queue.js").queue) => void} change */
export function changeQueue(change) {
  change(queue);
  changed("queue");
}

/** Whether its stems sound instead of the song: the element goes on unheard, as the clock of all. */
let isLent = false;
let isMutedMeanwhile = false;

/** Whether people have turned the sound off. */
export function isMuted() {
  return isLent ? isMutedMeanwhile : audio.muted;
}

export function mute() {
  setMuted(!isMuted());
}

/** @param {boolean} muted */
export function setMuted(muted) {
  if (!isLent) audio.muted = muted;
  else if (muted !== isMutedMeanwhile) {
    isMutedMeanwhile = muted;
    audio.dispatchEvent(new Event("volumechange"));
  }
}

/** Lets something else sound in time with the element, or ends that. @param {boolean} isOn */
export function lendSound(isOn) {
  if (isOn === isLent) return;
  const muted = isMuted();
  isLent = isOn;
  isMutedMeanwhile = muted;
  audio.muted = isOn || muted;
}

/** @param {1 | -1} direction */
export function changeSpeed(direction) {
  const place = SPEEDS.indexOf(audio.defaultPlaybackRate) + direction;
  setSpeed(SPEEDS[Math.min(Math.max(place, 0), SPEEDS.length - 1)]);
}

/** @param {number} speed */
export function setSpeed(speed) {
  audio.defaultPlaybackRate = speed;
  audio.playbackRate = speed;
  rememberSetting("speed", speed);
  changed("speed");
}

/** First press: from here; second: to here, and round again; third: no loop. */
export function loopHere() {
  const { loop } = playing;
  if (!loop) playing.loop = { from: audio.currentTime, to: null };
  else if (loop.to === null && audio.currentTime > loop.from + 0.2) loop.to = audio.currentTime;
  else playing.loop = null;
  changed("loop");
}

/** Changes the loop; null: none. @param {{from: number, to: number | null} | null} loop */
export function setLoop(loop) {
  playing.loop = loop;
  changed("loop");
}

/** What is to be done for each frame while a song plays: a loop turns back. */
export function keepLoop() {
  const { loop } = playing;
  if (loop?.to && audio.currentTime >= loop.to) audio.currentTime = loop.from;
}

function onEnd() {
  const entry = neighbour(1, true);
  if (!entry) return;
  if (entry.id === playing.entry?.id) {
    seek(0);
    start();
  } else step(entry);
}

function onTime() {
  keepLoop();
  const isNear = length() - audio.currentTime < PRELOAD_BEFORE_SECONDS * audio.playbackRate;
  const entry = isNear ? neighbour(1, true) : undefined;
  if (!entry) return;
  if (entry.id === playing.entry?.id) cue(soundOf(entry));
  else void makeReady(entry);
}

/** Has the song to come loaded and decoded. @param {Entry} entry */
async function makeReady(entry) {
  await preload(entry, () => audio.src);
  if (neighbour(1, true)?.id === entry.id) cue(soundOf(entry));
}

/** Continues what this user played in this tab before the browser loaded the page anew. @param {string} user */
function restore(user) {
  const kept = rememberedSession(user);
  if (kept?.entry && !playing.entry) resume(kept);
}

export function startEngine() {
  audio.controls = false;
  setSpeed(rememberedNumber("speed", 1));
  audio.volume = rememberedNumber("volume", 1);
  audio.muted = rememberedNumber("muted", 0) === 1;
  audio.addEventListener("volumechange", () => {
    rememberSetting("volume", volume());
    rememberSetting("muted", Number(isMuted()));
  });
  audio.addEventListener("ended", onEnd);
  audio.addEventListener("timeupdate", onTime);
  // A page without the views, such as the login, is nobody's: what plays is not shown there.
  const user = document.querySelector("[data-user]")?.getAttribute("data-user");
  if (!user) return;
  window.addEventListener("pagehide", () => rememberSession(user, session()));
  restore(user);
}
