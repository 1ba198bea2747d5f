// The page of a playlist: songs are moved and removed in place, and what others change is told.
// @ts-check
import { behaviour } from "../behaviours.js";
import { closeMenu } from "../focus.js";
import { register } from "../keys.js";
import { reload } from "../navigation.js";
import { tell } from "../notices.js";
import { closest } from "./library-dom.js";
import { focusedRow } from "./library-keys.js";
import "./playlist-bar.js";
import { startDragging } from "./playlist-drag.js";
import { listOf, moveRow, removeRow, rowsIn } from "./playlist-order.js";

const LOOK_MS = 15_000;

/** @typedef {import("./playlist-order.js").List} List */

/** The small forms of a row, in place. @param {List} list @param {SubmitEvent} event */
function onSubmit(list, event) {
  const form = event.target;
  const row = closest(form, ".row");
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-entry]") || !row) return;
  event.preventDefault();
  const menu = closest(form, "details");
  if (menu) closeMenu(menu);
  const button = /** @type {HTMLButtonElement} */ (event.submitter);
  if (button.value === "remove") return void removeRow(list, row);
  const step = Number(button.dataset.step ?? 0);
  const typed = /** @type {HTMLInputElement} */ (form.querySelector("input[name=to]"));
  moveRow(list, row, step ? Number(row.dataset.place) + step : Number(typed.value));
  typed.value = "";
}

/** @param {List} list @param {AbortSignal} signal */
function startKeys(list, signal) {
  const row = () => focusedRow(list.place);
  const step = (/** @type {number} */ by) => {
    const own = row();
    if (own) moveRow(list, own, Number(own.dataset.place) + by);
  };
  const remove = () => {
    const own = row();
    if (own) removeRow(list, own);
  };
  const has = () => row() !== null;
  register(
    "Playlist",
    [
      { keys: ["alt+ArrowUp"], shown: ["Alt", "↑"], does: "Move the song up", act: () => step(-1), when: has },
      { keys: ["alt+ArrowDown"], shown: ["Alt", "↓"], does: "Move the song down", act: () => step(1), when: has },
      { keys: ["Delete"], shown: ["Del"], does: "Remove it from the playlist", act: remove, when: has },
    ],
    list.place,
    signal,
  );
}

/** Asks whether somebody else changed it; nothing moves before one wants to see it. @param {List} list */
async function look(list) {
  const { place } = list;
  const known = place.dataset.seen;
  const answer = await fetch(`/playlists/${list.id}/changed.json`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (answer?.status === 404) return tell("Somebody deleted this playlist. Its songs stay in the library.", { tone: "bad" });
  if (!answer?.ok || list.waiting || place.dataset.seen !== known) return;
  if ((await answer.json()).updated_at !== known) offerToShow(place);
}

/** @param {HTMLElement} place */
function offerToShow(place) {
  if (place.querySelector(".new-line")) return;
  const line = Object.assign(document.createElement("div"), { className: "new-line" });
  const words = "Somebody else changed this playlist: show";
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: words });
  button.addEventListener("click", () => reload());
  line.setAttribute("role", "status");
  line.append(button);
  place.prepend(line);
}

/** @param {List} list @param {AbortSignal} signal */
function watch(list, signal) {
  const isSeen = () => list.place.isConnected && document.visibilityState === "visible";
  const atOnce = () => void (isSeen() && look(list));
  const timer = setInterval(atOnce, LOOK_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener("visibilitychange", atOnce, { signal });
  document.addEventListener("page:shown", (event) => /** @type {CustomEvent} */ (event).detail.isBack && atOnce(), { signal });
}

behaviour("[data-playlist]", (/** @type {HTMLElement} */ place, signal) => {
  const list = listOf(place);
  watch(list, signal);
  if (!place.hasAttribute("data-may-change") || !rowsIn(place).length) return;
  place.addEventListener("submit", (event) => onSubmit(list, event), { signal });
  startKeys(list, signal);
  startDragging(list, signal);
});
