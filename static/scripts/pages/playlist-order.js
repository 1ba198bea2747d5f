// The order of a playlist: shown at once, saved over REST one after the other, taken back where the server refuses.
// @ts-check
import { send } from "../api.js";
import { undoable } from "../decisions.js";
import { reload, visit } from "../navigation.js";
import { tell } from "../notices.js";
import { showPlaying } from "../player/entries.js";
import { focusRow } from "./library-keys.js";

/**
 * @typedef {object} List
 * @property {HTMLElement} place `[data-playlist]`
 * @property {string} id
 * @property {number[]} known the ids of the rows in the order that the server told last
 * @property {number} waiting how many changes it has not answered yet
 * @property {Promise<unknown>} last the change before
 */

/** @param {HTMLElement} place @returns {List} */
export function listOf(place) {
  return { place, id: place.dataset.playlist ?? "", known: idsIn(place), waiting: 0, last: Promise.resolve() };
}

/** @param {HTMLElement} place @returns {HTMLElement[]} */
export function rowsIn(place) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-rows] .row"))];
}

/** @param {HTMLElement} place */
function idsIn(place) {
  return rowsIn(place).map((row) => Number(row.dataset.trackId));
}

/** The place of the first row; the page may begin further down. @param {HTMLElement} place */
function firstIn(place) {
  place.dataset.first ??= rowsIn(place)[0]?.dataset.place ?? "1";
  return Number(place.dataset.first);
}

/**
 * Moves a song to a place, counted from 1.
 * @param {List} list
 * @param {HTMLElement} row
 * @param {number} to
 */
export async function moveRow(list, row, to) {
  const { place } = list;
  const rows = rowsIn(place);
  const [from, wanted] = [rows.indexOf(row), Math.min(to, Number(place.dataset.count)) - firstIn(place)];
  if (wanted === from || to < 1) return;
  const isInSight = wanted >= 0 && wanted < rows.length;
  if (isInSight) {
    rows[wanted][wanted < from ? "before" : "after"](row);
    number(place);
    focusRow(place, row);
  }
  announce(`${row.dataset.title}: place ${to} of ${place.dataset.count}`);
  const path = `playlists/${list.id}/tracks/${row.dataset.trackId}/`;
  const isSaved = await save(list, () => send("PATCH", path, { to: to - 1 }));
  if (!isSaved || isInSight) return;
  if (place.isConnected) await reload();
  // Whoever comes back to the page is offered the order of now.
  else place.dataset.seen = "";
}

/** @param {List} list @param {HTMLElement} row */
export async function removeRow(list, row) {
  const { place } = list;
  const [rows, at, title] = [rowsIn(place), Number(row.dataset.place), row.dataset.title ?? ""];
  const neighbour = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  firstIn(place);
  row.remove();
  count(place, Number(place.dataset.count) - 1);
  number(place);
  if (neighbour) focusRow(place, neighbour);
  const path = `playlists/${list.id}/tracks/${row.dataset.trackId}/`;
  const isSaved = await save(list, () => thenRead(list, send("DELETE", path)), () => putIn(place, row, at));
  if (!isSaved) return;
  const act = undoable(Promise.resolve(() => putBack(list, row, at)));
  tell(`Removed from ${place.dataset.name}: ${title}`, { tone: "ok", action: "Undo", act });
}

/** @param {List} list @param {HTMLElement} row @param {number} at its place, counted from 1 */
async function putBack(list, row, at) {
  putIn(list.place, row, at);
  const body = { ids: [Number(row.dataset.trackId)], at: at - 1 };
  const added = () => thenRead(list, send("POST", `playlists/${list.id}/tracks/`, body));
  const isSaved = await save(list, added, () => row.remove());
  if (isSaved) tell(`Back in its place: ${row.dataset.title}`);
}

/** @param {HTMLElement} place @param {HTMLElement} row @param {number} at */
function putIn(place, row, at) {
  const rows = rowsIn(place);
  const next = rows[at - firstIn(place)];
  if (next) next.before(row);
  else place.querySelector("[data-rows] ol")?.append(row);
  count(place, Number(place.dataset.count) + 1);
  number(place);
  if (place.isConnected) focusRow(place, row);
  showPlaying();
}

