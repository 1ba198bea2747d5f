// The compare page: two takes under one transport of its own, equally loud, switched between at the same line.
// @ts-check
import { behaviour } from "../behaviours.js";
import { decideAll } from "../decisions.js";
import { register } from "../keys.js";
import { clock } from "../player/clock.js";
import { cue } from "../player/decks.js";
import * as engine from "../player/engine.js";
import { showButton } from "../player/entries.js";
import { rememberSetting } from "../player/memory.js";
import { hold, soundOf } from "../player/preload.js";
import { tipFor } from "../player/wave.js";
import { lineAt, placeIn } from "./compare-place.js";
import { part as partOf, showLane, showOther, showPlace, showReview, showWords } from "./compare-view.js";

/** @typedef {import("./compare-place.js").Take} Take */
/** @typedef {import("./compare-place.js").Keeps} Keeps */
/** @typedef {"a" | "b"} Side */

const { audio, playing } = engine;
const SAYS = {
  line: "Switching starts the same line in the other take.",
  second: "Switching stays at the same second.",
  section: "Switching starts the same section in the other take.",
  join: "Switching stays where the one continues the other.",
};

/** @param {HTMLElement} root @param {AbortSignal} signal */
function start(root, signal) {
  const part = (/** @type {string} */ name) => partOf(root, name);
  const lanes = /** @type {Record<Side, HTMLElement>} */ ({
    a: root.querySelector("[data-lane=a]"),
    b: root.querySelector("[data-lane=b]"),
  });
  const takes = /** @type {Record<Side, Take>} */ ({
    a: JSON.parse(lanes.a.dataset.song ?? ""),
    b: JSON.parse(lanes.b.dataset.song ?? ""),
  });
  const pairs = JSON.parse(root.dataset.pairs ?? "[]");
  const extension = Number(root.dataset.extension ?? 0);
  const SIDES = /** @type {Side[]} */ (["a", "b"]);
  const playable = SIDES.filter((side) => takes[side].audio);
  /** @type {Side} */
  let side = playable[0] ?? "a";
  /** What played before this page took its place; null: nothing is to be given back. @type {any} */
  let lent = null;
  let isTaken = false;
  // This script may come when the page has been left already.
  let isHere = root.isConnected;
  let lastSaid = "";
  let nextFrame = 0;
  // Where the take that is being loaded begins.
  let beginning = 0;

  const isOurs = () => SIDES.some((one) => takes[one].id === playing.entry?.id);
  const other = () => (side === "a" ? "b" : "a");
  const time = () => (!isOurs() ? 0 : audio.readyState ? audio.currentTime : beginning);
  const length = (/** @type {Side} */ of) =>
    of === side && isOurs() ? engine.length() || takes[of].duration : takes[of].duration;
  const keeps = () => /** @type {Keeps} */ (part("switch-keeps").value);
  /** @param {Side} to @param {number} at in the take that is chosen @param {Keeps} how */
  const placeOf = (to, at, how = keeps()) => {
    const place = placeIn(takes[side], takes[to], at, { keeps: how, pairs, isFromA: side === "a", extension });
    return Math.min(Math.max(0, place), length(to));
  };

  /** @param {Side} to @param {number} at */
  function open(to, at) {
    if (!takes[to].audio) return;
    take();
    side = to;
    beginning = at;
    engine.exchange({ ...entryOf(to), start: at });
    match();
    say("");
    show();
  }

  /** Takes the place of what plays, once. */
  function take() {
    if (isTaken && isOurs()) return;
    lent = playing.entry ? engine.session() : null;
    isTaken = true;
    if (!isOurs()) audio.pause();
  }

  /** Plays the chosen take as loud as the other, if both are measured and it is wanted. */
  function match() {
    const { gain } = takes[side];
    const wanted = part("match").checked && gain !== null ? 10 ** (gain / 20) : 1;
    const isDone = engine.setGain(wanted);
    if (!isDone) say("This device sets the volume by itself, so the two play as they are.");
  }

  /** @param {Side} to */
  function choose(to) {
    if (to === side || !takes[to].audio) return;
    const at = placeOf(to, time());
    const isOver = at >= length(to);
    open(to, at);
    if (!isOver) return;
    audio.pause();
    say(`${takes[to].name} is shorter: it has ended at ${clock(length(to))}.`);
  }

  function toggle() {
    if (!playable.length) return;
    if (!isOurs()) open(side, 0);
    engine.toggle();
  }

  /** @param {number} at seconds in the chosen take */
  function jump(at) {
    say("");
    const wanted = Math.min(Math.max(0, at), length(side));
    if (isOurs()) engine.seek(wanted);
    else open(side, wanted);
    show();
  }

  /** @param {number} steps */
  function step(steps) {
    const { lines } = takes[side];
    const wanted = lineAt(takes[side], time()) + steps;
    if (lines[wanted]) jump(lines[wanted].start);
  }

  /** @param {string} text a fault, blank for none */
  function say(text) {
    part("fault").textContent = text;
    part("fault").hidden = !text;
  }

  function show() {
    const isPlaying = isOurs() && !audio.paused;
    showButton(part("toggle"), isPlaying, "");
    part("stage").dataset.hue = takes[side].hue;
    for (const one of SIDES) {
      const hasSound = takes[one].audio !== "";
      showLane(lanes[one], { isNow: one === side, isPlaying, hasSound, chosen: takes[side].name });
    }
    const canKeepLine = pairs.length > 0;
    part("says").textContent = keeps() === "line" && !canKeepLine ? SAYS.second : SAYS[keeps()];
    lastSaid = "";
    showTick();
  }

  /** For each frame while it plays, and whenever the place changes. */
  function showTick() {
    const now = time();
    for (const one of playable) showPlace(lanes[one], takes[one], one === side ? now : placeOf(one, now), length(one));
    part("clock").textContent = clock(now);
    const line = lineAt(takes[side], now);
    const isSung = line >= 0 && now < takes[side].lines[line].end;
    const said = `${side} ${line} ${isSung}`;
    if (said === lastSaid) return;
    lastSaid = said;
    showWords(root, takes[side], line, isSung);
    showOther(root, { take: takes[side], rival: takes[other()], line, pairs, isFromA: side === "a" });
    cueOther(now);
  }

  /** Has the other take loaded at the place that switching goes to, so that it sounds at once. @param {number} now */
  function cueOther(now) {
    if (isOurs() && "ready" in root.dataset && playable.length === 2) cue(soundOf(entryOf(other())), placeOf(other(), now));
  }

  /** @param {Side} of */
  function entryOf(of) {
    const { id, title, audio: address, cover, hue } = takes[of];
    return { id, title, audio: address, cover, hue };
  }

  function frame() {
    cancelAnimationFrame(nextFrame);
    if (!root.isConnected || !isOurs()) return;
    showTick();
    if (!audio.paused) nextFrame = requestAnimationFrame(frame);
  }

  /** Gives the place back to what played before; without that, the take plays on in the dock. */
  function leave() {
    if (!isHere) return;
    isHere = false;
    engine.setGain(1);
    if (lent && isOurs()) giveBack();
    isTaken = false;
    lent = null;
  }

  function giveBack() {
    const { entry, entries, at, repeat } = lent;
    if (entry.id !== playing.entry?.id) engine.resume(lent);
    else engine.changeQueue((queue) => Object.assign(queue, { entries, at, repeat }));
  }

  /** Another page came, or this one again. */
  function onPage() {
    if (!root.isConnected) return leave();
    isHere = true;
    adopt();
    show();
  }

  /** A take that plays already stays the one that is heard. */
  function adopt() {
    const heard = SIDES.find((one) => takes[one].id === playing.entry?.id);
    if (!heard) return;
    side = heard;
    match();
  }

  /** @param {Side} one */
  function keep(one) {
    const rival = one === "a" ? "b" : "a";
    const [kept, rejected] = [takes[one], takes[rival]];
    const decisions = [
      { id: kept.id, title: kept.title, from: { review: kept.review }, to: { review: "approved" } },
      { id: rejected.id, title: rejected.title, from: { review: rejected.review }, to: { review: "rejected", reason: root.dataset.reason } },
    ];
    decideAll(decisions, `${kept.name} is approved, ${rejected.name} rejected: ${root.dataset.reason}.`);
  }

  /** @param {Event} event */
  function onDecision(event) {
    const { id, values } = /** @type {CustomEvent} */ (event).detail;
    const one = SIDES.find((name) => takes[name].id === id);
    if (!one || !("review" in values)) return;
    takes[one].review = values.review;
    showReview(lanes[one], values.review);
  }

  function listen() {
    part("toggle").addEventListener("click", toggle);
    root.addEventListener("click", onClick);
    root.addEventListener("input", ({ target }) => {
      if (!(target instanceof HTMLInputElement) || !target.matches(".wave-seek")) return;
      const one = /** @type {Side} */ (target.closest("[data-lane]")?.getAttribute("data-lane"));
      if (one === side) jump(Number(target.value));
      else open(one, Number(target.value));
    });
    root.addEventListener("submit", (event) => {
      const form = /** @type {HTMLElement} */ (event.target);
      if (!form.dataset.keep) return;
      event.preventDefault();
      keep(/** @type {Side} */ (form.dataset.keep));
    });
    part("match").addEventListener("change", () => {
      rememberSetting("compare-match", Number(part("match").checked));
      if (isOurs()) match();
    });
    part("switch-keeps").addEventListener("change", () => {
      rememberSetting("compare-keeps", keeps());
      show();
    });
    for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, onState, { signal });
    for (const name of ["timeupdate", "seeked", "durationchange"]) audio.addEventListener(name, frame, { signal });
    audio.addEventListener("error", onFault, { signal });
    document.addEventListener("decision:made", onDecision, { signal });
    document.addEventListener("page:shown", onPage, { signal });
    signal.addEventListener("abort", leave);
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const chosen = event.target.closest("[data-side]")?.getAttribute("data-side");
    if (chosen) choose(/** @type {Side} */ (chosen));
    const steps = event.target.closest("[data-step]")?.getAttribute("data-step");
    if (steps) step(Number(steps));
    const place = event.target.closest("[data-go]");
    const of = /** @type {Side} */ (place?.getAttribute("data-of"));
    if (!place || !takes[of]?.audio) return;
    event.preventDefault();
    open(of, Number(place.getAttribute("data-go")));
    if (audio.paused) engine.toggle();
  }

  function onState() {
    if (!root.isConnected) return;
    show();
    if (!audio.paused) frame();
  }

  function onFault() {
    if (root.isConnected && isOurs()) say(`${takes[side].name} could not be loaded. Press play to try again.`);
  }

  function keys() {
    const has = () => playable.length > 0;
    const mayKeep = root.querySelector("[data-keep]") !== null;
    register(
      "Compare",
      [
        ...SIDES.map((one) => ({
          keys: [takes[one].name.toLowerCase()],
          shown: [takes[one].name],
          does: `Play ${takes[one].name}`,
          act: () => choose(one),
        })),
        { keys: ["x"], shown: ["X"], does: "The other, at the same line", act: () => choose(other()) },
        ...(mayKeep
          ? [
              { keys: ["Enter"], shown: ["↵"], does: "Keep the chosen one", act: () => keep(side) },
              { keys: ["shift+Enter"], shown: ["⇧", "↵"], does: "Keep the other one", act: () => keep(other()) },
            ]
          : []),
        { keys: ["ArrowUp"], shown: ["↑"], does: "Line before", act: () => step(-1) },
        { keys: ["ArrowDown"], shown: ["↓"], does: "Next line", act: () => step(1) },
        { keys: [" ", "k"], shown: ["Space", "K"], does: "Play or pause", act: toggle, when: has },
        { keys: ["ArrowLeft"], shown: ["←"], does: "Back 5 seconds", act: () => jump(time() - 5), when: has },
        { keys: ["ArrowRight"], shown: ["→"], does: "Forward 5 seconds", act: () => jump(time() + 5), when: has },
      ],
      root,
      signal,
    );
  }

  function recall() {
    const wanted = localStorage.getItem("compare-keeps");
    const select = part("switch-keeps");
    if ([...select.options].some((one) => one.value === wanted)) select.value = wanted;
    if (!part("match").disabled) part("match").checked = localStorage.getItem("compare-match") !== "0";
  }

  async function prepare() {
    await hold(playable.map(entryOf), audio.src);
    root.dataset.ready = "";
    cueOther(time());
  }

  for (const plain of root.querySelectorAll("noscript")) plain.remove();
  for (const hidden of root.querySelectorAll("[data-scripted]")) hidden.removeAttribute("hidden");
  for (const one of playable) {
    lanes[one].querySelector("[data-side]")?.removeAttribute("disabled");
    const wave = /** @type {HTMLElement | null} */ (lanes[one].querySelector(".wave"));
    if (wave) tipFor(wave, () => ({ length: length(one), lines: takes[one].lines }));
  }
  recall();
  listen();
  keys();
  if (isHere) adopt();
  show();
  prepare();
}

behaviour("[data-compare]", start);
