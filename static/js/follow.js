// Keeps the sung line in the middle of the sheet until the reader scrolls; then a button leads back to it.
// @ts-check

const GLIDE_MS = 180;
// A reader who has not touched the sheet for this long and sees the line again wants to follow it again.
const RESUME_AFTER_MS = 4000;
const SCROLL_KEYS = ["PageUp", "PageDown", "Tab"];
const calm = matchMedia("(prefers-reduced-motion: reduce)");

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
      const part = instantly || calm.matches ? 1 : Math.min(1, Math.max(0, now - begin) / GLIDE_MS);
      box.scrollTop = from + (place - from) * (1 - (1 - part) ** 3);
      if (part < 1) frame = requestAnimationFrame(step);
    };
    step(begin);
  };
  return { to, stop };
}

/**
 * @param {HTMLElement} sheet the scrolling box
 * @param {HTMLElement} button "back to the line"
 */
export function follower(sheet, button) {
  const inSheet = glider(sheet);
  const inPage = glider(document.documentElement);
  /** @type {HTMLElement | null} */
  let line = null;
  let paused = false;
  let touchedAt = 0;
  let isFirst = true;

  const middle = () => {
    if (!line) return 0;
    const offset = line.getBoundingClientRect().top - sheet.getBoundingClientRect().top + sheet.scrollTop;
    return Math.max(0, offset - (sheet.clientHeight - line.offsetHeight) / 2);
  };
  const inView = () => {
    if (!line) return sheet.scrollTop < sheet.clientHeight / 2;
    const [box, frame] = [line.getBoundingClientRect(), sheet.getBoundingClientRect()];
    return box.bottom > frame.top && box.top < frame.bottom;
  };
  const resume = () => {
    paused = false;
    button.hidden = true;
    inSheet.to(middle(), isFirst);
    isFirst = false;
  };
  const pause = () => {
    inSheet.stop();
    paused = true;
    touchedAt = performance.now();
  };

  sheet.addEventListener("wheel", pause, { passive: true });
  sheet.addEventListener("touchmove", pause, { passive: true });
  sheet.addEventListener("keydown", (event) => SCROLL_KEYS.includes(event.key) && pause());
  sheet.addEventListener("pointerdown", (event) => event.target === sheet && pause());
  sheet.addEventListener("scroll", () => paused && (button.hidden = inView()), { passive: true });
  button.addEventListener("click", resume);

  return {
    /** @param {HTMLElement | null} next the line to follow; null: the beginning */
    to(next) {
      line = next;
      if (paused && inView() && performance.now() - touchedAt > RESUME_AFTER_MS) paused = false;
      if (paused) button.hidden = inView();
      else resume();
    },
    resume,
    /** Scrolls the sheet into the window when play is pressed and it is out of view. */
    intoView() {
      const { top, bottom } = sheet.getBoundingClientRect();
      const centre = (top + bottom) / 2;
      const card = sheet.closest("section");
      if (!card || (centre > 0 && centre < innerHeight * 0.8)) return;
      inPage.to(scrollY + card.getBoundingClientRect().top - parseFloat(getComputedStyle(card).scrollMarginTop));
    },
  };
}
