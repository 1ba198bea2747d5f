// What changes while the list is on the screen: rows are replaced in place, new songs wait behind a line at the top.
// @ts-check
import { behaviour } from "../behaviours.js";
import { visit } from "../navigation.js";
import { showPlaying } from "../player/entries.js";
import { fetchPart, queryOf, rowsOf, scroller, SONGS } from "./library-dom.js";

const SOON_MS = 4000;
const SLOW_MS = 30_000;
const MAX_ASKED = 60;

/**
 * @typedef {object} Live
 * @property {HTMLElement} library
 * @property {string} cursor the last event that this page knows
 * @property {number} pause until the next question
 * @property {Set<string>} stale songs that changed while somebody pointed at them
 * @property {AbortSignal} signal
 */

/** What is asked about: whatever is still to come, and what can be seen. @param {HTMLElement} library */
function asked(library) {
  const edge = { top: 0, bottom: innerHeight };
  const rows = /** @type {HTMLElement[]} */ ([...library.querySelectorAll(SONGS)]);
  const isSeen = (/** @type {HTMLElement} */ row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return bottom > edge.top && top < edge.bottom;
  };
  const open = rows.filter((row) => row.hasAttribute("data-open"));
  const ids = new Set([...open, ...rows.filter(isSeen)].map((row) => row.dataset.trackId ?? ""));
  const tasks = /** @type {HTMLElement[]} */ ([...library.querySelectorAll("[data-arrival]")]);
  return { ids: [...ids].slice(0, MAX_ASKED).join(","), tasks: tasks.map((line) => line.dataset.arrival).join(",") };
}

/** @param {Live} live */
async function look(live) {
  const { library } = live;
  const query = queryOf(library, { after: live.cursor, newest: library.dataset.newest ?? "0", ...asked(library) });
  const answer = await fetch(`/changes.json?${query}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok || live.signal.aborted) return slower(live);
  const { cursor, changed, tasks, new: count } = await answer.json();
  if (String(cursor) === live.cursor) slower(live);
  else live.pause = SOON_MS;
  live.cursor = String(cursor);
  library.dataset.cursor = live.cursor;
  if (count !== null) showNew(library, count);
  for (const id of changed) live.stale.add(String(id));
  if (live.stale.size || tasks.length) await replaceChanged(live, tasks);
}

/** Where nothing is on its way a look now and then is enough. @param {Live} live */
function slower(live) {
  const isOpen = live.library.querySelector("[data-open]") !== null;
  live.pause = Math.min(SLOW_MS, isOpen ? live.pause * 1.5 : SLOW_MS);
}

/** @param {Live} live @param {number[]} tasks */
async function replaceChanged(live, tasks) {
  const ready = [...live.stale].filter((id) => rowsOf(live.library, id).every((row) => !isUnderHand(row)));
  if (!ready.length && !tasks.length) return;
  const part = await fetchPart(`/rows/?${queryOf(live.library, { ids: ready.join(","), tasks: tasks.join(",") })}`);
  if (!part || live.signal.aborted) return;
  for (const id of ready) live.stale.delete(id);
  for (const fresh of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[data-track-id], [data-arrival]"))) {
    const { trackId, arrival } = fresh.dataset;
    const selector = trackId ? `[data-track-id="${trackId}"]:not(.row-take)` : `[data-arrival="${arrival}"]`;
    const old = live.library.querySelector(selector);
    if (old instanceof HTMLElement && !isUnderHand(old)) replace(old, fresh);
  }
  showPlaying();
}

/** No row changes under the pointer. @param {HTMLElement} row */
function isUnderHand(row) {
  return row.matches(":hover") || row.matches(":has(.stars input:focus)");
}

/** A fresh row takes over what a person did with the old one: choice, focus, opened takes. @param {HTMLElement} old @param {HTMLElement} fresh */
function replace(old, fresh) {
  for (const name of ["is-selected", "is-focused"]) fresh.classList.toggle(name, old.classList.contains(name));
  const [was, box] = [old.querySelector(".check input"), fresh.querySelector(".check input")];
  if (was instanceof HTMLInputElement && box instanceof HTMLInputElement) box.checked = was.checked;
  const isOpened = old.nextElementSibling?.matches(".stack") ?? false;
  fresh.querySelector("[data-open-takes]")?.setAttribute("aria-expanded", String(isOpened));
  if (old.dataset.page) fresh.dataset.page = old.dataset.page;
  const focused = placeOfFocus(old);
  old.replaceWith(fresh);
  if (focused === "row") fresh.tabIndex = -1;
  const target = focused === "row" ? fresh : focused ? fresh.querySelector(focused) : null;
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

/** @param {HTMLElement} row @returns {string} a selector of its focused control, "row", or blank */
function placeOfFocus(row) {
  const { activeElement } = document;
  if (activeElement === row) return "row";
  if (!activeElement || !row.contains(activeElement)) return "";
  const found = ["[data-play]", ".row-title", "[data-open-takes]", ".check input", "[data-review=approved]", "[data-review=rejected]"];
  return found.find((selector) => activeElement.matches(selector)) ?? "[data-play]";
}

/** @param {HTMLElement} library @param {number} count */
function showNew(library, count) {
  library.querySelector(".new-line")?.remove();
  if (!count) return;
  const line = Object.assign(document.createElement("div"), { className: "new-line" });
  const words = `${count > 99 ? "99+" : count} new`;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: words });
  button.addEventListener("click", () => showNewest());
  line.setAttribute("role", "status");
  line.append(button);
  library.prepend(line);
}

async function showNewest() {
  const url = new URL(location.href);
  url.searchParams.delete("cursor");
  await visit(url, { replace: true });
  scroller().scrollTop = 0;
}

behaviour("[data-library]", (library, signal) => {
  /** @type {Live} */
  const live = { library, cursor: library.dataset.cursor ?? "0", pause: SOON_MS, stale: new Set(), signal };
  let timer = 0;
  let isLooking = false;
  const wait = () => (timer = setTimeout(next, live.pause));
  const next = async () => {
    isLooking = true;
    if (library.isConnected && document.visibilityState === "visible") await look(live).catch(() => slower(live));
    isLooking = false;
    if (!signal.aborted) wait();
  };
  const atOnce = () => {
    if (isLooking || !library.isConnected || document.visibilityState !== "visible") return;
    clearTimeout(timer);
    live.pause = SOON_MS;
    next();
  };
  wait();
  signal.addEventListener("abort", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", atOnce, { signal });
  document.addEventListener("page:shown", atOnce, { signal });
});