/**
 * What became of a change that is answered without the playlist.
 * @param {List} list
 * @param {Promise<import("../api.js").Answer>} change
 */
async function thenRead(list, change) {
  const answer = await change;
  return answer.ok ? send("GET", `playlists/${list.id}/`) : answer;
}

/**
 * @param {List} list
 * @param {() => Promise<import("../api.js").Answer>} ask answers with the playlist
 * @param {() => void} [takeBack] what the known order does not bring back by itself
 */
async function save(list, ask, takeBack) {
  list.waiting += 1;
  const asked = list.last.then(ask);
  list.last = asked;
  const answer = await asked;
  list.waiting -= 1;
  if (answer.ok) takeIn(list, answer.body);
  else refuse(list, answer.problem, takeBack);
  return answer.ok;
}

/** @param {List} list @param {string} problem @param {() => void} [takeBack] */
function refuse(list, problem, takeBack) {
  takeBack?.();
  const { place, known } = list;
  // Rows that came later, as the list went on, stay behind them.
  if (!list.waiting) arrange(place, [...known, ...idsIn(place).filter((id) => !known.includes(id))]);
  const again = () => void (place.isConnected ? reload() : visit(`/playlists/${list.id}/`));
  tell(`Not saved, so it is as before. ${problem}`, { tone: "bad", action: "Load again", act: again });
}

/**
 * The playlist as the server has it now: with what others did meanwhile.
 * @param {List} list
 * @param {{tracks: number[], updated_at: string, count: number, duration: number}} answer
 */
function takeIn(list, answer) {
  const { place } = list;
  const first = firstIn(place) - 1;
  place.dataset.seen = answer.updated_at;
  const fields = /** @type {NodeListOf<HTMLInputElement> | undefined} */ (place.closest("main")?.querySelectorAll("input[name=seen]"));
  for (const field of fields ?? []) field.value = answer.updated_at;
  if (list.waiting || !place.isConnected) return;
  count(place, answer.count);
  const shown = idsIn(place);
  list.known = answer.tracks.slice(first, first + shown.length);
  if (!answer.tracks.length) return void reload();
  if (String(list.known) === String(shown)) return;
  tell("Somebody else changed this playlist meanwhile. Here it is as it is now.");
  if (!arrange(place, list.known)) reload();
}

/**
 * Puts the rows into an order.
 * @param {HTMLElement} place
 * @param {number[]} ids
 * @returns {boolean} whether all of them are there
 */
function arrange(place, ids) {
  const rows = new Map(rowsIn(place).map((row) => [Number(row.dataset.trackId), row]));
  const focused = document.activeElement;
  const found = ids.map((id) => rows.get(id)).filter((row) => row !== undefined);
  place.querySelector("[data-rows] ol")?.append(...found);
  for (const [id, row] of rows) if (!ids.includes(id)) row.remove();
  if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true });
  number(place);
  return found.length === ids.length;
}

/** @param {HTMLElement} place */
function number(place) {
  const first = firstIn(place);
  const total = Number(place.dataset.count);
  for (const [index, row] of rowsIn(place).entries()) {
    const at = first + index;
    row.dataset.place = String(at);
    row.querySelector(".place b")?.replaceChildren(String(at));
    row.querySelector("[data-step='-1']")?.toggleAttribute("disabled", at === 1);
    row.querySelector("[data-step='1']")?.toggleAttribute("disabled", at === total);
    row.querySelector("input[name=to]")?.setAttribute("max", String(total));
  }
}

/** @param {HTMLElement} place @param {number} total */
function count(place, total) {
  place.dataset.count = String(total);
  place.closest("main")?.querySelector("[data-count-words]")?.replaceChildren(`${total.toLocaleString("en")} song${total === 1 ? "" : "s"}`);
}

/** @param {string} text */
function announce(text) {
  document.querySelector("[data-announce]")?.replaceChildren(text);
}
