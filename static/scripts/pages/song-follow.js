// Keeps the sung line in the middle of the view until the reader scrolls; then a button leads back to it.
// @ts-check

const GLIDE_MS = 220;
// A reader who rests and sees the line again wants to follow it again: soon after coming back to it, later where
// it was never out of sight.
const BACK_MS = 700;
const RESTING_MS = 4000;
const SCROLL_KEYS = ["PageUp", "PageDown", "Tab"];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const isCalm = () => calm.matches || document.documentElement.dataset.motion === "less";

/**
 * @param {Element} box the element that scrolls
 * @returns {{to: (place: number, instantly?: boolean) => void, stop: () => void}} one glide at a time
 */
function glider(box) {
  let frame = 0;
  const stop = () => cancelAnimationFrame(frame);
  const to = (/** @type {number} */ place, instantly = false) => {
    stop();
    const [from, begin] = [box.scrollTop, performance.now()];
    const step = (/** @type {number} */ now) => {
      const part = instantly || isCalm() ? 1 : Math.min(1, Math.max(0, now - begin) / GLIDE_MS);
      box.scrollTop = from + (place - from) * (1 - (1 - part) ** 3);
      if (part < 1) frame = requestAnimationFrame(step);
    };
    step(begin);
  };
  return { to, stop };
}

/**
 * @param {HTMLElement} view the scrolling box
 * @param {HTMLElement} button "back to the line"
 * @param {AbortSignal} signal
 */
export function follower(view, button, signal) {
  const glide = glider(view);
  /** @type {HTMLElement | null} */
  let target = null;
  let isPaused = false;
  let wasAway = false;
  let touchedAt = 0;
  let isFirst = true;
  let timer = 0;

  const middleOf = (/** @type {HTMLElement | null} */ element) => {
    if (!element) return 0;
    const place = element.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop;
    return Math.max(0, place - (view.clientHeight - element.offsetHeight) / 2);
  };
  const isInView = () => {
    if (!target) return view.scrollTop < view.clientHeight / 2;
    const [box, frame] = [target.getBoundingClientRect(), view.getBoundingClientRect()];
    const margin = frame.height * 0.16;
    return box.bottom > frame.top + margin && box.top < frame.bottom - margin;
  };
  const place = (/** @type {boolean} */ instantly) => {
    isPaused = wasAway = false;
    button.hidden = true;
    glide.to(middleOf(target), instantly || isFirst);
    isFirst = false;
  };
  const pause = () => {
    glide.stop();
    isPaused = true;
    touchedAt = performance.now();
  };
  const mayResume = () => isInView() && performance.now() - touchedAt > (wasAway ? BACK_MS : RESTING_MS);
  const onScroll = () => {
    if (!isPaused) return;
    const isThere = isInView();
    wasAway ||= !isThere;
    button.hidden = isThere;
    clearTimeout(timer);
    if (wasAway && isThere) timer = setTimeout(() => isPaused && mayResume() && place(false), BACK_MS + 50);
  };

  view.addEventListener("wheel", pause, { passive: true, signal });
  view.addEventListener("touchmove", pause, { passive: true, signal });
  view.addEventListener("keydown", (event) => SCROLL_KEYS.includes(event.key) && pause(), { signal });
  view.addEventListener("pointerdown", (event) => event.target === view && pause(), { signal });
  view.addEventListener("scroll", onScroll, { passive: true, signal });
  button.addEventListener(
    "click",
    () => {
      place(false);
      // The button is gone: the focus goes where the reader looks now.
      /** @type {HTMLElement} */ (target?.querySelector("a, button") ?? view).focus({ preventScroll: true });
    },
    { signal },
  );

  return {
    /** @param {HTMLElement | null} next what to look at; null: the beginning */
    to(next) {
      target = next;
      if (!isPaused || mayResume()) place(false);
      else onScroll();
    },
    /** Looks at it again, whatever the reader did. @param {boolean} [instantly] */
    resume: (instantly = false) => place(instantly),
    /** Brings an element into the middle that the reader chose. @param {HTMLElement} element */
    look(element) {
      pause();
      glide.to(middleOf(element));
    },
  };
}
