// Two audio elements that the site uses as one. The one in front plays and is the only one in the document; the other
// has loaded what comes next, so that it sounds at once when it is put in front.
// @ts-check

const EVENTS = [
  ...["play", "playing", "pause", "ended", "timeupdate", "seeking", "seeked", "waiting", "stalled", "canplay"],
  ...["loadedmetadata", "durationchange", "emptied", "error", "volumechange", "ratechange"],
];
// What the one in front takes over from the one before.
const SHARED = /** @type {const} */ (["volume", "muted", "defaultPlaybackRate"]);
// The `id` of the one in front.
const ID = "player";
// On the one in front, while the other is ready to play.
const READY = "data-next-ready";
// On the one at the back, while it sounds until the one in front does.
const LEAVING = "data-leaving";
// Where what comes does not begin to sound, what was there goes on no longer than this.
const MAX_WAIT_MS = 500;
const LOOK_MS = 4;

let front = /** @type {HTMLAudioElement} */ (document.getElementById(ID));
let back = makeBack();
/** Whether the one at the back sounds until the one in front does. */
let isLeaving = false;
/** Whether the one at the back has what comes, and not what was. */
let isComing = false;
const relay = new EventTarget();
/** Those that the browser has let play. @type {WeakSet<HTMLAudioElement>} */
const allowed = new WeakSet();

function makeBack() {
  const element = /** @type {HTMLAudioElement} */ (front.cloneNode());
  for (const name of ["id", "src", "controls"]) element.removeAttribute(name);
  element.preload = "auto";
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
  for (const name of ["canplaythrough", "seeking", "seeked"]) element.addEventListener(name, tellReady);
}

/**
 * Loads a sound at the back, to begin at a place.
 * @param {string} address
 * @param {number} [at] seconds
 */
export function cue(address, at = 0) {
  if (isLeaving) return;
  const isNew = back.getAttribute("src") !== address;
  if (!isNew && back.currentTime === at) return;
  isComing = true;
  if (isNew) back.src = address;
  back.currentTime = at;
  tellReady();
}

function tellReady() {
  const isReady = isComing && !back.seeking && back.readyState === HTMLMediaElement.HAVE_ENOUGH_DATA;
  front.toggleAttribute(READY, isReady);
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
  back.toggleAttribute(LEAVING, isPlaying);
  if (isPlaying) waitForSound(performance.now());
  else back.remove();
  for (const name of ["loadedmetadata", "durationchange", "timeupdate"]) relay.dispatchEvent(new Event(name));
}

function turn() {
  isComing = false;
  [front, back] = [back, front];
  if (!front.isConnected) back.after(front);
  for (const name of ["id", READY]) back.removeAttribute(name);
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
  if (!isLeaving) return;
  isLeaving = false;
  back.pause();
  back.removeAttribute(LEAVING);
  back.remove();
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
  back.remove();
  front.src = src;
  front.currentTime = currentTime;
  return true;
}
