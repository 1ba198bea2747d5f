// The lyric editor and the sound: tapping along, playing a line, and its blocks on the waveform.
// @ts-check
import { tell } from "../../notices.js";
import * as engine from "../../player/engine.js";
import { entryOf } from "../../player/entries.js";
import { showTime } from "../../player/wave.js";
import { blocksOn, wordsAt } from "./blocks.js";
import * as draft from "./draft.js";
import { attempt } from "./list.js";
import { focusRow } from "./rows.js";

const { audio, playing } = engine;

export class Sound {
  /**
   * @param {HTMLElement} root
   * @param {import("./state.js").State} state
   * @param {import("./list.js").LineList} list
   * @param {AbortSignal} signal
   */
  constructor(root, state, list, signal) {
    this.root = root;
    this.state = state;
    this.list = list;
    this.signal = signal;
    /** Null where there is no waveform. @type {HTMLElement | null} */
    this.lane = root.querySelector("[data-lane]");
    this.blocks = this.lane && blocksOn(state, this.part("lane-scroll"), this.part("lane-inner"), this, signal);
    /** The lines as they were before a drag. @type {import("./draft.js").Lines | null} */
    this.held = null;
    this.drags = 0;
    /** The line whose end was set by hand, which the next tap leaves. */
    this.ended = -1;
    /** The line that is marked as sung. @type {number} */
    this.sounding = -1;
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-${name}]`));
  }

  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} act */
  on(target, name, act) {
    target.addEventListener(name, act, { signal: this.signal });
  }

  /** Whether there is a sound to set times by. */
  get isThere() {
    return this.root.parentElement?.querySelector("[data-play]") !== null;
  }

  /** Shows the blocks, and the selected line among them where nothing plays. */
  show() {
    this.blocks?.show();
    const { start } = this.state.line;
    if (start !== null && audio.paused && !this.held) this.blocks?.follow(start + this.state.facts.offset);
  }

  /** @param {number} at @param {boolean} isExtended */
  select(at, isExtended) {
    this.state.select(at, isExtended);
    this.list.element.children[at]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {import("./blocks.js").Grip} grip @param {number} time @param {number} snap */
  move({ edge, word }, time, snap) {
    const { state } = this;
    this.held ??= state.lines;
    const mayOverlap = /** @type {HTMLInputElement} */ (this.part("overlap")).checked;
    const lines =
      word === null
        ? draft.dragged(this.held, state.at, edge, time, { mayOverlap, snap, length: this.length() })
        : draft.draggedWord(this.held, state.at, word, edge, time);
    state.change(lines, state.at, `drag ${this.drags}`);
  }

  settle() {
    this.held = null;
    this.drags++;
  }

  /** How late the last line may end, by the times of lines. */
  length() {
    return this.state.facts.length - this.state.facts.offset;
  }

  /** Whether the song of this page is in the player. */
  isOurs() {
    return playing.entry?.id === this.state.facts.track;
  }

  /** The moment that plays, by the times of lines. */
  now() {
    return Math.max(0, Math.round(audio.currentTime * 1000) - this.state.facts.offset);
  }

  /** Does something with the moment that plays. @param {(time: number) => void} act */
  withNow(act) {
    if (this.isOurs()) attempt(() => act(this.now()));
    else tell("Another song plays: play this one, and set the times by it.", { action: "Play", act: () => this.playFrom(0) });
  }

  /** @param {number} seconds */
  playFrom(seconds) {
    const button = this.root.parentElement?.querySelector("[data-play]");
    const entry = button && entryOf(button);
    if (entry) engine.play({ ...entry, start: seconds });
  }

  playLine() {
    const { start } = this.state.line;
    if (start === null) return tell("The line has no start yet.", {});
    if (playing.loop) engine.setLoop(null);
    this.playFrom((start + this.state.facts.offset) / 1000);
  }

  loopLine() {
    const { line, facts } = this.state;
    if (playing.loop && this.isOurs()) return engine.setLoop(null);
    if (line.start === null || line.end === line.start) return tell("A line with a start and an end can be looped.", {});
    const from = (line.start + facts.offset) / 1000;
    this.playFrom(from);
    engine.setLoop({ from, to: (Number(line.end) + facts.offset) / 1000 });
  }

  tap() {
    this.withNow((time) => {
      const { lines, at } = this.state;
      const place = lines.findIndex((line, n) => n >= at && line.kind === "line");
      if (place < 0) return;
      const tapped = draft.tapped(lines, place, time, this.ended >= 0 && this.ended < place);
      this.ended = -1;
      const next = lines.findIndex((line, n) => n > place && line.kind === "line");
      this.state.change(tapped, next < 0 ? place : next);
      focusRow(this.list.element, this.state.at);
    });
  }

  /** Of the line that was just tapped, or else of the selected one, sets the end. */
  endHere() {
    this.withNow((time) => {
      const { lines, at } = this.state;
      const isBehind = lines[at].start === null || Number(lines[at].start) > time;
      const place = isBehind ? lines.findLastIndex((line, n) => n < at && line.kind === "line") : at;
      this.ended = place;
      this.list.change(draft.endingAt(lines, Math.max(0, place), time));
    });
  }

  listen() {
    const box = this.lane?.querySelector(".wave") ?? null;
    if (box) this.on(box, "input", ({ target }) => {
      if (this.isOurs()) engine.seek(Number(target.value));
      else this.playFrom(Number(target.value));
    });
    for (const name of ["timeupdate", "seeked", "pause"]) this.on(audio, name, () => this.showMoment(box));
    const frame = () => {
      if (audio.paused || this.signal.aborted || !this.root.isConnected) return;
      this.showMoment(box);
      requestAnimationFrame(frame);
    };
    this.on(audio, "play", frame);
    for (const name of /** @type {const} */ (["loop", "song"])) engine.onChange(name, () => this.showLoop(), this.signal);
    this.showLoop();
    frame();
  }

  /** @param {Element | null} box the waveform */
  showMoment(box) {
    if (!this.root.isConnected || !this.isOurs()) return;
    const { state } = this;
    if (box) showTime(box, audio.currentTime, engine.length());
    if (!audio.paused) this.blocks?.follow(audio.currentTime * 1000);
    const place = draft.soundingAt(state.lines, this.now());
    if (place === this.sounding && this.list.element.children[place]?.classList.contains("is-now")) return;
    this.sounding = place;
    for (const one of this.list.element.querySelectorAll(".is-now")) one.classList.remove("is-now");
    this.list.element.children[place]?.classList.add("is-now");
    if (box) this.part("lane-words").textContent = wordsAt(state, this.now());
  }

  showLoop() {
    this.root.querySelector('[data-do="loop-line"]')?.setAttribute("aria-pressed", String(playing.loop !== null && this.isOurs()));
  }

  /** @param {1 | -1} step */
  zoom(step) {
    const zoom = this.blocks?.zoomBy(step, this.isOurs() ? audio.currentTime * 1000 : Number(this.state.line.start ?? 0));
    if (zoom) this.part("zoom").textContent = `${zoom}×`;
  }
}
