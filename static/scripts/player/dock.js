// The dock at the foot of every page: the song that plays, its waveform, the line that is sung, and its review.
// @ts-check
import { decide } from "../decisions.js";
import { tell } from "../notices.js";
import { clock } from "./clock.js";
import * as engine from "./engine.js";
import { showButton, showPlaying } from "./entries.js";
import { factsOf } from "./preload.js";
import { drawLoop, drawNotes } from "./wave-marks.js";
import { draw, sayTime, showTime, tipFor } from "./wave.js";

const { audio, playing } = engine;
const FAULTS = [
  "",
  "Loading the song was stopped. Press play to try again.",
  "The connection broke while the song was loading. Press play to try again.",
  "This browser cannot decode the file. It can still be downloaded from the song's page.",
  "The song could not be loaded. Open its page: it says where the file is.",
];
// Of a media element's error: the sound could not be had, or is none.
const NOT_LOADED = 4;
const NO_ANSWER = "The server did not answer, so the song could not be loaded. It is not lost: press play to try again.";
const LOGGED_OUT = "Your session has ended, so the song could not be loaded. Log in again in another tab, then press play.";

const dock = /** @type {HTMLElement} */ (document.querySelector("[data-dock]"));
const part = (/** @type {string} */ name) => /** @type {any} */ (dock.querySelector(`[data-dock-${name}]`));
const button = (/** @type {string} */ name) => /** @type {HTMLElement} */ (dock.querySelector(`[data-do="${name}"]`));
const wave = /** @type {HTMLElement} */ (part("wave"));
const judge = dock.querySelector("[data-judge]");

let lastSaid = -1;
let lastLine = "";
let nextFrame = 0;

function showSong() {
  const { entry } = playing;
  if (!entry) return;
  dock.hidden = false;
  document.body.classList.add("has-dock");
  dock.dataset.dockTrack = String(entry.id);
  if (entry.hue) dock.dataset.hue = entry.hue;
  part("title").textContent = entry.title;
  for (const link of dock.querySelectorAll("[data-dock-link]")) link.setAttribute("href", `/tracks/${entry.id}/`);
  part("cover").hidden = !entry.cover;
  if (entry.cover) part("cover").src = entry.cover;
  // A sound that the server named may have failed before this script ran.
  if (audio.error) showFault();
  else part("fault").hidden = true;
  part("line").textContent = "";
  lastLine = "";
  wave.replaceChildren();
  judge?.setAttribute("action", `/tracks/${entry.id}/`);
  showSize();
  showPlaying();
}

function showFacts() {
  const { facts } = playing;
  if (!facts) return;
  dock.dataset.hue = String(facts.hue);
  part("title").textContent = facts.title;
  part("cover").hidden = !facts.cover;
  if (facts.cover) part("cover").src = facts.cover;
  drawWave();
  showReview(facts);
  sayTick(audio.currentTime);
}

/** On the page of its own song the dock is large, with the names of the sections, unless that shows its waveform. */
function showSize() {
  const page = document.querySelector(":is([data-page-song][data-track-id], [data-page-song] [data-track-id]):not([data-own-wave])");
  const isBig = Number(page?.getAttribute("data-track-id")) === playing.entry?.id;
  button("loop").hidden = !isBig;
  if (dock.classList.contains("dock-big") === isBig) return;
  dock.classList.toggle("dock-big", isBig);
  wave.classList.toggle("wave-page", isBig);
  wave.classList.toggle("wave-dock", !isBig);
  drawWave();
}

function drawWave() {
  if (!playing.facts?.wave) return;
  const isBig = dock.classList.contains("dock-big");
  draw(wave, playing.facts, { labels: isBig, id: "wave-of-dock" });
  drawNotes(wave, playing.facts.notes, engine.length(), isBig);
  drawLoop(wave, isBig);
  showTick();
}

/** @param {{review: string, rating: number | null}} values */
function showReview({ review, rating }) {
  for (const one of dock.querySelectorAll("[data-review]")) {
    one.setAttribute("aria-pressed", String(one.getAttribute("data-review") === review));
  }
  for (const star of dock.querySelectorAll("[data-stars] input")) {
    if (star instanceof HTMLInputElement) star.checked = Number(star.value) === rating;
  }
}

/** For each frame while it plays, and whenever the place changes. */
function showTick() {
  const time = audio.currentTime;
  showTime(wave, time, engine.length());
  const line = lineAt(time);
  if (line !== lastLine) part("line").textContent = lastLine = line;
  if (Math.floor(time) !== lastSaid) sayTick(time);
}

/** The clock, once a second. @param {number} time */
function sayTick(time) {
  lastSaid = Math.floor(time);
  part("now").textContent = clock(time);
  part("length").textContent = clock(engine.length());
  const section = playing.facts?.sections.findLast(({ start }) => start <= time);
  sayTime(wave, time, engine.length(), section?.name ?? "");
}

/** The line that is sung; between two lines the one before, and the style where nothing is sung yet. @param {number} time */
function lineAt(time) {
  const { facts } = playing;
  if (!facts) return "";
  return facts.lines.findLast(({ start }) => start <= time + 0.0005)?.text ?? facts.style;
}

function frame() {
  cancelAnimationFrame(nextFrame);
  showTick();
  engine.keepLoop();
  if (!audio.paused) nextFrame = requestAnimationFrame(frame);
}

