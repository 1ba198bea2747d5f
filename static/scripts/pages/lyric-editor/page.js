// The lyric editor: joins the draft, its list, its blocks on the waveform, the player and the server.
// @ts-check
import { behaviour } from "../../behaviours.js";
import { register } from "../../keys.js";
import { tell } from "../../notices.js";
import * as engine from "../../player/engine.js";
import { entryOf } from "../../player/entries.js";
import { forgetFacts } from "../../player/preload.js";
import { showTime } from "../../player/wave.js";
import { ask, both } from "./asks.js";
import { blocksOn, wordsAt } from "./blocks.js";
import * as draft from "./draft.js";
import { focusRow, placeOf, showMarks, showRows, showSelection, timeIn } from "./rows.js";
import * as saving from "./saving.js";
import { State } from "./state.js";

const NUDGE_MS = 50;
const KEEP_AFTER_MS = 250;
const LINT_AFTER_MS = 600;
const { audio, playing } = engine;

behaviour("[data-lyric-editor]", (root, signal) => new Editor(root, signal).start());

class Editor {
  /** @param {HTMLElement} root @param {AbortSignal} signal */
  constructor(root, signal) {
    this.root = root;
    this.signal = signal;
    this.state = new State(JSON.parse(root.dataset.facts ?? "{}"));
    this.bar = /** @type {HTMLElement} */ (root.parentElement);
    this.list = this.part("lines");
    this.lane = /** @type {HTMLElement | null} */ (root.querySelector("[data-lane]"));
    this.blocks = this.lane && blocksOn(this.state, this.part("lane-scroll"), this.part("lane-inner"), this, signal);
    /** The line as it was before it was typed into. @type {import("./draft.js").Line | null} */
    this.before = null;
    /** The lines as they were before a drag. @type {import("./draft.js").Lines | null} */
    this.held = null;
    this.drags = 0;
    this.cursor = { at: -1, place: 0 };
    /** The line whose end was set by hand, which the next tap leaves. */
    this.ended = -1;
    this.isSaving = false;
    this.mayLeave = false;
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
    this.listen("lines", () => this.onLines());
    this.listen("selection", () => this.showSelection());
    this.listen("findings", () => this.showFindings());
    this.listenToList();
    this.listenToButtons();
    this.listenToPlayer();
    this.listenToLeaving();
    this.registerKeys();
    this.show();
    this.showFindings();
    this.offerDraft();
  }

