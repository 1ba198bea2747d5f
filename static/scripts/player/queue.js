// The songs that play one after another. It knows no sound and no page.
// @ts-check

/**
 * @typedef {object} Entry a song as a list shows it
 * @property {number} id
 * @property {string} title
 * @property {string} audio the address of its sound
 * @property {string} [cover]
 * @property {string} [hue]
 * @property {number} [start] where to begin, in seconds, such as the line that a search found
 */

/** @typedef {"off" | "all" | "one"} Repeat */

export const queue = {
  /** @type {Entry[]} */
  entries: [],
  at: -1,
  /** @type {Repeat} */
  repeat: "off",
};

/**
 * @param {Entry[]} entries
 * @param {number} id the song that plays now
 */
export function fill(entries, id) {
  queue.entries = entries;
  queue.at = entries.findIndex((entry) => entry.id === id);
}

/** Moves to a song; where the queue does not have it, it comes in behind the present one. @param {Entry} entry */
export function moveTo(entry) {
  const found = queue.entries.findIndex((one) => one.id === entry.id);
  if (found < 0) queue.entries.splice(queue.at + 1, 0, entry);
  queue.at = found < 0 ? queue.at + 1 : found;
}

/** Adds songs that are not in it yet, at its end. @param {Entry[]} entries */
export function append(entries) {
  const known = new Set(queue.entries.map((entry) => entry.id));
  queue.entries.push(...entries.filter((entry) => !known.has(entry.id)));
}

/** Removes a song; the one that plays stays. @param {number} id */
export function remove(id) {
  const place = queue.entries.findIndex((entry) => entry.id === id);
  if (place < 0 || place === queue.at) return;
  queue.entries.splice(place, 1);
  if (place < queue.at) queue.at -= 1;
}

/**
 * Moves a song up (−1) or down (1).
 * @param {number} id
 * @param {number} steps
 */
export function shift(id, steps) {
  const place = queue.entries.findIndex((entry) => entry.id === id);
  const wanted = place + steps;
  if (place < 0 || wanted < 0 || wanted >= queue.entries.length) return;
  const playing = queue.entries[queue.at]?.id;
  queue.entries.splice(wanted, 0, ...queue.entries.splice(place, 1));
  queue.at = queue.entries.findIndex((entry) => entry.id === playing);
}

/**
 * The song that comes after the present one; undefined at the end of all.
 * @param {1 | -1} direction
 * @param {boolean} [byItself] whether the present song ended by itself: only then "repeat one" counts
 * @returns {Entry | undefined}
 */
export function neighbour(direction, byItself = false) {
  const { entries, at, repeat } = queue;
  if (byItself && repeat === "one") return entries[at];
  const wanted = at + direction;
  if (repeat === "all" && entries.length) return entries[(wanted + entries.length) % entries.length];
  return entries[wanted];
}
