// Two audio elements that the site uses as one. The one in front plays; the other has loaded what comes next, so that
// it sounds at once when it is put in front.
// @ts-check

const EVENTS = [
  ...["play", "playing", "pause", "ended", "timeupdate", "seeking", "seeked", "waiting", "stalled", "canplay"],
  ...["loadedmetadata", "durationchange", "emptied", "error", "volumechange", "ratechange"],
];
// What the one in front takes over from the one before.
const SHARED = /** @type {const} */ (["volume", "muted", "defaultPlaybackRate"]);
// The `id` of the one in front.
const ID = "player";
// Where what comes does not begin to sound, what was there goes on no longer than this.
const MAX_WAIT_MS = 500;
const LOOK_MS = 4;

let front = /** @type {HTMLAudioElement} */ (document.getElementById(ID));
let back = makeBack();
/** Whether the one at the back sounds until the one in front does. */
let isLeaving = false;
const relay = new EventTarget();
/** Those that the browser has let play. @type {WeakSet<HTMLAudioElement>} */
const allowed = new WeakSet();

function makeBack() {
  const element = /** @type {HTMLAudioElement} */ (front.cloneNode());
  for (const name of ["id", "src", "controls"]) element.removeAttribute(name);
  element.preload = "auto";
  front.after(element);
  return element;
}

/** The element in front. Its events are those of whichever is in front when they happen. */
export const audio = new Proxy(front, {
  get(_, name) {
    if (name === "addEventListener" || name === "removeEventListener") return relay[name].bind(relay);
    const value = Reflect.get(front, name, front);
    return typeof value === "function" ? value.bind(front) : value;
  },
  set: (_, name, value) => Reflect.set(front, name, value, front),
});

for (const element of [front, back]) {
  for (const name of EVENTS) element.addEventListener(name, () => element === front && relay.dispatchEvent(new Event(name)));
  element.addEventListener("playing", () => allowed.add(element));
  element.addEventListener("pause", () => element === front && endLeaving());
}

/**
 * Loads a sound at the back, to begin at a place.
 * @param {string} address
 * @param {number} [at] seconds
 */
export function cue(address, at = 0) {
  if (isLeaving) return;
  const isNew = back.getAttribute("src") !== address;
  if (isNew) back.src = address;
  if (isNew || back.currentTime !== at) back.currentTime = at;
}

/** @param {string} address @returns {boolean} whether this sound is at the back, ready to play */
export function isCued(address) {
  return back.getAttribute("src") === address && back.readyState >= HTMLMediaElement.HAVE_METADATA && !back.error;
}

/**
 * Puts the one at the back in front, at a place. What played goes on until the new one, once it is started, sounds.
 * @param {number} at seconds
 */
export function swap(at) {
  const isPlaying = !front.paused;
  turn();
  front.playbackRate = front.defaultPlaybackRate;
  if (front.currentTime !== at) front.currentTime = at;
  isLeaving = isPlaying;
  if (isPlaying) waitForSound(performance.now());
  for (const name of ["loadedmetadata", "durationchange", "timeupdate"]) relay.dispatchEvent(new Event(name));
}

function turn() {
  [front, back] = [back, front];
  back.removeAttribute("id");
  front.id = ID;
  for (const name of SHARED) /** @type {any} */ (front)[name] = back[name];
}

/** @param {number} since when it was put in front, in milliseconds of the page */
function waitForSound(since) {
  const [element, began] = [front, front.currentTime];
  const look = () => {
    if (!isLeaving || element !== front) return;
    const isHeard = !front.seeking && front.currentTime > began;
    if (isHeard || front.error || performance.now() - since > MAX_WAIT_MS) endLeaving();
    else setTimeout(look, LOOK_MS);
  };
  look();
}

function endLeaving() {
  if (isLeaving) back.pause();
  isLeaving = false;
}

/**
 * Where the browser lets only the other one play, since a person started that one by hand: plays by it, which takes
 * the time of loading. For a play that was refused.
 * @returns {boolean} whether the other one has it now
 */
export function yieldToAllowed() {
  if (allowed.has(front) || !allowed.has(back)) return false;
  const { src, currentTime } = front;
  front.pause();
  endLeaving();
  turn();
  front.src = src;
  front.currentTime = currentTime;
  return true;
}