function showState() {
  showButton(button("toggle"), !audio.paused, "");
  showTick();
}

function showSound() {
  button("mute").setAttribute("aria-pressed", String(engine.isMuted()));
  part("volume").value = String(engine.isMuted() ? 0 : engine.volume());
  button("speed").textContent = `${audio.defaultPlaybackRate}×`;
  button("speed").setAttribute("aria-label", `Speed ${audio.defaultPlaybackRate} times`);
}

function showLoop() {
  const { loop } = playing;
  const words = !loop ? "A–B" : loop.to === null ? `${clock(loop.from)}–?` : `${clock(loop.from)}–${clock(loop.to)}`;
  button("loop").textContent = words;
  button("loop").setAttribute("aria-pressed", String(loop !== null));
  drawLoop(wave, dock.classList.contains("dock-big"));
}

function showFault() {
  part("fault").textContent = FAULTS[audio.error?.code ?? NOT_LOADED];
  part("fault").hidden = false;
  showState();
  if (audio.error?.code === NOT_LOADED) explainFault();
}

/** A browser tells that a sound was not loaded, but not why. */
async function explainFault() {
  const { entry } = playing;
  if (!entry) return;
  const headers = { "X-Requested-With": "fetch" };
  const answer = await fetch(entry.audio, { method: "HEAD", headers, redirect: "manual" }).catch(() => null);
  if (!audio.error || playing.entry !== entry) return;
  if (!answer) part("fault").textContent = NO_ANSWER;
  else if (answer.status === 401 || answer.status === 403) part("fault").textContent = LOGGED_OUT;
}

/**
 * Decides about the song that plays; what it is already is left.
 * @param {Record<string, unknown>} to `{review}` or `{rating}`
 */
export async function judgePlaying(to) {
  const { entry } = playing;
  if (!entry || !judge) return;
  const facts = playing.facts ?? (await factsOf(entry.id));
  if (!facts) return tell(`${entry.title}: not saved, as the song could not be read. Try again.`, { tone: "bad" });
  const from = "review" in to ? { review: facts.review } : { rating: facts.rating };
  if (JSON.stringify(from) !== JSON.stringify(to)) return decide(facts, from, to);
  tell("review" in to ? `${facts.title} is ${to.review} already.` : `${facts.title} has ${to.rating ?? "no"} stars already.`);
}

/** @param {Event} event */
function onDecision(event) {
  const { id, values, isSaved } = /** @type {CustomEvent} */ (event).detail;
  if (playing.entry?.id !== id) return;
  // What is on its way may be of before.
  if (!playing.facts) return void (isSaved && engine.refreshFacts(id));
  Object.assign(/** @type {object} */ (playing.facts), values);
  showReview(/** @type {any} */ (playing.facts));
}

/** @param {Event} event */
function onNotes(event) {
  const { id, notes } = /** @type {CustomEvent} */ (event).detail;
  if (playing.facts?.id !== id) return;
  /** @type {any} */ (playing.facts).notes = notes;
  drawWave();
}

function listenToJudge() {
  judge?.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = /** @type {SubmitEvent} */ (event).submitter;
    const isPressed = button?.getAttribute("aria-pressed") === "true";
    judgePlaying({ review: isPressed ? "new" : button?.getAttribute("data-review") });
  });
  judge?.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === "rating") judgePlaying({ rating: Number(target.value) });
  });
}

const ACTS = {
  toggle: engine.toggle,
  previous: engine.previous,
  next: engine.next,
  mute: engine.mute,
  loop: engine.loopHere,
  speed: () => engine.setSpeed(engine.SPEEDS[(engine.SPEEDS.indexOf(audio.defaultPlaybackRate) + 1) % engine.SPEEDS.length]),
};

export function startDock() {
  for (const [name, act] of Object.entries(ACTS)) button(name).addEventListener("click", act);
  wave.addEventListener("input", ({ target }) => target instanceof HTMLInputElement && engine.seek(Number(target.value)));
  part("volume").addEventListener("input", () => {
    engine.setVolume(Number(part("volume").value));
    engine.setMuted(audio.volume === 0);
  });
  tipFor(wave, () => ({ length: engine.length(), lines: playing.facts?.lines ?? [] }));
  listenToJudge();
  engine.onChange("song", showSong);
  engine.onChange("facts", showFacts);
  for (const name of /** @type {const} */ (["song", "loop"])) engine.onChange(name, showLoop);
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, showState);
  audio.addEventListener("durationchange", () => sayTick(audio.currentTime));
  for (const name of ["timeupdate", "seeking", "seeked"]) audio.addEventListener(name, showTick);
  for (const name of ["volumechange", "ratechange"]) audio.addEventListener(name, showSound);
  audio.addEventListener("play", frame);
  audio.addEventListener("playing", () => (part("fault").hidden = true));
  audio.addEventListener("error", showFault);
  audio.addEventListener("waiting", () => button("toggle").setAttribute("aria-busy", "true"));
  for (const name of ["playing", "pause"]) audio.addEventListener(name, () => button("toggle").removeAttribute("aria-busy"));
  document.addEventListener("page:shown", showSize);
  document.addEventListener("decision:made", onDecision);
  document.addEventListener("notes:changed", onNotes);
  showSong();
  showFacts();
  showSound();
}
