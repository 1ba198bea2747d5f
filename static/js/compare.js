// The compare page: two tracks under one transport. One of them plays; switching keeps the position.
// @ts-check
import { timecode } from "./timecode.js";
import { listen } from "./keys.js";

/** @typedef {"a" | "b"} Side */

const transport = /** @type {HTMLElement} */ (document.querySelector("[data-compare]"));
const audios = /** @type {Record<Side, HTMLAudioElement>} */ (
  Object.fromEntries([...document.querySelectorAll("[data-audio]")].map((audio) => [audio.getAttribute("data-audio"), audio]))
);
const part = (/** @type {string} */ name) => /** @type {any} */ (transport.querySelector(`[data-${name}]`));
const [toggleButton, seek, align, fault] = [part("toggle"), part("seek"), part("align"), part("fault")];
// Seconds into A at which B begins, negative the other way round: B's position is A's less this.
const extension = Number(transport.dataset.extension ?? 0);
const SIDES = /** @type {Side[]} */ (["a", "b"]);
/** @type {Side} */
let side = audios.a ? "a" : "b";

const audio = () => audios[side];
const other = () => (side === "a" ? "b" : "a");
const length = (/** @type {HTMLAudioElement} */ of) => (Number.isFinite(of.duration) ? of.duration : Infinity);

/**
 * The position in the other track: the same, or shifted where one begins inside the other.
 * @param {Side} to
 * @param {number} time seconds in the track that plays
 */
function moved(to, time) {
  const shift = align?.checked ? extension : 0;
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
  showFault(isOver ? `${to.toUpperCase()} is shorter: it has ended at ${timecode(time)}.` : "");
  show();
}

/** @param {number} time seconds */
function jump(time) {
  audio().currentTime = Math.min(Math.max(0, time), length(audio()));
  showFault("");
  show();
}

/** @param {string} text */
function showFault(text) {
  fault.textContent = text;
  fault.hidden = !text;
}

function show() {
  const now = audio();
  toggleButton.classList.toggle("is-playing", !now.paused);
  toggleButton.setAttribute("aria-label", now.paused ? "Play" : "Pause");
  for (const button of transport.querySelectorAll("[data-side]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-side") === side));
  }
  for (const column of document.querySelectorAll("[data-column]")) {
    column.classList.toggle("is-active", column.getAttribute("data-column") === side);
  }
  showTime();
}

function showTime() {
  const now = audio();
  const duration = Number.isFinite(now.duration) ? now.duration : 0;
  part("now").textContent = timecode(now.currentTime);
  part("length").textContent = timecode(duration);
  seek.max = String(duration || 1);
  seek.value = String(now.currentTime);
  seek.setAttribute("aria-valuetext", `${timecode(now.currentTime)} of ${timecode(duration)}, ${side.toUpperCase()}`);
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
    for (const event of ["timeupdate", "seeked", "loadedmetadata"]) one.addEventListener(event, showTime);
    one.addEventListener("error", () => showFault(`${name.toUpperCase()} could not be loaded. Load the page again.`));
  }
  toggleButton.addEventListener("click", toggle);
  seek.addEventListener("input", () => jump(Number(seek.value)));
  align?.addEventListener("change", showTime);
  for (const button of transport.querySelectorAll("[data-side]")) {
    button.addEventListener("click", () => choose(/** @type {Side} */ (button.getAttribute("data-side"))));
  }
  listen([
    { keys: [" ", "k"], shown: ["Space", "K"], does: "Play or pause", act: toggle },
    { keys: ["a"], shown: ["A"], does: "Play A", act: () => choose("a") },
    { keys: ["b"], shown: ["B"], does: "Play B", act: () => choose("b") },
    { keys: ["x"], shown: ["X"], does: "Play the other", act: () => choose(other()) },
    { keys: ["arrowleft"], shown: ["←"], does: "Back 5 seconds", act: () => jump(audio().currentTime - 5) },
    { keys: ["arrowright"], shown: ["→"], does: "Forward 5 seconds", act: () => jump(audio().currentTime + 5) },
  ]);
  transport.hidden = false;
  show();
}

if (audios.a || audios.b) begin();
