// Editing in the list of lines: what is typed, pressed and selected there.
// @ts-check
import { tell } from "../../notices.js";
import * as draft from "./draft.js";
import { focusRow, placeOf, showAgain, timeIn } from "./rows.js";

/** Does what may be refused, and tells why it was. @param {() => void} act */
export function attempt(act) {
  try {
    act();
  } catch (error) {
    if (!(error instanceof draft.Refused)) throw error;
    tell(error.message, { tone: "bad" });
  }
}

export class LineList {
  /** @param {import("./state.js").State} state @param {HTMLElement} element @param {AbortSignal} signal */
  constructor(state, element, signal) {
    this.state = state;
    this.element = element;
    this.signal = signal;
    /** The line as it was before it was typed into. @type {import("./draft.js").Line | null} */
    this.before = null;
    this.isExtending = false;
    this.cursor = { at: -1, place: 0 };
  }

  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} act */
  on(target, name, act) {
    target.addEventListener(name, act, { signal: this.signal });
  }

  listen() {
    const { state, element } = this;
    this.on(element, "focusin", ({ target }) => {
      const at = placeOf(target);
      if (at >= 0 && at !== state.at && !this.isExtending) state.select(at);
      this.before = state.lines[at] ?? null;
      state.seal();
    });
    this.on(element, "mousedown", (event) => this.onPress(event));
    this.on(element, "input", ({ target }) => target.dataset.field === "text" && this.onText(target));
    this.on(element, "change", ({ target }) => target.dataset.field !== "text" && this.onTime(target));
    this.on(element, "keydown", (event) => event.target.matches("input") && this.onKeyInField(event));
    this.on(document, "selectionchange", () => this.rememberCursor(document.activeElement));
    // Browsers tell of quick steps late, when the field is left already.
    this.on(element, "focusout", ({ target }) => this.rememberCursor(target));
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
    focusRow(this.element, this.state.at);
    this.isExtending = false;
  }

  /** @param {Element | null} field */
  rememberCursor(field) {
    if (field instanceof HTMLInputElement && field.dataset.field === "text" && this.element.contains(field)) {
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
    attempt(() => {
      const { lines } = this.state;
      if (field.dataset.field === "start") this.change(time === null ? draft.withTimes(lines, at, null, null) : this.moved(at, time), at);
      else this.change(draft.endingAt(lines, at, time ?? Number(line.start)), at);
    });
    // Where it was refused, the field does not go on saying what the draft does not have.
    showAgain(this.state, this.element, at);
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
    attempt(act);
  }

  /** @param {number} at @param {number} place */
  splitAt(at, place) {
    const { state } = this;
    const isAtEnd = state.lines[at].text.slice(place).trim() === "";
    state.change(isAtEnd ? draft.inserted(state.lines, at + 1, "line") : draft.split(state.lines, at, place), at + 1);
    focusRow(this.element, at + 1, "text", 0);
  }

  /** @param {number} at @param {"text" | ""} [field] */
  joinWithNext(at, field = "") {
    const cursor = this.state.lines[at]?.text.length + 1;
    this.state.change(draft.joined(this.state.lines, at), at);
    focusRow(this.element, at, field, field ? cursor : undefined);
  }

  /** @param {number} at @param {"start" | "end" | "text" | ""} [field] @param {number} [cursor] */
  goTo(at, field = "", cursor) {
    this.state.select(at);
    focusRow(this.element, this.state.at, field, cursor);
  }

  /** @param {import("./draft.js").Lines} lines @param {number} [at] */
  change(lines, at = this.state.at) {
    const hadFocus = placeOf(document.activeElement) >= 0;
    this.state.change(lines, at);
    // A cursor that stays in the words types into the line as it is now.
    this.before = this.state.line;
    if (hadFocus && document.activeElement?.matches("li, body")) focusRow(this.element, this.state.at);
  }

  /** @param {number} at @param {"line" | "section"} kind */
  insert(at, kind) {
    this.state.change(draft.inserted(this.state.lines, at, kind), at);
    focusRow(this.element, at, "text");
  }

  remove() {
    const [first, last] = this.state.selection;
    this.state.change(draft.removed(this.state.lines, first, last), first);
    focusRow(this.element, this.state.at);
  }

  /** @param {() => void} act */
  stepBack(act) {
    act();
    if (this.element.contains(document.activeElement) || document.activeElement === document.body) focusRow(this.element, this.state.at);
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

  /** The place in the words of the selected line where the cursor is, or was last. */
  get cursorPlace() {
    return this.cursor.at === this.state.at ? this.cursor.place : 0;
  }
}