  /** @param {string} name @param {() => void} act */
  listen(name, act) {
    this.state.addEventListener(name, act, { signal: this.signal });
  }

  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} act */
  on(target, name, act) {
    target.addEventListener(name, act, { signal: this.signal });
  }

  show() {
    showRows(this.state, this.list);
    this.showSelection();
    this.showButtons();
  }

  showSelection() {
    showSelection(this.state, this.list);
    this.blocks?.show();
    const { start } = this.state.line;
    if (start !== null && audio.paused && !this.held) this.blocks?.follow(start + this.state.facts.offset);
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
    this.keeping = setTimeout(() => this.keep(), KEEP_AFTER_MS);
    clearTimeout(this.linting);
    this.linting = setTimeout(() => this.lint(), LINT_AFTER_MS);
  }

  /** Keeps the draft in this browser, or forgets it where all is saved or undone. */
  keep() {
    clearTimeout(this.keeping);
    const { facts, base, lines, isChanged } = this.state;
    if (!isChanged) return saving.forget(facts.track);
    if (!saving.keep(facts.track, base, lines)) tell("This browser has no room to keep your changes: save them soon.", { tone: "bad" });
  }

  async lint() {
    const { lines, facts } = this.state;
    const answer = await saving.lint(facts.track, lines);
    if (answer.ok && lines === this.state.lines) this.state.found(answer.body.lint);
  }

  showFindings() {
    const { findings } = this.state;
    showMarks(this.state, this.list);
    this.part("findings-count").textContent = String(findings.length);
    this.part("findings-none").hidden = findings.length > 0;
    this.part("findings").replaceChildren(...findings.map((finding) => this.finding(finding)));
  }

  /** @param {import("./state.js").Finding} finding */
  finding({ position, sentence, tone }) {
    const item = Object.assign(document.createElement("li"), { className: "finding" });
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const name = Object.assign(document.createElement("b"), { textContent: `Line ${position + 1}` });
    button.append(name, Object.assign(document.createElement("span"), { textContent: sentence, dir: "auto" }));
    button.addEventListener("click", () => this.goTo(position));
    if (tone) item.dataset.tone = tone;
    item.append(button);
    return item;
  }

  /** @param {number} at @param {"start" | "end" | "text" | ""} [field] @param {number} [cursor] */
  goTo(at, field = "", cursor) {
    this.state.select(at);
    focusRow(this.list, this.state.at, field, cursor);
  }

  /** Does what may be refused. @param {() => void} act */
  attempt(act) {
    try {
      act();
    } catch (error) {
      if (!(error instanceof draft.Refused)) throw error;
      tell(error.message, { tone: "bad" });
    }
  }

  /** @param {import("./draft.js").Lines} lines @param {number} [at] */
  change(lines, at = this.state.at) {
    const hadFocus = placeOf(document.activeElement) >= 0;
    this.state.change(lines, at);
    if (hadFocus && document.activeElement?.matches("li, body")) focusRow(this.list, this.state.at);
  }

  // The list.

  listenToList() {
    const { state, list } = this;
    this.on(list, "focusin", ({ target }) => {
      const at = placeOf(target);
      if (at >= 0 && at !== state.at && !this.isExtending) state.select(at);
      this.before = state.lines[at] ?? null;
      state.seal();
    });
    this.on(list, "mousedown", (event) => this.onPress(event));
    this.on(list, "input", ({ target }) => target.dataset.field === "text" && this.onText(target));
    this.on(list, "change", ({ target }) => target.dataset.field !== "text" && this.onTime(target));
    this.on(list, "keydown", (event) => event.target.matches("input") && this.onKeyInField(event));
    this.on(document, "selectionchange", () => this.rememberCursor());
  }

  /** With Shift the lines from the first selected one on; a press beside the fields takes the line itself. @param {MouseEvent} event */
  onPress(event) {
    const at = placeOf(/** @type {Element} */ (event.target));
    if (at < 0) return;
    if (event.shiftKey) {
      event.preventDefault();
      this.extendTo(at);
    } else if (!(event.target instanceof HTMLInputElement) || event.target.disabled) this.goTo(at);
  }

  /** @param {number} at */
  extendTo(at) {
    this.isExtending = true;
    this.state.select(at, true);
    focusRow(this.list, this.state.at);
    this.isExtending = false;
  }

  rememberCursor() {
    const field = document.activeElement;
    if (field instanceof HTMLInputElement && field.dataset.field === "text" && this.list.contains(field)) {
      this.cursor = { at: placeOf(field), place: field.selectionStart ?? 0 };
    }
  }

  /** @param {HTMLInputElement} field */
  onText(field) {
    const at = placeOf(field);
    const { state } = this;
    const lines = draft.reworded(state.lines, at, field.value, this.before ?? undefined);
    state.change(lines, at, `text ${at}`);
  }

  /** @param {HTMLInputElement} field */
  onTime(field) {
    const at = placeOf(field);
    const time = timeIn(field);
    const line = this.state.lines[at];
    if (time === undefined) return tell("This is no time. Write minutes and seconds, as in 1:02.50.", { tone: "bad" });
    this.attempt(() => {
      const { lines } = this.state;
      if (field.dataset.field === "start") this.change(time === null ? draft.withTimes(lines, at, null, null) : this.moved(at, time), at);
      else this.change(draft.endingAt(lines, at, time ?? Number(line.start)), at);
    });
    showRows(this.state, this.list);
  }

  /** A line that starts at another time, no longer and no shorter for it. @param {number} at @param {number} time */
  moved(at, time) {
    const { start, end } = this.state.lines[at];
    return draft.withTimes(this.state.lines, at, time, start === null ? time : time + Number(end) - start);
  }

  /** @param {KeyboardEvent} event */
  onKeyInField(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const at = placeOf(field);
    const name = /** @type {"start" | "end" | "text"} */ (field.dataset.field);
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isAtStart = field.selectionStart === 0 && field.selectionEnd === 0;
    const acts = {
      ArrowUp: () => this.goTo(at - 1, name),
      ArrowDown: () => this.goTo(at + 1, name),
      Escape: () => this.goTo(at),
      ...(name === "text" ? { Enter: () => this.splitAt(at, field.selectionStart ?? 0) } : {}),
      ...(name === "text" && isAtStart && at > 0 ? { Backspace: () => this.joinWithNext(at - 1, "text") } : {}),
    };
    const act = acts[/** @type {keyof typeof acts} */ (event.key)];
    if (!act) return;
    event.preventDefault();
    // Escape would close something else, too.
    event.stopPropagation();
    this.attempt(act);
  }

  /** @param {number} at @param {number} place */
  splitAt(at, place) {
    const { state } = this;
    const isAtEnd = state.lines[at].text.slice(place).trim() === "";
    state.change(isAtEnd ? draft.inserted(state.lines, at + 1, "line") : draft.split(state.lines, at, place), at + 1);
    focusRow(this.list, at + 1, "text", 0);
  }

  /** @param {number} at @param {"text" | ""} [field] */
  joinWithNext(at, field = "") {
    const cursor = this.state.lines[at]?.text.length + 1;
    this.state.change(draft.joined(this.state.lines, at), at);
    focusRow(this.list, at, field, field ? cursor : undefined);
  }

  // The blocks; these are what blocksOn() calls.

  /** @param {number} at @param {boolean} isExtended */
  select(at, isExtended) {
    this.state.select(at, isExtended);
    this.list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {import("./blocks.js").Grip} grip @param {number} time @param {number} snap */
  move({ edge, word }, time, snap) {
    const { state } = this;
    this.held ??= state.lines;
    const mayOverlap = this.part("overlap").checked;
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

  // The player.

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
    if (this.isOurs()) this.attempt(() => act(this.now()));
    else tell("Another song plays: play this one, and set the times by it.", { action: "Play", act: () => this.playFrom(0) });
  }

  /** @param {number} seconds */
  playFrom(seconds) {
    const button = this.bar.querySelector("[data-play]");
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
      focusRow(this.list, this.state.at);
    });
  }

  /** Of the line that was just tapped, or else of the selected one, sets the end. */
  endHere() {
    this.withNow((time) => {
      const { lines, at } = this.state;
      const isBehind = lines[at].start === null || Number(lines[at].start) > time;
      const place = isBehind ? lines.findLastIndex((line, n) => n < at && line.kind === "line") : at;
      this.ended = place;
      this.change(draft.endingAt(lines, Math.max(0, place), time));
    });
  }

  listenToPlayer() {
    const box = this.lane?.querySelector(".wave");
    if (!(box instanceof HTMLElement)) return;
    this.on(box, "input", ({ target }) => {
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
    engine.onChange("loop", () => this.showLoop(), this.signal);
    frame();
  }

  /** @param {HTMLElement} box */
  showMoment(box) {
    if (!this.root.isConnected || !this.isOurs()) return;
    const { state } = this;
    showTime(box, audio.currentTime, engine.length());
    if (!audio.paused) this.blocks?.follow(audio.currentTime * 1000);
    const place = draft.soundingAt(state.lines, this.now());
    if (place === this.sounding && this.list.children[place]?.classList.contains("is-now")) return;
    this.sounding = place;
    for (const one of this.list.querySelectorAll(".is-now")) one.classList.remove("is-now");
    this.list.children[place]?.classList.add("is-now");
    this.part("lane-words").textContent = wordsAt(state, this.now());
  }

  showLoop() {
    this.root.querySelector('[data-do="loop-line"]')?.setAttribute("aria-pressed", String(playing.loop !== null && this.isOurs()));
  }

  /** @param {1 | -1} step */
  zoom(step) {
    const zoom = this.blocks?.zoomBy(step, this.isOurs() ? audio.currentTime * 1000 : Number(this.state.line.start ?? 0));
    if (zoom) this.part("zoom").textContent = `${zoom}×`;
  }

  // Buttons and keys.

  /** @returns {Record<string, () => void>} */
  acts() {
    const { state } = this;
    return {
      tap: () => this.tap(),
      "start-here": () => this.withNow((time) => this.change(draft.startingAt(state.lines, state.at, time))),
      "end-here": () => this.endHere(),
      "play-line": () => this.playLine(),
      "loop-line": () => this.loopLine(),
      split: () => this.splitAt(state.at, this.cursor.at === state.at ? this.cursor.place : 0),
      join: () => this.joinWithNext(state.at),
      insert: () => this.insert(state.at + 1, "line"),
      "insert-heading": () => this.insert(state.at, "section"),
      remove: () => this.remove(),
      undo: () => this.stepBack(() => state.undo()),
      redo: () => this.stepBack(() => state.redo()),
      save: () => void this.save(),
      "zoom-in": () => this.zoom(1),
      "zoom-out": () => this.zoom(-1),
    };
  }

  /** @param {number} at @param {"line" | "section"} kind */
  insert(at, kind) {
    this.state.change(draft.inserted(this.state.lines, at, kind), at);
    focusRow(this.list, at, "text");
  }

  remove() {
    const [first, last] = this.state.selection;
    this.state.change(draft.removed(this.state.lines, first, last), first);
    focusRow(this.list, this.state.at);
  }

  /** @param {() => void} act */
  stepBack(act) {
    act();
    if (this.list.contains(document.activeElement) || document.activeElement === document.body) focusRow(this.list, this.state.at);
    this.before = this.state.line;
  }

  /** @param {number} by */
  nudge(by) {
    const { state } = this;
    const [first, last] = state.selection;
    const { at, anchor } = state;
    state.change(draft.shifted(state.lines, first, last, by), at);
    state.anchor = anchor;
    state.tell("selection");
  }

  listenToButtons() {
    const acts = this.acts();
    this.on(this.bar, "click", ({ target }) => {
      const button = target.closest("[data-do]");
      const act = button && acts[button.dataset.do];
      if (act) this.attempt(act);
    });
    // The cursor in a line's words stays where it is.
    this.on(this.part("tools"), "mousedown", (event) => event.target.closest("[data-do]") && event.preventDefault());
    this.on(this.part("shift"), "submit", (event) => {
      event.preventDefault();
      this.attempt(() => this.shift(event.target));
    });
  }

  /** @param {HTMLFormElement} form */
  shift(form) {
    const { state } = this;
    const typed = String(form.by.value).replace("−", "-").replace(/\s*ms$/, "").trim();
    const by = /^[+-]?\d{1,7}$/.test(typed) ? Number(typed) : 0;
    if (!by) throw new draft.Refused("Write by how many milliseconds, with a minus for earlier.");
    const [first, last] = { all: [0, Infinity], selected: state.selection, following: [state.at, Infinity] }[form.which.value] ?? [0, 0];
    state.change(draft.shifted(state.lines, first, last, by));
    tell(`Shifted by ${by} ms.`, { action: "Undo", act: () => state.undo() });
  }

  registerKeys() {
    const { state } = this;
    const acts = this.acts();
    const key = (/** @type {string[]} */ keys, /** @type {string[]} */ shown, /** @type {string} */ does, /** @type {() => void} */ act) => ({
      keys,
      shown,
      does,
      act: () => this.attempt(act),
    });
    const sound = this.lane
      ? [
          key(["t"], ["T"], "The line starts here, the one before ends", acts.tap),
          key(["i"], ["I"], "The line starts here", acts["start-here"]),
          key(["o"], ["O"], "The line ends here", acts["end-here"]),
          key(["Enter"], ["Enter"], "Play the line from its start", acts["play-line"]),
          key(["shift+l"], ["⇧", "L"], "Loop the line, or end the loop", acts["loop-line"]),
          key(["+", "="], ["+"], "Zoom in", acts["zoom-in"]),
          key(["-"], ["−"], "Zoom out", acts["zoom-out"]),
        ]
      : [];
    const lines = [
      key(["ArrowUp"], ["↑"], "The line before", () => this.goTo(state.at - 1)),
      key(["ArrowDown"], ["↓"], "The next line", () => this.goTo(state.at + 1)),
      key(["shift+ArrowUp"], ["⇧", "↑"], "Select upwards", () => this.extendTo(state.at - 1)),
      key(["shift+ArrowDown"], ["⇧", "↓"], "Select downwards", () => this.extendTo(state.at + 1)),
      key(["["], ["["], "50 ms earlier", () => this.nudge(-NUDGE_MS)),
      key(["]"], ["]"], "50 ms later", () => this.nudge(NUDGE_MS)),
      key(["e"], ["E"], "Edit the words", () => focusRow(this.list, state.at, "text")),
      key(["x"], ["X"], "Split before the word at the cursor", acts.split),
      key(["j"], ["J"], "Join with the next line", acts.join),
      key(["n"], ["N"], "New line", acts.insert),
      key(["h"], ["H"], "New heading", acts["insert-heading"]),
      key(["Delete", "Backspace"], ["⌫"], "Delete", acts.remove),
      key(["u"], ["U"], "Undo", acts.undo),
      key(["shift+u"], ["⇧", "U"], "Redo", acts.redo),
      key(["shift+s"], ["⇧", "S"], "Save", acts.save),
    ];
    register("Lyric editor", [...sound, ...lines], this.root, this.signal);
  }

  // Saving, and leaving without.

  async save() {
    if (this.isSaving) return;
    this.isSaving = true;
    const { state } = this;
    const { lines, base, facts } = state;
    this.keep();
    const answer = await saving.save(facts.track, base, lines, this.note().value);
    this.isSaving = false;
    if (answer.ok) return this.onSaved(answer.body, lines);
    if (answer.status === 409) return this.onConflict();
    if (answer.status === 401 || answer.status === 403) return this.onLoggedOut();
    if (answer.status === 400) this.showRefused(answer.body);
    tell(`${answer.problem} Nothing was saved; your changes are kept in this browser.`, { tone: "bad", action: "Try again", act: () => void this.save() });
  }

  /** @returns {HTMLInputElement} */
  note() {
    return this.part("note").querySelector("input");
  }

  /** @param {any} body @param {import("./draft.js").Lines} sent */
  onSaved(body, sent) {
    const { state } = this;
    const told = saving.fromRest(body.lyrics);
    const isSame = JSON.stringify(told) === JSON.stringify(sent);
    // The server orders lines by their starts. What was typed meanwhile is a draft of the new version.
    if (!isSame && state.lines === sent) state.change(told);
    const isWhole = state.lines === sent || state.lines === told;
    state.saved(body.lyrics_version, body.lyrics_digest, isWhole ? state.lines : told);
    state.found(body.lint);
    saving.forget(state.facts.track);
    this.note().value = "";
    forgetFacts(state.facts.track);
    tell(`Saved as version ${body.lyrics_version}. The song shows it now.`, { tone: "ok" });
    void this.refresh();
  }

  /** Brings the parts of the page that name versions up to date. */
  async refresh() {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html", "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of this.bar.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.getAttribute("data-part")}"]`);
      if (fresh) part.replaceWith(fresh);
    }
  }

  /** Somebody else saved, or the provider gave others, since this page was opened. */
  async onConflict() {
    const { state } = this;
    const answer = await saving.shownNow(state.facts.track);
    if (!answer.ok) return tell(`${answer.problem} Your changes are kept in this browser.`, { tone: "bad" });
    const theirs = saving.fromRest(answer.body.lyrics);
    const meet = () => (state.base = { lines: theirs, version: answer.body.lyrics_version, seen: answer.body.lyrics_digest });
    const who = answer.body.lyrics_version ? `Version ${answer.body.lyrics_version} was saved` : "The provider's are shown, or it gave others,";
    ask(
      this.part("asks"),
      `${who} since you opened these words. Nothing of yours was saved or lost: here are both.`,
      {
        "Save mine as the next version": () => (meet(), void this.save()),
        "Take theirs": () => (meet(), state.change(theirs), (state.base.lines = state.lines), this.onLines()),
        "Go on editing": () => {},
      },
      { tone: "bad", more: both(theirs, state.lines) },
    );
    void this.refresh();
  }

  onLoggedOut() {
    this.keep();
    this.mayLeave = true;
    tell("Your session has ended, so nothing was saved. Your changes are kept in this browser: log in, and take them up again.", {
      tone: "bad",
      action: "Log in",
      act: () => location.reload(),
    });
  }

  /** @param {any} body */
  showRefused(body) {
    const found = (body?.errors ?? []).map((/** @type {{attr: string, detail: string}} */ { attr, detail }) => ({
      position: Number(/^lines\.(\d+)/.exec(attr ?? "")?.[1] ?? 0),
      sentence: detail,
      tone: "bad",
    }));
    this.state.found([...found, ...this.state.findings.filter(({ tone }) => !tone)]);
    if (found.length) this.goTo(found[0].position);
  }

  offerDraft() {
    const { state } = this;
    const found = saving.kept(state.facts.track);
    if (!found || JSON.stringify(found.lines) === JSON.stringify(state.lines)) return;
    const isOfThis = found.version === state.base.version && found.seen === state.base.seen;
    const when = new Date(found.at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    const other = isOfThis ? "" : " They were made to words that are not shown any more.";
    ask(this.part("asks"), `Changes that were not saved are kept in this browser, from ${when}.${other}`, {
      "Take them up": () => state.change(found.lines),
      "Throw them away": () => saving.forget(state.facts.track),
    });
  }

  listenToLeaving() {
    this.on(window, "beforeunload", (event) => {
      if (!this.root.isConnected || !this.state.isChanged || this.mayLeave) return;
      this.keep();
      event.preventDefault();
    });
    this.on(window, "pagehide", () => this.state.isChanged && this.keep());
    this.on(document, "page:leave", (event) => this.onLeave(event));
  }

  /** @param {CustomEvent} event */
  onLeave(event) {
    if (!this.root.isConnected || !this.state.isChanged || this.mayLeave) return;
    event.preventDefault();
    this.keep();
    const go = () => ((this.mayLeave = true), event.detail.go(), (this.mayLeave = false));
    tell("These words have changes that are not saved. They are kept in this browser.", { tone: "bad", action: "Leave", act: go });
  }
}
