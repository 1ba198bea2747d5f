// Notes at a moment of the song: written at the playhead, listed, and pinned to the waveform.
// @ts-check
import { send } from "../api.js";
import { behaviour } from "../behaviours.js";
import { undoable } from "../decisions.js";
import { keepFocus } from "../focus.js";
import { register } from "../keys.js";
import { tell } from "../notices.js";
import { clock } from "../player/clock.js";
import { audio } from "../player/engine.js";
import { factsOf, forgetFacts } from "../player/preload.js";
import { isOurs } from "./song-lyrics.js";

/** @typedef {{id: number, time: number | null, text: string, by: string}} Written */

/** @param {HTMLElement} place @param {AbortSignal} signal */
function startNotes(place, signal) {
  const id = Number(place.dataset.notesOf);
  const form = place.querySelector("[data-note-form]");
  place.addEventListener("submit", (event) => onRemove(event, place, id), { signal });
  if (form instanceof HTMLFormElement) startWriting(place, form, id, signal);
}

/**
 * @param {HTMLElement} place
 * @param {HTMLFormElement} form
 * @param {number} id
 * @param {AbortSignal} signal
 */
function startWriting(place, form, id, signal) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("[data-note-text]"));
  const label = form.querySelector("[data-note-label]");
  /** The moment that the note is about, from its first letter on. @type {number | null} */
  let held = null;
  const moment = () => held ?? (isOurs() ? Math.floor(audio.currentTime * 10) / 10 : null);
  const show = () => {
    const time = moment();
    const words = time === null ? "Note on the song" : `Note at ${clock(time)}`;
    if (field.placeholder !== words) field.placeholder = words;
    if (label && label.textContent !== words) label.textContent = words;
  };
  const onInput = () => {
    held = field.value ? (held ?? moment()) : null;
    show();
  };
  let isSending = false;
  const onSubmit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (!field.value.trim() || isSending) return;
    const sent = field.value;
    isSending = true;
    const answer = await send("POST", `tracks/${id}/notes/`, { time: moment(), text: sent });
    isSending = false;
    showFault(form, answer.problem);
    if (!answer.ok) return;
    add(place, answer.body);
    // What was typed meanwhile is the next note.
    if (field.value === sent) field.value = "";
    onInput();
    changed(id);
  };
  field.addEventListener("input", onInput, { signal });
  form.addEventListener("submit", onSubmit, { signal });
  audio.addEventListener("timeupdate", show, { signal });
  register("Notes", [{ keys: ["n"], shown: ["N"], does: "Write a note at this moment", act: () => field.focus() }], form, signal);
  show();
}

/** @param {HTMLFormElement} form @param {string} problem */
function showFault(form, problem) {
  const fault = /** @type {HTMLElement} */ (form.querySelector("[data-note-fault]"));
  fault.textContent = problem;
  fault.hidden = !problem;
}

/** @param {HTMLElement} place @param {Written} note */
function add(place, note) {
  const list = /** @type {HTMLElement} */ (place.querySelector("[data-note-list]"));
  const item = Object.assign(document.createElement("li"), { id: `note-${note.id}` });
  item.dataset.note = String(note.id);
  item.append(when(note), words(note), removal(place, note));
  const later = [...list.children].find((one) => timeOf(one) > (note.time ?? Infinity));
  list.insertBefore(item, later ?? null);
  count(place);
}

/** @param {Element} item */
const timeOf = (item) => Number(item.querySelector("[data-note-at]")?.getAttribute("data-note-at") ?? Infinity);

/** @param {Written} note */
function when({ time }) {
  if (time === null) return Object.assign(document.createElement("span"), { className: "at", textContent: "all" });
  const link = Object.assign(document.createElement("a"), { className: "at", href: `?t=${time}`, textContent: clock(time) });
  link.dataset.noteAt = String(time);
  return link;
}

/** @param {Written} note */
function words({ text, by }) {
  const made = Object.assign(document.createElement("p"), { dir: "auto" });
  const who = Object.assign(document.createElement("span"), { className: "quiet", textContent: `${by}, just now` });
  made.append(Object.assign(document.createElement("span"), { textContent: text }), document.createElement("br"), who);
  return made;
}

/** @param {HTMLElement} place @param {Written} note */
function removal(place, { id, time }) {
  const form = Object.assign(document.createElement("form"), { method: "post" });
  form.setAttribute("data-note-remove", "");
  const button = Object.assign(document.createElement("button"), { type: "submit", className: "ib ib-s", title: "Remove" });
  button.setAttribute("aria-label", `Remove the note${time === null ? "" : ` at ${clock(time)}`}`);
  button.innerHTML = '<svg class="i" aria-hidden="true"><use href="#i-cross"/></svg>';
  form.append(button);
  return form;
}

/** @param {HTMLElement} place */
function count(place) {
  const number = place.querySelector("[data-note-count]");
  if (number) number.textContent = String(place.querySelectorAll("[data-note]").length);
}

/**
 * @param {SubmitEvent} event
 * @param {HTMLElement} place
 * @param {number} id
 */
async function onRemove(event, place, id) {
  const item = event.target instanceof Element && event.target.matches("[data-note-remove]") ? event.target.closest("li") : null;
  if (!item) return;
  event.preventDefault();
  const note = Number(item.dataset.note);
  const text = item.querySelector("p > span")?.textContent ?? "";
  const time = Number.isFinite(timeOf(item)) ? timeOf(item) : null;
  const answer = await send("DELETE", `tracks/${id}/notes/${note}/`);
  if (!answer.ok) return tell(`The note is still there. ${answer.problem}`, { tone: "bad" });
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  keepFocus(next?.querySelector("button"), place.querySelector("[data-note-text]"));
  count(place);
  changed(id);
  const act = undoable(Promise.resolve(() => writeAgain(place, id, time, text)));
  tell("The note is removed.", { tone: "ok", action: "Undo", act });
}

/**
 * @param {HTMLElement} place
 * @param {number} id
 * @param {number | null} time
 * @param {string} text
 */
async function writeAgain(place, id, time, text) {
  const answer = await send("POST", `tracks/${id}/notes/`, { time, text });
  if (!answer.ok) return tell(`The note could not be written again. ${answer.problem}`, { tone: "bad" });
  add(place, answer.body);
  changed(id);
}

/** The pins of the waveform follow. @param {number} id */
async function changed(id) {
  forgetFacts(id);
  const facts = await factsOf(id);
  if (facts) document.dispatchEvent(new CustomEvent("notes:changed", { detail: { id, notes: facts.notes } }));
}

behaviour("[data-notes-of]", startNotes);
