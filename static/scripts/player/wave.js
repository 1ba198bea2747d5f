// The waveform: draws one from a song's facts, moves its played part, and is the slider of the position.
// @ts-check
import { clock } from "./clock.js";

const KEY_SECONDS = 5;

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {import("./preload.js").Facts} Facts */

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {Node[]} children
 */
export function svg(name, attributes = {}, children = []) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * Draws a song's waveform into its place, with section names above it if wanted.
 * @param {HTMLElement} place `.wave`
 * @param {Facts} facts
 * @param {{labels?: boolean, id: string}} how `id`: unique on the page
 */
export function draw(place, facts, { labels = false, id }) {
  const { width, height } = facts.wave;
  const ridge = svg("g", { id }, [
    ...facts.wave.paths.map(({ kind, d, is_envelope }) => svg("path", { class: `w-${kind}${is_envelope ? " w-env" : ""}`, d })),
    ...facts.wave.ribbon.map(({ kind, x, width }) => svg("rect", { class: `w-${kind}`, x, y: 79, width, height: 4 })),
  ]);
  const clip = svg("rect", { class: "wave-clip", width: 0, height, "data-full": width });
  const drawing = svg("svg", { class: "wave-svg", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" }, [
    svg("defs", {}, [ridge, svg("clipPath", { id: `${id}c` }, [clip])]),
    svg("use", { href: `#${id}`, class: "rest" }),
    svg("g", { "clip-path": `url(#${id}c)` }, [svg("use", { href: `#${id}`, class: "played" })]),
  ]);
  const box = Object.assign(document.createElement("div"), { className: "wave-box" });
  box.append(drawing, slider(facts));
  place.replaceChildren(...(labels ? [names(facts.wave.names)] : []), box);
}

/** @param {Facts} facts */
function slider({ title, duration }) {
  const seek = Object.assign(document.createElement("input"), { type: "range", className: "wave-seek" });
  Object.assign(seek, { min: "0", max: String(duration), step: "0.1", value: "0" });
  seek.setAttribute("aria-label", `Position in ${title}`);
  return seek;
}

/** The names of the sections, where they fit. @param {Facts["wave"]["names"]} places */
function names(places) {
  const texts = places.map(({ at, text, fits }) => {
    const element = svg("text", { x: `${at}%`, y: 12, ...(fits ? { class: "fits" } : {}) });
    element.textContent = text;
    return element;
  });
  return svg("svg", { class: "wave-labels", "aria-hidden": "true" }, texts);
}

/**
 * Moves the played part and the slider of a waveform, wherever it came from.
 * @param {ParentNode} place
 * @param {number} time seconds
 * @param {number} length seconds
 */
export function showTime(place, time, length) {
  const clip = place.querySelector(".wave-clip");
  if (clip) clip.setAttribute("width", String(length ? (Number(clip.getAttribute("data-full")) * time) / length : 0));
  const seek = place.querySelector(".wave-seek");
  if (!(seek instanceof HTMLInputElement) || seek.matches(":active")) return;
  seek.value = String(time);
}

/**
 * What a screen reader says of the slider; set when the place jumps or a second has passed, not for each frame.
 * @param {ParentNode} place
 * @param {number} time
 * @param {number} length
 * @param {string} section
 */
export function sayTime(place, time, length, section) {
  const seek = place.querySelector(".wave-seek");
  seek?.setAttribute("aria-valuetext", `${clock(time)} of ${clock(length)}${section ? `, ${section}` : ""}`);
}

/**
 * The arrows move a waveform that has the focus, as they move the song that plays: the keys of the player would
 * move that one, where it is another.
 */
export function startWaveKeys() {
  document.addEventListener("keydown", onWaveKey, { capture: true });
}

/** @param {KeyboardEvent} event */
function onWaveKey(event) {
  const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const slider = event.target;
  if (!direction || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!(slider instanceof HTMLInputElement) || !slider.matches(".wave-seek") || slider.closest("[data-dock]")) return;
  event.preventDefault();
  slider.value = String(Number(slider.value) + direction * KEY_SECONDS);
  for (const name of ["input", "change"]) slider.dispatchEvent(new Event(name, { bubbles: true }));
}

/**
 * Pointing at a waveform names the moment and the line that is sung there.
 * @param {HTMLElement} place `.wave`
 * @param {() => {length: number, lines: Facts["lines"]}} song
 */
export function tipFor(place, song) {
  const tip = Object.assign(document.createElement("output"), { className: "wave-tip", hidden: true });
  tip.setAttribute("aria-hidden", "true");
  place.addEventListener("pointermove", (event) => {
    const box = place.querySelector(".wave-box");
    if (!box || event.pointerType === "touch") return;
    const edge = box.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - edge.left) / edge.width));
    const { length, lines } = song();
    const time = part * length;
    const moment = Object.assign(document.createElement("b"), { textContent: clock(time) });
    tip.replaceChildren(moment, lines.findLast(({ start, end }) => start <= time && time < end + 1)?.text ?? "");
    tip.style.setProperty("left", `${part * 100}%`);
    tip.hidden = false;
    if (tip.parentElement !== box) box.append(tip);
  });
  place.addEventListener("pointerleave", () => (tip.hidden = true));
}
