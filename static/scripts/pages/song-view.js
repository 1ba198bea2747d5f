// Ways to look at a song: the full view, a screen that stays on, lines said by screen readers, and a song of its own
// while another one plays.
// @ts-check
import { behaviour } from "../behaviours.js";
import { keepFocus } from "../focus.js";
import { register } from "../keys.js";
import { audio, length, onChange, playing } from "../player/engine.js";
import { rememberedNumber, rememberSetting } from "../player/memory.js";
import { factsOf } from "../player/preload.js";
import { draw, sayTime } from "../player/wave.js";
import { isOurs, playFrom } from "./song-lyrics.js";

/** @param {HTMLElement} button @param {AbortSignal} signal */
function startFullView(button, signal) {
  const { body } = document;
  const end = document.querySelector("[data-full-view-end]");
  /** What had the focus when it began. @type {Element | null} */
  let before = null;
  const toggle = () => {
    const isFull = body.classList.toggle("full-view");
    if (isFull) before = document.activeElement;
    closeMenu(button);
    // Where nothing had the focus the page has it, so that Space plays and pauses as before.
    const place = isFull && before !== body ? end : before;
    keepFocus(...(place === body ? [] : [place, button.closest("details")?.querySelector("summary")]));
    document.querySelector("[data-listen]")?.dispatchEvent(new Event("view:changed"));
  };
  const onEscape = (/** @type {Event} */ event) => {
    if (!button.isConnected || !body.classList.contains("full-view")) return;
    event.preventDefault();
    toggle();
  };
  button.addEventListener("click", toggle, { signal });
  end?.addEventListener("click", toggle, { signal });
  document.addEventListener("page:escape", onEscape, { signal, capture: true });
  register("View", [{ keys: ["f"], shown: ["F"], does: "Full view on or off", act: toggle }], button, signal);
}

/** @param {Element} button */
function closeMenu(button) {
  button.closest("details")?.removeAttribute("open");
}

/**
 * A button that is on or off, as this browser remembers.
 * @param {HTMLElement} button
 * @param {AbortSignal} signal
 * @param {string} name of the setting
 * @param {(isOn: boolean) => void} act
 */
function startSwitch(button, signal, name, act) {
  const show = (/** @type {boolean} */ isOn) => {
    button.setAttribute("aria-pressed", String(isOn));
    act(isOn);
  };
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    rememberSetting(name, Number(isOn));
    show(isOn);
  }, { signal });
  show(rememberedNumber(name, 0) === 1);
}

/** @param {HTMLElement} button @param {AbortSignal} signal */
function startAwake(button, signal) {
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let isWanted = false;
  const update = async () => {
    const isDue = isWanted && !audio.paused && document.visibilityState === "visible" && button.isConnected;
    if (!isDue) {
      lock?.release();
      lock = null;
    } else if (!lock || lock.released) lock = await navigator.wakeLock.request("screen").catch(() => null);
  };
  button.hidden = !("wakeLock" in navigator);
  if (button.hidden) return;
  startSwitch(button, signal, "awake", (isOn) => {
    isWanted = isOn;
    update();
  });
  for (const name of ["play", "pause"]) audio.addEventListener(name, update, { signal });
  for (const name of ["visibilitychange", "page:shown"]) document.addEventListener(name, update, { signal });
  signal.addEventListener("abort", () => lock?.release());
}

/** @param {HTMLElement} button @param {AbortSignal} signal */
function startAloud(button, signal) {
  startSwitch(button, signal, "says-lines", (isOn) => document.body.toggleAttribute("data-says-lines", isOn));
}

/** @param {HTMLElement} place @param {AbortSignal} signal */
function startOwnPlayer(place, signal) {
  const wave = /** @type {HTMLElement} */ (place.querySelector("[data-own-wave]"));
  const id = Number(place.closest("[data-track-id]")?.getAttribute("data-track-id"));
  const show = async () => {
    place.hidden = playing.entry === null || isOurs();
    if (place.hidden || wave.hasChildNodes()) return;
    const facts = await factsOf(id);
    if (!facts?.wave || wave.hasChildNodes()) return;
    draw(wave, facts, { labels: true, id: "wave-of-page" });
    sayTime(wave, 0, facts.duration || length(), "");
  };
  wave.addEventListener("change", ({ target }) => target instanceof HTMLInputElement && playFrom(Number(target.value)), { signal });
  onChange("song", show, signal);
  document.addEventListener("page:shown", show, { signal });
  show();
}

/** @param {HTMLElement} word @param {AbortSignal} signal */
function startState(word, signal) {
  const id = Number(word.closest("[data-track-id]")?.getAttribute("data-track-id"));
  /** @type {Record<string, [string, string]>} */
  const words = { new: ["in review", "quiet"], approved: ["approved", "ok"], rejected: ["rejected", "bad"] };
  const onDecision = (/** @type {Event} */ event) => {
    const { id: decided, values } = /** @type {CustomEvent} */ (event).detail;
    if (decided !== id || !words[values.review]) return;
    [word.textContent, word.dataset.tone] = words[values.review];
  };
  document.addEventListener("decision:made", onDecision, { signal });
}

behaviour("[data-full-view]", startFullView);
behaviour("[data-awake]", startAwake);
behaviour("[data-aloud]", startAloud);
behaviour("[data-own-player]", startOwnPlayer);
behaviour("[data-bar-state]", startState);
