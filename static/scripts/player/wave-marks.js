// What stands on a waveform: pins of the notes, and the loop with its two points.
// @ts-check
import { keepFocus } from "../focus.js";
import { clock } from "./clock.js";
import { length, playing, setLoop } from "./engine.js";
import { svg } from "./wave.js";

/** @typedef {import("./preload.js").Note} Note */

const STEP_SECONDS = 0.1;
const LONG_STEP_SECONDS = 1;
// Two points of a loop are never nearer to each other.
const MIN_LOOP_SECONDS = 0.2;

/**
 * Pins with initials under a large waveform, small marks on a small one.
 * @param {HTMLElement} place `.wave`
 * @param {Note[]} notes
 * @param {number} total the length of the song in seconds
 * @param {boolean} isLarge
 */
export function drawNotes(place, notes, total, isLarge) {
  for (const old of place.querySelectorAll(".wave-pins, .wave-marks")) old.remove();
  const shown = notes.filter(({ time }) => total && time <= total);
  if (!shown.length) return;
  if (isLarge) place.append(svg("svg", { class: "wave-pins" }, shown.map((note) => pin(note, total))));
  else place.querySelector(".wave-box")?.append(svg("svg", { class: "wave-marks", "aria-hidden": "true" }, shown.map((note) => mark(note, total))));
}

/** @param {Note} note @param {number} total */
function pin({ id, time, text, by }, total) {
  const letter = svg("text", { y: 20, "text-anchor": "middle" });
  letter.textContent = by.slice(0, 1).toUpperCase() || "?";
  const shape = [svg("path", { d: "M0 0 4 5H-4z" }), svg("rect", { x: -12, y: 4, width: 24, height: 24, rx: 12 })];
  const label = `Note at ${clock(time)} by ${by}: ${text.slice(0, 80)}`;
  const link = svg("a", { class: "pin", href: `#note-${id}`, "aria-label": label, "data-pin": time }, [...shape, letter]);
  return svg("svg", { x: `${(100 * time) / total}%`, overflow: "visible" }, [link]);
}

/** @param {Note} note @param {number} total */
function mark({ time }, total) {
  return svg("svg", { x: `${(100 * time) / total}%`, overflow: "visible" }, [svg("path", { d: "M-4 0h8L0 6z" })]);
}

/**
 * The loop as a region, with its points where there is room to move them.
 * @param {HTMLElement} place `.wave`
 * @param {boolean} isLarge
 */
export function drawLoop(place, isLarge) {
  const box = place.querySelector(".wave-box");
  const { loop } = playing;
  const held = place.querySelector(".loop-point:focus");
  const focused = held instanceof HTMLElement ? held.dataset.point : undefined;
  for (const old of place.querySelectorAll(".wave-loop, .loop-point")) if (old !== held || !loop?.to) old.remove();
  if (held) keepFocus(document.querySelector("[data-do=loop]"));
  if (!box || !loop || !length()) return;
  const [from, to] = [part(loop.from), part(loop.to ?? loop.from)];
  const region = svg("rect", { class: "wave-region", x: `${from}%`, y: 0, width: `${Math.max(0.2, to - from)}%`, height: "100%" });
  box.append(svg("svg", { class: "wave-loop", "aria-hidden": "true" }, [region]));
  if (!isLarge || loop.to === null) return;
  for (const name of /** @type {const} */ (["from", "to"])) {
    if (name === focused && held instanceof HTMLElement) put(held, name);
    else box.append(point(name));
  }
}

/** In percent of the song. @param {number} time */
const part = (time) => (100 * time) / length();

/** @param {"from" | "to"} name */
function point(name) {
  const label = name === "from" ? "The loop begins" : "The loop ends";
  const made = movable({ label, time: () => playing.loop?.[name] ?? 0, total: length, move: (time) => move(name, time) });
  made.dataset.point = name;
  put(made, name);
  return made;
}

/** @param {HTMLElement} made @param {"from" | "to"} name */
function put(made, name) {
  putAt(made, playing.loop?.[name] ?? 0, length());
}

/** @param {"from" | "to"} name @param {number} time */
function move(name, time) {
  const { loop } = playing;
  if (!loop || loop.to === null) return;
  const [least, most] = name === "from" ? [0, loop.to - MIN_LOOP_SECONDS] : [loop.from + MIN_LOOP_SECONDS, length()];
  setLoop({ ...loop, [name]: Math.min(Math.max(time, least), most) });
}

/**
 * @typedef {object} Movable
 * @property {string} label
 * @property {() => number} time where it is, in seconds
 * @property {() => number} total the length of the song in seconds
 * @property {(time: number) => void} move
 */

/**
 * A point on a waveform that the pointer and the arrow keys move: a slider of a moment.
 * @param {Movable} how
 */
export function movable(how) {
  const made = Object.assign(document.createElement("div"), { className: "loop-point", tabIndex: 0 });
  made.setAttribute("role", "slider");
  made.setAttribute("aria-label", how.label);
  made.addEventListener("keydown", (event) => onKey(event, how));
  made.addEventListener("pointerdown", (event) => drag(event, made, how));
  return made;
}

/** Shows such a point at its time. @param {HTMLElement} made @param {number} time @param {number} total */
export function putAt(made, time, total) {
  made.style.setProperty("left", `${total ? (100 * time) / total : 0}%`);
  made.setAttribute("aria-valuemin", "0");
  made.setAttribute("aria-valuemax", total.toFixed(1));
  made.setAttribute("aria-valuenow", time.toFixed(1));
  made.setAttribute("aria-valuetext", exactClock(time));
}

/** @param {number} time seconds @returns {string} `1:22.4` */
export function exactClock(time) {
  const tenths = Math.round(time * 10);
  return `${clock(tenths / 10)}.${tenths % 10}`;
}

/** @param {KeyboardEvent} event @param {Movable} how */
function onKey(event, { time, total, move }) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = event.shiftKey ? LONG_STEP_SECONDS : STEP_SECONDS;
  const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
  const to = direction ? time() + direction * step : { Home: 0, End: total() }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  move(to);
}

/**
 * @param {PointerEvent} event
 * @param {HTMLElement} made
 * @param {Movable} how
 */
function drag(event, made, { total, move }) {
  event.preventDefault();
  made.focus();
  made.setPointerCapture(event.pointerId);
  const edge = /** @type {HTMLElement} */ (made.parentElement).getBoundingClientRect();
  const onMove = (/** @type {PointerEvent} */ { clientX }) => move(((clientX - edge.left) / edge.width) * total());
  made.addEventListener("pointermove", onMove);
  made.addEventListener("lostpointercapture", () => made.removeEventListener("pointermove", onMove), { once: true });
}
