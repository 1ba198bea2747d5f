// The lyric editor: joins the draft, its list, its sound and its saving with buttons and keys.
// @ts-check
import { behaviour } from "../../behaviours.js";
import { keepFocus } from "../../focus.js";
import { register } from "../../keys.js";
import { tell } from "../../notices.js";
import * as draft from "./draft.js";
import { Keeper } from "./keeping.js";
import { attempt, LineList } from "./list.js";
import { showMarks, showRows, showSelection } from "./rows.js";
import * as saving from "./saving.js";
import { Sound } from "./sound.js";
import { State } from "./state.js";

const NUDGE_MS = 50;
const KEEP_AFTER_MS = 250;
const LINT_AFTER_MS = 600;

class Editor {
  /** @param {HTMLElement} root @param {AbortSignal} signal */
  constructor(root, signal) {
    this.root = root;
    this.signal = signal;
    this.bar = /** @type {HTMLElement} */ (root.parentElement);
    this.state = new State(JSON.parse(root.dataset.facts ?? "{}"));
    this.list = new LineList(this.state, this.part("lines"), signal);
    this.sound = new Sound(root, this.state, this.list, signal);
    this.keeper = new Keeper(root, this.state, this.list, signal);
    this.keeping = 0;
    this.linting = 0;
  }

