// Lines and words as blocks on the waveform: dragged by pointer, moved by keys.
// @ts-check
import { soundingAt, written } from "./draft.js";

/** @typedef {import("./draft.js").Edge} Edge */
/** @typedef {import("./draft.js").Line} Line */
/** @typedef {import("./state.js").State} State */
/**
 * @typedef {object} Grip what is held: an end of the selected line, all of it, or one of its words
 * @property {Edge} edge
 * @property {number | null} word
 */
/** @typedef {(grip: Grip, time: number, snap: number) => void} Move to a time in milliseconds */

const SNAP_PIXELS = 6;
const DRAG_PIXELS = 3;
const KEY_MS = 10;
const SHIFT_KEY_MS = 100;
export const ZOOMS = [1, 2, 4, 8, 16, 32, 64];

/**
 * @param {State} state
 * @param {HTMLElement} scroll
 * @param {HTMLElement} inner
 * @param {{move: Move, settle: () => void, select: (at: number, isExtended: boolean) => void}} acts `settle`: the drag ended
 * @param {AbortSignal} signal
 */
export function blocksOn(state, scroll, inner, acts, signal) {
  const { offset, length } = state.facts;
  /** @type {HTMLElement[]} */
  let blocks = [];
  /** @type {HTMLElement[]} */
  let words = [];
  const edges = /** @type {const} */ (["start", "end"]).map((edge) => slider("edge", { edge, word: null }));
  for (const edge of edges) edge.dataset.edge = gripOf(edge).edge;
  inner.append(...edges);
  let zoom = 1;

  const percent = (/** @type {number} */ time) => `${(100 * (time + offset)) / length}%`;

  function slider(/** @type {string} */ className, /** @type {Grip} */ grip) {
    const element = Object.assign(document.createElement("div"), { className });
    grips.set(element, grip);
    element.addEventListener("pointerdown", onPress, { signal });
    element.addEventListener("keydown", onKey, { signal });
    return element;
  }

  /** @param {HTMLElement} element @param {number} time @param {string} name */
  function makeSlider(element, time, name) {
    element.tabIndex = 0;
    element.setAttribute("role", "slider");
    element.setAttribute("aria-label", name);
    element.setAttribute("aria-valuemin", "0");
    element.setAttribute("aria-valuemax", String(length / 1000));
    element.setAttribute("aria-valuenow", String(time / 1000));
    element.setAttribute("aria-valuetext", written(time));
  }

  /** @param {HTMLElement} element @param {number} start @param {number} end */
  function lay(element, start, end) {
    element.style.setProperty("left", percent(start));
    element.style.setProperty("width", `${(100 * (end - start)) / length}%`);
  }

  function show() {
    const { lines, at } = state;
    while (blocks.length > lines.length) blocks.pop()?.remove();
    while (blocks.length < lines.length) blocks.push(slider("block", { edge: "both", word: null }));
    const [first, last] = state.selection;
    blocks.forEach((block, place) => {
      const line = lines[place];
      const isSelected = place >= first && place <= last;
      const before = shown.get(block);
      if (before?.line === line && before.isSelected === isSelected && before.isAt === (place === at) && place !== at) return;
      shown.set(block, { line, isSelected, isAt: place === at });
      const isThere = line.kind === "line" && line.start !== null;
      if (!isThere) return block.remove();
      if (!block.isConnected) inner.append(block);
      lay(block, Number(line.start), Number(line.end));
      block.dir = "auto";
      if (block.textContent !== line.text) block.textContent = line.text;
      block.classList.toggle("is-selected", isSelected);
      block.classList.toggle("is-at", place === at);
      if (place === at) makeSlider(block, Number(line.start), `Line ${at + 1}, all of it: ${line.text}`);
      else plain(block);
    });
    showEdges();
    showWords();
  }

  /** @param {HTMLElement} block */
  function plain(block) {
    for (const name of ["tabindex", "role", "aria-label", "aria-valuemin", "aria-valuemax", "aria-valuenow", "aria-valuetext"]) {
      block.removeAttribute(name);
    }
    block.setAttribute("aria-hidden", "true");
  }

  function showEdges() {
    const { line, at } = state;
    const isThere = line?.kind === "line" && line.start !== null;
    blocks[at]?.removeAttribute("aria-hidden");
    for (const edge of edges) {
      edge.hidden = !isThere;
      if (!isThere) continue;
      const name = gripOf(edge).edge;
      const time = Number(name === "start" ? line.start : line.end);
      edge.style.setProperty("left", percent(time));
      makeSlider(edge, time, `Line ${at + 1}, ${name}`);
    }
  }

  function showWords() {
    const sung = state.line?.words ?? [];
    while (words.length > sung.length) words.pop()?.remove();
    while (words.length < sung.length) {
      const word = slider("block is-word", { edge: "both", word: words.length });
      words.push(word);
      inner.append(word);
    }
    sung.forEach((word, number) => {
      lay(words[number], word.start, word.end);
      words[number].textContent = word.text;
      makeSlider(words[number], word.start, `Word ${number + 1} of line ${state.at + 1}: ${word.text}`);
    });
  }

  const perPixel = () => length / inner.getBoundingClientRect().width;

  /** @param {Grip} grip */
  function timeOf({ edge, word }) {
    const one = word === null ? state.line : state.line.words[word];
    return Number(edge === "end" ? one.end : one.start);
  }

  /** @param {PointerEvent} event */
  function onPress(event) {
    const element = /** @type {HTMLElement} */ (event.currentTarget);
    const place = blocks.indexOf(element);
    if (event.button !== 0) return;
    event.preventDefault();
    if (place >= 0 && (place !== state.at || event.shiftKey)) acts.select(place, event.shiftKey);
    element.focus({ preventScroll: true });
    hold(element, event);
  }

  /** @param {HTMLElement} element @param {PointerEvent} press */
  function hold(element, press) {
    const grip = gripOf(element);
    const from = timeOf(grip);
    let isDragged = false;
    const held = new AbortController();
    element.setPointerCapture(press.pointerId);
    const onMove = (/** @type {PointerEvent} */ event) => {
      const pixels = event.clientX - press.clientX;
      isDragged ||= Math.abs(pixels) >= DRAG_PIXELS;
      if (isDragged) acts.move(grip, from + pixels * perPixel(), SNAP_PIXELS * perPixel());
    };
    const onEnd = () => (held.abort(), acts.settle());
    element.addEventListener("pointermove", onMove, held);
    for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, onEnd, held);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const grip = gripOf(/** @type {HTMLElement} */ (event.currentTarget));
    acts.move(grip, timeOf(grip) + direction * (event.shiftKey ? SHIFT_KEY_MS : KEY_MS), 0);
    acts.settle();
  }

  /** Makes the waveform wider or narrower, with this moment where it was. @param {1 | -1} step @param {number} time milliseconds in the song */
  function zoomBy(step, time) {
    const wanted = ZOOMS[ZOOMS.indexOf(zoom) + step];
    if (!wanted) return zoom;
    const at = (time / length) * inner.clientWidth - scroll.scrollLeft;
    const isInSight = at >= 0 && at <= scroll.clientWidth;
    zoom = wanted;
    inner.style.setProperty("width", `${zoom * 100}%`);
    scroll.scrollLeft = (time / length) * inner.clientWidth - (isInSight ? at : scroll.clientWidth / 2);
    return zoom;
  }

  /** Keeps a moment in sight. @param {number} time milliseconds in the song */
  function follow(time) {
    const at = (time / length) * inner.clientWidth - scroll.scrollLeft;
    if (at < 0 || at > scroll.clientWidth * 0.92) scroll.scrollLeft += at - scroll.clientWidth * 0.15;
  }

  return { show, zoomBy, follow };
}

/** What each block shows, so that those that stay are not touched. @type {WeakMap<Element, {line: Line, isSelected: boolean, isAt: boolean}>} */
const shown = new WeakMap();

/** @type {WeakMap<Element, Grip>} */
const grips = new WeakMap();

/** @param {Element} element @returns {Grip} */
const gripOf = (element) => grips.get(element) ?? { edge: "both", word: null };

/** The words at a moment, for the line above the waveform. @param {State} state @param {number} time */
export function wordsAt(state, time) {
  return state.lines[soundingAt(state.lines, time)]?.text ?? "";
}
