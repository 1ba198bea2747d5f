// What the scripts of the library know of its markup.
// @ts-check

/** Rows and covers of songs, in the order of the page. */
export const SONGS = ":is(.row, .card)[data-track-id]";
/** Whatever the arrow keys stop at: songs, and lines about what is on its way. */
export const STOPS = ":is(.row, .card):is([data-track-id], [data-arrival])";

const phone = matchMedia("(max-width: 760px)");

/** The element that scrolls the list; see navigation.js. */
export function scroller() {
  return phone.matches ? /** @type {Element} */ (document.scrollingElement) : /** @type {Element} */ (document.querySelector("main"));
}

/** @param {EventTarget | null} target @param {string} selector @returns {HTMLElement | null} */
export function closest(target, selector) {
  const found = target instanceof Element ? target.closest(selector) : null;
  return found instanceof HTMLElement ? found : null;
}

/** @param {ParentNode} place @param {number | string} id @returns {HTMLElement[]} a song may stand in its row and among its takes */
export function rowsOf(place, id) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll(`[data-track-id="${CSS.escape(String(id))}"]`))];
}

/** @param {HTMLElement} row */
export function songOf(row) {
  return { id: Number(row.dataset.trackId), title: row.dataset.title ?? "" };
}

/** A part of a page that the server draws. @param {string} address @returns {Promise<Document | null>} null where it fails */
export async function fetchPart(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html", "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok || !(answer.headers.get("Content-Type") ?? "").startsWith("text/html")) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** The filters of the list, to be asked for again. @param {HTMLElement} library @param {Record<string, string>} more */
export function queryOf(library, more = {}) {
  const query = new URLSearchParams(library.dataset.query);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return query.toString();
}
