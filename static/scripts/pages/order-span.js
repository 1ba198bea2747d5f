// The part of a song that an order is about: chosen on its waveform by dragging, by keys or by a section. The two
// fields of the form stay what is sent; all else follows what they say.
// @ts-check
import { behaviour } from "../behaviours.js";
import * as engine from "../player/engine.js";
import { entryOf } from "../player/entries.js";
import { exactClock, movable, putAt } from "../player/wave-marks.js";
import { showTime, svg } from "../player/wave.js";

const { audio, playing } = engine;
// A pointer that moves less far was a click.
const DRAG_PIXELS = 4;
const AROUND_SECONDS = 4;
const MIN_SECONDS = 0.1;

/** @typedef {{from: number, to: number}} Part in seconds */

class SpanChooser {
  /** @param {HTMLElement} root `[data-span]` @param {AbortSignal} signal */
  constructor(root, signal) {
    this.root = root;
    this.signal = signal;
    this.box = /** @type {HTMLElement} */ (root.querySelector(".wave-box"));
    this.fields = { from: this.field("from"), to: this.field("to") };
    this.length = Number(root.dataset.length);
    this.limits = { shortest: Number(root.dataset.shortest), longest: Number(root.dataset.longest), most: Number(root.dataset.most) };
    this.sections = [...root.querySelectorAll("[data-section]")].map((one) => ({ button: /** @type {HTMLElement} */ (one), part: partOf(one) }));
    this.lines = [...root.querySelectorAll("[data-line]")].map((one) => ({ row: /** @type {HTMLElement} */ (one), part: partOf(one) }));
    this.points = { from: this.point("from", "The part begins"), to: this.point("to", "The part ends") };
    this.region = svg("rect", { class: "wave-region", y: 0, height: "100%" });
    /** Where what plays is to stop, in seconds. @type {number | null} */
    this.until = null;
    /** The words that were taken over last. */
    this.taken = "";
    this.draw();
    this.listen();
    this.show();
  }

  /** @param {"from" | "to"} name @returns {HTMLInputElement} */
  field(name) {
    return /** @type {HTMLInputElement} */ (document.getElementById(this.root.dataset[name] ?? ""));
  }

  /** @param {string} name @returns {HTMLElement | null} */
  find(name) {
    return this.root.querySelector(`[data-span-${name}]`);
  }

  /** The chosen part; null until both fields say a time. @returns {Part | null} */
  get chosen() {
    const [from, to] = [this.fields.from, this.fields.to].map(({ value }) => (value.trim() === "" ? NaN : Number(value)));
    return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : null;
  }

  /** Where the two points stand: before anything is chosen over the shortest part from the beginning on. @returns {Part} */
  get shown() {
    return this.chosen ?? { from: 0, to: Math.min(this.limits.shortest, this.last) };
  }

  /** A part ends before its song does. */
  get last() {
    return Math.ceil(this.length * 100 - 1) / 100;
  }

