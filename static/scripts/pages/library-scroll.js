// A list that goes on by itself, and whose address and place are kept for a reload.
// @ts-check
import { behaviour, beginIn } from "../behaviours.js";
import { keepFocus } from "../focus.js";
import { remember } from "../navigation.js";
import { tell } from "../notices.js";
import { addToQueue, onChange, playing } from "../player/engine.js";
import { entriesOf, showPlaying } from "../player/entries.js";
import { queue } from "../player/queue.js";
import { fetchPart, SONGS, scroller } from "./library-dom.js";

// How near the end comes before more is loaded: at first only what fills the window, then well ahead of who scrolls.
const FIRST_BEFORE_THE_END_PX = 100;
const BEFORE_THE_END_PX = 1500;
const AT_THE_TOP_PX = 160;
const BEFORE_THE_END_SONGS = 3;

/**
 * The rows of a page go to the end; a day that goes on gets no second heading.
 * @param {HTMLElement} rows `[data-rows]`
 * @param {Document} page
 * @returns {Element[]} the rows that came
 */
function append(rows, page) {
  const added = [];
  for (const group of page.querySelectorAll("[data-rows] > .day-rows")) {
    const last = /** @type {HTMLElement | null} */ (rows.lastElementChild);
    const [own, present] = [group.querySelector("ol"), last?.querySelector("ol")];
    if (!own) continue;
    added.push(...own.children);
    if (present && last?.dataset.day === /** @type {HTMLElement} */ (group).dataset.day) present.append(...own.children);
    else rows.append(group);
  }
  return added;
}

/**
 * @param {HTMLElement} library
 * @param {HTMLElement} more
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} false where it could not be had: it is not asked for again by itself
 */
async function loadMore(library, more, signal) {
  const link = more.querySelector("a");
  const rows = library.querySelector("[data-rows]");
  if (!link || !(rows instanceof HTMLElement) || more.ariaBusy === "true") return true;
  more.ariaBusy = "true";
  const page = await fetchPart(link.href);
  more.ariaBusy = "false";
  if (signal.aborted) return false;
  if (!page?.querySelector("[data-songs]")) {
    tell("More songs could not be loaded.", { tone: "bad", action: "Try again", act: () => void loadMore(library, more, signal) });
    return false;
  }
  takeIn(library, rows, page, link.href, signal);
  const next = page.querySelector("[data-more] a");
  if (next) {
    link.href = new URL(next.getAttribute("href") ?? "", link.href).href;
    return true;
  }
  const hadFocus = more.contains(document.activeElement);
  more.remove();
  if (hadFocus) keepFocus(library.querySelector(".is-focused"));
  return true;
}

/**
 * @param {HTMLElement} library
 * @param {HTMLElement} rows
 * @param {Document} page
 * @param {string} address
 * @param {AbortSignal} signal
 */
function takeIn(library, rows, page, address, signal) {
  const before = entriesOf(rows).at(-1);
  const added = append(rows, page);
  if (added[0] instanceof HTMLElement) added[0].dataset.page = address;
  for (const row of added) beginIn(row, signal);
  showPlaying();
  // A list that plays goes on; what plays from elsewhere is left as it is.
  const isPlayed = before && queue.entries.some((entry) => entry.id === before.id);
  if (isPlayed) addToQueue(added.flatMap(entriesOf));
}

/** Whether the song that plays is one of the last. @param {HTMLElement} library */
function isPlayedToTheEnd(library) {
  return entriesOf(library).slice(-BEFORE_THE_END_SONGS).some((entry) => entry.id === playing.entry?.id);
}

/** The address names the page that is read, and the history its row. @param {HTMLElement} library @param {string} first */
function keepPlace(library, first) {
  const edge = scroller().getBoundingClientRect().top;
  const top = Math.max(edge, 0) + AT_THE_TOP_PX;
  const starts = /** @type {HTMLElement[]} */ ([...library.querySelectorAll("[data-page]")]);
  const page = starts.findLast((row) => row.getBoundingClientRect().top <= top)?.dataset.page ?? first;
  if (page !== location.href) history.replaceState(history.state, "", page);
  const row = [...library.querySelectorAll(SONGS)].find((one) => one.getBoundingClientRect().bottom > top);
  if (row instanceof HTMLElement) remember({ row: row.dataset.trackId, from: row.getBoundingClientRect().top });
}

/** After a reload: back to the row that was read. @param {HTMLElement} library */
function returnToPlace(library) {
  const { row: id, from } = history.state ?? {};
  const row = id ? library.querySelector(`[data-track-id="${CSS.escape(id)}"]`) : null;
  if (row) scroller().scrollTop += row.getBoundingClientRect().top - from;
}

behaviour("[data-songs]", (library, signal) => {
  const first = location.href;
  let waiting = 0;
  const onScroll = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => library.isConnected && keepPlace(library, first), 150);
  };
  document.addEventListener("scroll", onScroll, { signal, capture: true, passive: true });
  // The navigation sets its own idea of the place first.
  if (history.state?.row) requestAnimationFrame(() => returnToPlace(library));
  const more = library.querySelector("[data-more]");
  const link = more?.querySelector("a");
  if (!link) return;
  // In full, for the list may go on while another page has the address.
  link.setAttribute("href", link.href);
  more.addEventListener(
    "click",
    (/** @type {MouseEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      loadMore(library, more, signal);
    },
    { signal },
  );
  // On any page, for as long as this one is kept: the queue is this list.
  onChange("song", () => library.contains(more) && isPlayedToTheEnd(library) && loadMore(library, more, signal), signal);
  const root = scroller() === document.scrollingElement ? null : scroller();
  /** @param {number} pixels */
  const watch = (pixels) => {
    // Under load several changes come at once, the latest last.
    const observer = new IntersectionObserver(
      async (entries) => {
        if (!entries.at(-1)?.isIntersecting || !library.isConnected) return;
        if (await loadMore(library, more, signal)) again(observer, more);
      },
      { root, rootMargin: `0px 0px ${pixels}px` },
    );
    observer.observe(more);
    signal.addEventListener("abort", () => observer.disconnect());
    return observer;
  };
  const near = watch(FIRST_BEFORE_THE_END_PX);
  const widen = () => {
    near.disconnect();
    watch(BEFORE_THE_END_PX);
  };
  document.addEventListener("scroll", widen, { signal, capture: true, passive: true, once: true });
});

/** An observer tells changes only: where the end is still near, it is asked anew. @param {IntersectionObserver} observer @param {Element} more */
function again(observer, more) {
  observer.unobserve(more);
  if (more.isConnected) observer.observe(more);
}
