// Two tracks, one transport: one of them sounds, and switching keeps the moment.
// @ts-check
import { clock } from "./clock.js";
import { listen } from "./keys.js";

/** @typedef {"a" | "b"} Side */

const place = /** @type {HTMLElement} */ (document.querySelector("[data-compare]"));
const audios = /** @type {Record<Side, HTMLAudioElement>} */ (
  Object.fromEntries([...document.querySelectorAll("[data-audio]")].map((one) => [one.getAttribute("data-audio"), one]))
);
const part = (/** @type {string} */ name) => /** @type {any} */ (place.querySelector(`[data-${name}]`));
const [toggleButton, seek, moment, fault] = [part("toggle"), part("seek"), part("moment"), part("fault")];
// Where the one goes on in the other: B's time is A's less this.
const extension = Number(place.dataset.extension ?? 0);
const SIDES = /** @type {Side[]} */ (["a", "b"]);
/** @type {Side} */
let side = audios.a ? "a" : "b";

const audio = () => audios[side];
const other = () => (side === "a" ? "b" : "a");
const length = (/** @type {HTMLAudioElement} */ of) => (Number.isFinite(of.duration) ? of.duration : Infinity);

/**
 * The same moment in the other one, or what stands for it where one begins inside the other.
 * @param {Side} to
 * @param {number} time seconds in the one that sounds
 */
function moved(to, time) {
  const shift = moment?.checked ? extension : 0;
  return Math.min(Math.max(0, to === "b" ? time - shift : time + shift), length(audios[to]));
}

function play() {
  if (audio().error) audio().load();
  audio().play().catch(() => {});
}

function toggle() {
  if (audio().paused) play();
  else audio().pause();
}

/** @param {Side} to */
function choose(to) {
  if (to === side || !audios[to]) return;
  const before = audio();
  const wasPlaying = !before.paused;
  const time = moved(to, before.currentTime);
  before.pause();
  side = to;
  audio().currentTime = time;
  const isOver = time >= length(audio());
  if (wasPlaying && !isOver) play();
  say(isOver ? `${to.toUpperCase()} is shorter: it has ended at ${clock(time)}.` : "");
  show();
}

/** @param {number} time seconds */
function jump(time) {
  audio().currentTime = Math.min(Math.max(0, time), length(audio()));
  say("");
  show();
}

/** @param {string} words */
function say(words) {
  fault.textContent = words;
  fault.hidden = !words;
}

function show() {
  const now = audio();
  toggleButton.classList.toggle("is-playing", !now.paused);
  toggleButton.setAttribute("aria-label", now.paused ? "Play" : "Pause");
  for (const button of place.querySelectorAll("[data-side]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-side") === side));
  }
  for (const column of document.querySelectorAll("[data-column]")) {
    column.classList.toggle("is-heard", column.getAttribute("data-column") === side);
  }
  tell();
}

function tell() {
  const now = audio();
  const whole = Number.isFinite(now.duration) ? now.duration : 0;
  part("now").textContent = clock(now.currentTime);
  part("length").textContent = clock(whole);
  seek.max = String(whole || 1);
  seek.value = String(now.currentTime);
  seek.setAttribute("aria-valuetext", `${clock(now.currentTime)} of ${clock(whole)}, ${side.toUpperCase()}`);
  for (const one of SIDES.filter((name) => audios[name])) draw(one, one === side ? now.currentTime : moved(one, now.currentTime));
}

/**
 * @param {Side} one
 * @param {number} time
 */
function draw(one, time) {
  const played = document.querySelector(`[data-played="${one}"]`);
  const width = played?.closest("svg")?.viewBox.baseVal.width ?? 0;
  played?.setAttribute("width", String((width * time) / length(audios[one])));
}

function begin() {
  for (const name of SIDES.filter((one) => audios[one])) {
    const one = audios[name];
    one.controls = false;
    one.preload = "auto";
    for (const event of ["play", "pause", "ended"]) one.addEventListener(event, show);
    for (const event of ["timeupdate", "seeked", "loadedmetadata"]) one.addEventListener(event, tell);
    one.addEventListener("error", () => say(`${name.toUpperCase()} could not be loaded. Load the page again.`));
  }
  toggleButton.addEventListener("click", toggle);
  seek.addEventListener("input", () => jump(Number(seek.value)));
  moment?.addEventListener("change", tell);
  for (const button of place.querySelectorAll("[data-side]")) {
    button.addEventListener("click", () => choose(/** @type {Side} */ (button.getAttribute("data-side"))));
  }
  listen([
    { keys: [" ", "k"], shown: ["Space", "K"], does: "Play or pause", act: toggle },
    { keys: ["a"], shown: ["A"], does: "Hear A", act: () => choose("a") },
    { keys: ["b"], shown: ["B"], does: "Hear B", act: () => choose("b") },
    { keys: ["x"], shown: ["X"], does: "Hear the other", act: () => choose(other()) },
    { keys: ["arrowleft"], shown: ["←"], does: "Back 5 seconds", act: () => jump(audio().currentTime - 5) },
    { keys: ["arrowright"], shown: ["→"], does: "On 5 seconds", act: () => jump(audio().currentTime + 5) },
  ]);
  place.hidden = false;
  show();
}

if (audios.a || audios.b) begin();