  /** @param {string} name @returns {any} */
  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  start() {
    for (const name of ["lines", "tools", "lane", "note", "scripted"]) this.part(name)?.removeAttribute("hidden");
    this.bar.querySelector("[data-head]")?.removeAttribute("hidden");
    this.part("plain").hidden = true;
    this.on(this.state, "lines", () => this.onLines());
    this.on(this.state, "selection", () => this.showSelection());
    this.on(this.state, "findings", () => this.showFindings());
    for (const part of [this.list, this.sound, this.keeper]) part.listen();
    this.listenToButtons();
    this.registerKeys();
    this.show();
    this.showFindings();
    this.keeper.offerDraft();
  }

  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} act */
  on(target, name, act) {
    target.addEventListener(name, act, { signal: this.signal });
  }

  show() {
    showRows(this.state, this.list.element);
    this.showSelection();
    this.showButtons();
    // A button that can do no more loses the focus.
    if (document.activeElement !== document.body) keepFocus(this.list.element.children[this.state.at]);
  }

  showSelection() {
    showSelection(this.state, this.list.element);
    this.sound.show();
  }

  showButtons() {
    const { past, future } = this.state.history;
    const button = (/** @type {string} */ name) => /** @type {any} */ (this.bar.querySelector(`[data-do="${name}"]`));
    button("undo").disabled = past.length === 0;
    button("redo").disabled = future.length === 0;
    button("save").textContent = this.state.isChanged ? "Save changes" : "Save";
  }

  onLines() {
    this.show();
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keeper.keep(), KEEP_AFTER_MS);
    clearTimeout(this.linting);
    this.linting = setTimeout(() => this.lint(), LINT_AFTER_MS);
  }

  async lint() {
    const { lines, facts } = this.state;
    const answer = await saving.lint(facts.track, lines);
    if (answer.ok && lines === this.state.lines) this.state.found(answer.body.lint);
  }

  showFindings() {
    const { findings } = this.state;
    showMarks(this.state, this.list.element);
    this.part("findings-count").textContent = String(findings.length);
    this.part("findings-none").hidden = findings.length > 0;
    const place = /** @type {HTMLElement} */ (this.part("findings"));
    const held = [...place.children].findIndex((item) => item.contains(document.activeElement));
    place.replaceChildren(...findings.map((finding) => this.finding(finding)));
    if (held >= 0) keepFocus(place.children[Math.min(held, findings.length - 1)]?.querySelector("button"), this.list.element.children[this.state.at]);
  }

  /** @param {import("./state.js").Finding} finding */
  finding({ position, sentence, tone }) {
    const item = Object.assign(document.createElement("li"), { className: "finding" });
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const name = Object.assign(document.createElement("b"), { textContent: `Line ${position + 1}` });
    button.append(name, Object.assign(document.createElement("span"), { textContent: sentence, dir: "auto" }));
    button.addEventListener("click", () => this.list.goTo(position));
    if (tone) item.dataset.tone = tone;
    item.append(button);
    return item;
  }

  /** @returns {Record<string, () => void>} */
  acts() {
    const { state, list, sound } = this;
    return {
      tap: () => sound.tap(),
      "start-here": () => sound.withNow((time) => list.change(draft.startingAt(state.lines, state.at, time))),
      "end-here": () => sound.endHere(),
      "play-line": () => sound.playLine(),
      "loop-line": () => sound.loopLine(),
      split: () => list.splitAt(state.at, list.cursorPlace),
      join: () => list.joinWithNext(state.at),
      insert: () => list.insert(state.at + 1, "line"),
      "insert-heading": () => list.insert(state.at, "section"),
      remove: () => list.remove(),
      undo: () => list.stepBack(() => state.undo()),
      redo: () => list.stepBack(() => state.redo()),
      save: () => void this.keeper.save(),
      "zoom-in": () => sound.zoom(1),
      "zoom-out": () => sound.zoom(-1),
    };
  }

  listenToButtons() {
    const acts = this.acts();
    this.on(this.bar, "click", ({ target }) => {
      const button = target.closest("[data-do]");
      const act = button && acts[button.dataset.do];
      if (act) attempt(act);
    });
    // The cursor in a line's words stays where it is.
    this.on(this.part("tools"), "mousedown", (event) => event.target.closest("[data-do]") && event.preventDefault());
    this.on(this.part("shift"), "submit", (event) => {
      event.preventDefault();
      attempt(() => this.shift(event.target));
    });
  }

  /** @param {HTMLFormElement} form */
  shift(form) {
    const { state } = this;
    const typed = String(form.by.value).replace("−", "-").replace(/\s*ms$/, "").trim();
    const by = /^[+-]?\d{1,7}$/.test(typed) ? Number(typed) : 0;
    if (!by) throw new draft.Refused("Write by how many milliseconds, with a minus for earlier.");
    /** @type {Record<string, number[]>} */
    const choices = { all: [0, Infinity], selected: state.selection, following: [state.at, Infinity] };
    const [first, last] = choices[form.which.value];
    state.change(draft.shifted(state.lines, first, last, by));
    tell(`Shifted by ${by} ms.`, { action: "Undo", act: () => state.undo() });
  }

  registerKeys() {
    const { state, list } = this;
    const acts = this.acts();
    const key = (/** @type {string[]} */ keys, /** @type {string[]} */ shown, /** @type {string} */ does, /** @type {() => void} */ act) => ({
      keys,
      shown,
      does,
      act: () => attempt(act),
    });
    const sound = [
      key(["t"], ["T"], "The line starts here, the one before ends", acts.tap),
      key(["i"], ["I"], "The line starts here", acts["start-here"]),
      key(["o"], ["O"], "The line ends here", acts["end-here"]),
      key(["Enter"], ["Enter"], "Play the line from its start", acts["play-line"]),
      key(["shift+l"], ["⇧", "L"], "Loop the line, or end the loop", acts["loop-line"]),
    ];
    const waveform = [
      key(["+", "="], ["+"], "Zoom in", acts["zoom-in"]),
      key(["-"], ["−"], "Zoom out", acts["zoom-out"]),
    ];
    const lines = [
      key(["ArrowUp"], ["↑"], "The line before", () => list.goTo(state.at - 1)),
      key(["ArrowDown"], ["↓"], "The next line", () => list.goTo(state.at + 1)),
      key(["shift+ArrowUp"], ["⇧", "↑"], "Select upwards", () => list.extendTo(state.at - 1)),
      key(["shift+ArrowDown"], ["⇧", "↓"], "Select downwards", () => list.extendTo(state.at + 1)),
      key(["["], ["["], "50 ms earlier", () => list.nudge(-NUDGE_MS)),
      key(["]"], ["]"], "50 ms later", () => list.nudge(NUDGE_MS)),
      key(["e"], ["E"], "Edit the words", () => list.goTo(state.at, "text")),
      key(["x"], ["X"], "Split before the word at the cursor", acts.split),
      key(["j"], ["J"], "Join with the next line", acts.join),
      key(["n"], ["N"], "New line", acts.insert),
      key(["h"], ["H"], "New heading", acts["insert-heading"]),
      key(["Delete", "Backspace"], ["⌫"], "Delete", acts.remove),
      key(["u"], ["U"], "Undo", acts.undo),
      key(["shift+u"], ["⇧", "U"], "Redo", acts.redo),
      key(["shift+s"], ["⇧", "S"], "Save", acts.save),
    ];
    const all = [...(this.sound.isThere ? sound : []), ...(this.sound.lane ? waveform : []), ...lines];
    register("Lyric editor", all, this.root, this.signal);
  }
}

// Last: the page is there already, so it starts at once.
behaviour("[data-lyric-editor]", (root, signal) => new Editor(root, signal).start());