  /** @param {Part} part */
  choose({ from, to }) {
    const end = clamp(to, MIN_SECONDS, this.last);
    this.fields.to.value = String(rounded(end));
    this.fields.from.value = String(rounded(clamp(from, 0, end - MIN_SECONDS)));
    // Counters and checks of the form hear of it as of typing.
    this.fields.to.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {"from" | "to"} name @param {string} label */
  point(name, label) {
    const move = (/** @type {number} */ time) => {
      const { from, to } = this.shown;
      if (name === "from") this.choose({ from: tenth(Math.min(time, to - MIN_SECONDS)), to });
      else this.choose({ from, to: tenth(Math.max(time, from + MIN_SECONDS)) });
    };
    const made = movable({ label, time: () => this.shown[name], total: () => this.length, move });
    made.dataset.point = name;
    return made;
  }

  draw() {
    // It shows where the song plays; what moves that is the dock.
    this.box.querySelector(".wave-seek")?.setAttribute("inert", "");
    this.box.append(svg("svg", { class: "wave-loop", "aria-hidden": "true" }, [this.region]), this.points.from, this.points.to);
  }

  listen() {
    this.on(this.box, "pointerdown", (event) => this.press(event));
    for (const { button, part } of this.sections) this.on(button, "click", () => this.choose(part));
    for (const field of Object.values(this.fields)) this.on(field, "input", () => this.show());
    this.on(this.find("play"), "click", () => this.play(0));
    this.on(this.find("play-around"), "click", () => this.play(AROUND_SECONDS));
    this.on(this.find("take"), "click", () => this.take());
    for (const name of ["timeupdate", "seeked"]) this.on(audio, name, () => this.showMoment());
    this.on(audio, "pause", () => (this.until = null));
    this.on(audio, "play", () => this.frame());
    // A browser restores what was typed after scripts have run, and Back shows the page as it was left.
    for (const [target, name] of /** @type {const} */ ([[window, "pageshow"], [document, "page:shown"]])) this.on(target, name, () => this.show());
    this.frame();
  }

  /** @param {EventTarget | null} target @param {string} name @param {(event: any) => void} act */
  on(target, name, act) {
    target?.addEventListener(name, act, { signal: this.signal });
  }

  /** A drag chooses what it covers; a click the section that it hits. @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest("[data-point]"))) return;
    event.preventDefault();
    const edge = this.box.getBoundingClientRect();
    const timeAt = (/** @type {PointerEvent} */ { clientX }) => clamp((clientX - edge.left) / edge.width, 0, 1) * this.length;
    const anchor = tenth(timeAt(event));
    let isDrag = false;
    const { signal, done } = ending(this.signal);
    this.box.setPointerCapture(event.pointerId);
    const onMove = (/** @type {PointerEvent} */ moved) => {
      isDrag ||= Math.abs(moved.clientX - event.clientX) >= DRAG_PIXELS;
      const time = tenth(timeAt(moved));
      if (isDrag) this.choose({ from: Math.min(anchor, time), to: Math.max(anchor, time) });
    };
    this.box.addEventListener("pointermove", onMove, { signal });
    this.box.addEventListener("pointercancel", done, { signal });
    this.box.addEventListener("pointerup", () => {
      done();
      if (!isDrag) this.chooseSectionAt(anchor);
    }, { signal });
  }

  /** @param {number} time */
  chooseSectionAt(time) {
    const hit = this.sections.find(({ part }) => part.from <= time && time < part.to);
    if (hit) this.choose(hit.part);
  }

  show() {
    if (!this.root.isConnected) return;
    const { chosen, shown } = this;
    for (const name of /** @type {const} */ (["from", "to"])) {
      putAt(this.points[name], clamp(shown[name], 0, this.length), this.length);
      if (!chosen) this.points[name].setAttribute("aria-valuetext", `${exactClock(shown[name])}, nothing is chosen yet`);
    }
    this.root.classList.toggle("is-chosen", chosen !== null);
    const [from, to] = chosen ? [chosen.from, chosen.to].map((time) => clamp((100 * time) / this.length, 0, 100)) : [0, 0];
    this.region.setAttribute("x", `${from}%`);
    this.region.setAttribute("width", `${Math.max(0, to - from)}%`);
    for (const { button, part } of this.sections) button.setAttribute("aria-pressed", String(chosen !== null && this.isSame(part, chosen)));
    this.showLength(chosen);
    this.showLines(chosen);
  }

  /** @param {Part} section @param {Part} chosen */
  isSame(section, chosen) {
    return rounded(section.from) === chosen.from && rounded(Math.min(section.to, this.last)) === chosen.to;
  }

  /** @param {Part | null} chosen */
  showLength(chosen) {
    const fault = chosen ? this.faultOf(chosen) : "";
    const length = chosen ? rounded(Math.max(0, chosen.to - chosen.from)) : 0;
    write(this.find("length"), chosen ? `${length.toFixed(1)} s` : "");
    write(this.find("moments"), chosen ? `${exactClock(chosen.from)}–${exactClock(chosen.to)}` : "nothing chosen yet");
    const fitness = this.find("fitness");
    if (!fitness) return;
    fitness.hidden = !chosen;
    fitness.dataset.tone = fault ? "bad" : "ok";
    write(fitness, fault || "allowed");
    for (const name of ["play", "play-around"]) this.find(name)?.toggleAttribute("disabled", !chosen || chosen.to <= chosen.from);
  }

  /** What the provider would not take; blank where it would. @param {Part} part */
  faultOf({ from, to }) {
    const { shortest, longest, most } = this.limits;
    const length = rounded(to - from);
    if (length <= 0) return "it ends before it starts";
    if (length < shortest) return `too short: at least ${shortest} s`;
    if (length > longest) return `too long: at most ${longest} s`;
    if (length > most) return `too long: at most ${this.root.dataset.share}, ${most} s`;
    return to > this.last ? "it ends after the song" : "";
  }

  /** The lines that change, and the one before and after them, which stay. @param {Part | null} chosen */
  showLines(chosen) {
    const isIn = this.lines.map(({ part }) => chosen !== null && part.from < chosen.to && (part.to > chosen.from || part.from >= chosen.from));
    const first = isIn.indexOf(true);
    this.lines.forEach(({ row }, at) => {
      row.classList.toggle("keep", !isIn[at]);
      row.hidden = !(first >= 0 && (isIn[at] || isIn[at + 1] || isIn[at - 1]));
    });
    const none = this.find("no-lines");
    if (none) none.hidden = first >= 0;
    write(none, chosen ? "Nothing is sung in this part." : "Choose a part of the song to see its words.");
    const take = this.find("take");
    if (take) take.hidden = first < 0;
  }

  /** The words of the part go into the field that says what is sung instead: after what somebody typed there. */
  take() {
    const field = document.getElementById(this.find("take")?.dataset.into ?? "");
    if (!(field instanceof HTMLTextAreaElement)) return;
    const words = this.lines.filter(({ row }) => !row.hidden && !row.classList.contains("keep")).map(({ row }) => row.dataset.line).join("\n");
    const typed = field.value.trim();
    field.value = typed && typed !== this.taken ? `${typed}\n${words}` : words;
    this.taken = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  /** Plays the part once, with so many seconds around it. @param {number} around */
  play(around) {
    const button = this.root.closest("form")?.querySelector("[data-track-id] [data-play]");
    const entry = button && entryOf(button);
    if (!entry || !this.chosen) return;
    const { from, to } = this.chosen;
    engine.play({ ...entry, start: Math.max(0, from - around) });
    this.until = Math.min(to + around, this.length);
  }

  frame() {
    if (audio.paused || this.signal.aborted || !this.root.isConnected) return;
    this.showMoment();
    requestAnimationFrame(() => this.frame());
  }

  showMoment() {
    if (playing.entry?.id !== Number(this.root.dataset.span) || !this.root.isConnected) return;
    showTime(this.box, audio.currentTime, this.length);
    if (this.until === null || audio.seeking || audio.currentTime < this.until) return;
    this.until = null;
    audio.pause();
  }
}

/** @param {Element} element with its times in seconds @returns {Part} */
function partOf(element) {
  return { from: Number(element.getAttribute("data-from")), to: Number(element.getAttribute("data-to")) };
}

/** A signal that also ends with another one. @param {AbortSignal} other */
function ending(other) {
  const controller = new AbortController();
  return { signal: AbortSignal.any([controller.signal, other]), done: () => controller.abort() };
}

/** Text that is read out is written only where it is another. @param {Element | null} place @param {string} text */
function write(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}

/** @param {number} value @param {number} least @param {number} most */
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
/** To the hundredths that are sent. @param {number} time */
const rounded = (time) => Math.round(time * 100) / 100;
/** @param {number} time */
const tenth = (time) => Math.round(time * 10) / 10;

behaviour("[data-span]", (root, signal) => new SpanChooser(root, signal));
