// The panel of the queue: what plays next, in an order that can be changed, and how it repeats.
// @ts-check
import { keepFocus } from "../focus.js";
import { changeQueue, onChange, playing, step } from "./engine.js";
import { queue, remove, shift } from "./queue.js";

const REPEATS = { off: "all", all: "one", one: "off" };
const WORDS = { off: "Repeat: off", all: "Repeat: all", one: "Repeat: this song" };

/** @type {HTMLElement | null} */
let panel = null;
/** What had the focus when it was opened. @type {Element | null} */
let before = null;
const opener = () => document.querySelector('[data-do="queue"]');

export function toggleQueue() {
  if (panel) return close();
  before = document.activeElement;
  panel = Object.assign(document.createElement("aside"), { className: "queue-panel" });
  panel.setAttribute("aria-label", "Queue");
  document.querySelector("[data-dock]")?.before(panel);
  opener()?.setAttribute("aria-expanded", "true");
  show();
  panel.querySelector("button")?.focus();
}

/** @returns {boolean} whether it was open */
export function close() {
  if (!panel) return false;
  panel.remove();
  panel = null;
  opener()?.setAttribute("aria-expanded", "false");
  keepFocus(before, opener());
  return true;
}

function show() {
  if (!panel) return;
  const held = document.activeElement instanceof HTMLElement && panel.contains(document.activeElement) ? document.activeElement : null;
  const place = held ? [...panel.querySelectorAll("li")].findIndex((item) => item.contains(held)) : -1;
  const list = document.createElement("ol");
  list.append(...queue.entries.map(row));
  panel.replaceChildren(head(), queue.entries.length ? list : empty());
  if (!held) return;
  const rows = panel.querySelectorAll("li");
  const next = rows[Math.min(place, rows.length - 1)];
  const key = held.dataset.key ?? "";
  const [again, song] = [key, key.replace(/^[a-z]+-/, "play-")].map((name) => panel?.querySelector(`[data-key="${CSS.escape(name)}"]`));
  keepFocus(again, song, next?.querySelector("button"), panel.querySelector("button"));
}

function head() {
  const place = Object.assign(document.createElement("header"), { className: "queue-head" });
  const count = `${queue.entries.length} song${queue.entries.length === 1 ? "" : "s"}`;
  place.append(
    Object.assign(document.createElement("h2"), { textContent: "Queue" }),
    Object.assign(document.createElement("span"), { className: "quiet", textContent: count }),
    control("repeat", WORDS[queue.repeat], "", () => changeQueue((one) => (one.repeat = /** @type {any} */ (REPEATS[one.repeat])))),
    control("close", "Close the queue", "cross", () => close()),
  );
  return place;
}

function empty() {
  const text = "Nothing is queued. Play a song of a list, and the list goes on after it.";
  return Object.assign(document.createElement("p"), { className: "quiet", textContent: text });
}

/**
 * @param {import("./queue.js").Entry} entry
 * @param {number} place
 */
function row(entry, place) {
  const item = document.createElement("li");
  const isNow = entry.id === playing.entry?.id;
  item.classList.toggle("is-now", isNow);
  if (entry.hue) item.dataset.hue = entry.hue;
  const title = Object.assign(document.createElement("button"), { type: "button", className: "queue-title", dir: "auto" });
  title.textContent = entry.title;
  title.dataset.key = `play-${entry.id}`;
  if (isNow) title.setAttribute("aria-current", "true");
  title.addEventListener("click", () => step(entry));
  item.append(title);
  if (place > 0) item.append(control(`up-${entry.id}`, `Move ${entry.title} up`, "up", () => changeQueue(() => shift(entry.id, -1))));
  if (!isNow && place !== queue.at) item.append(control(`out-${entry.id}`, `Remove ${entry.title}`, "cross", () => changeQueue(() => remove(entry.id))));
  return item;
}

/**
 * A button with a word, or with an icon that the word names.
 * @param {string} key
 * @param {string} word
 * @param {string} icon
 * @param {() => void} act
 */
function control(key, word, icon, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: icon ? "ib ib-s" : "btn-text" });
  made.dataset.key = key;
  if (icon) {
    made.setAttribute("aria-label", word);
    made.innerHTML = `<svg class="i" aria-hidden="true"><use href="#i-${icon}"/></svg>`;
  } else made.textContent = word;
  made.addEventListener("click", act);
  return made;
}

export function startQueuePanel() {
  opener()?.addEventListener("click", toggleQueue);
  for (const name of /** @type {const} */ (["queue", "song"])) onChange(name, show);
}
