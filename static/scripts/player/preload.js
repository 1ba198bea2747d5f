// What is fetched before it is needed: a song's waveform and words, and the sound of the song to come.
// @ts-check

/**
 * @typedef {object} Wave in units of its width and height
 * @property {number} width
 * @property {number} height
 * @property {{kind: string, d: string, is_envelope: boolean}[]} paths
 * @property {{kind: string, x: number, width: number}[]} ribbon
 * @property {{at: number, text: string, fits: boolean}[]} names `at`: percent; `fits`: on a phone too
 */

/** @typedef {{id: number, time: number, text: string, by: string}} Note a note at a moment, in seconds */

/**
 * @typedef {object} Facts what /tracks/<id>/player.json says
 * @property {number} id
 * @property {string} title
 * @property {string} style
 * @property {string} provider
 * @property {string} model
 * @property {number} hue
 * @property {string} audio
 * @property {string} cover
 * @property {string} cover_type
 * @property {string | null} cover_size as `sizes` of an icon; null where it is not known
 * @property {number} duration seconds
 * @property {string} review
 * @property {number | null} rating
 * @property {string} url
 * @property {Wave} wave
 * @property {{name: string, kind: string, start: number, end: number}[]} sections
 * @property {{start: number, end: number, text: string}[]} lines
 * @property {Note[]} notes
 */

/** @typedef {import("./queue.js").Entry} Entry */

const MAX_FACTS = 60;
// A lossless song of some minutes is larger: it starts from the network, as it would without this.
const MAX_SOUND_BYTES = 40e6;

/** @type {Map<number, Promise<Facts | null>>} */
const facts = new Map();
/** The sound of one song, in memory. @type {{id: number, url: string} | null} */
let ready = null;
let wanted = -1;
/** Ends when the song that is wanted is here, or cannot be had. */
let arriving = Promise.resolve();
/** The song that plays and the one to come may both be played from memory. @type {string[]} */
let addresses = [];

/** @param {number} id @returns {Promise<Facts | null>} null where it cannot be had */
export function factsOf(id) {
  const known = facts.get(id) ?? fetchFacts(id);
  facts.delete(id);
  facts.set(id, known);
  if (facts.size > MAX_FACTS) facts.delete([...facts.keys()][0]);
  return known;
}

/** Forgets what is known of a song that has changed. @param {number} id */
export function forgetFacts(id) {
  facts.delete(id);
}

/** @param {number} id @returns {Promise<Facts | null>} */
async function fetchFacts(id) {
  const answer = await fetch(`/tracks/${id}/player.json`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  // Not all of it may come: then it is asked for again, too.
  const found = answer?.ok ? await answer.json().catch(() => null) : null;
  if (!found) facts.delete(id);
  return found;
}

/** The sounds that a page keeps in memory to switch between them, by the song. @type {Map<number, string>} */
const held = new Map();

/**
 * Keeps the sounds of these songs in memory, in place of those that were kept before.
 * @param {Entry[]} entries
 * @param {string} inUse the address that plays now, which stays
 */
export async function hold(entries, inUse) {
  for (const [id, address] of held) {
    if (inUse.startsWith(address) || entries.some((entry) => entry.id === id)) continue;
    URL.revokeObjectURL(address);
    held.delete(id);
  }
  await Promise.all(entries.filter(({ id }) => !held.has(id)).map(holdOne));
}

/** @param {Entry} entry */
async function holdOne({ id, audio }) {
  const sound = await fetchSound(audio).catch(() => null);
  if (sound) held.set(id, URL.createObjectURL(sound));
}

/** The address to play: from memory where it is there. @param {Entry} entry */
export function soundOf(entry) {
  const kept = held.get(entry.id);
  if (kept) return kept;
  return ready?.id === entry.id ? ready.url : entry.audio;
}

/**
 * Fetches the sound of the song to come, once.
 * @param {Entry} entry
 * @param {() => string} inUse the address that plays then, which stays
 * @returns {Promise<void>} ends when it is here, or cannot be had
 */
export function preload(entry, inUse) {
  if (wanted !== entry.id) arriving = fetchNext(entry, inUse);
  return arriving;
}

/** @param {Entry} entry @param {() => string} inUse */
async function fetchNext(entry, inUse) {
  wanted = entry.id;
  factsOf(entry.id);
  const sound = await fetchSound(entry.audio).catch(() => null);
  if (!sound || wanted !== entry.id) return;
  ready = { id: entry.id, url: URL.createObjectURL(sound) };
  const played = inUse();
  for (const address of addresses.filter((one) => !played.startsWith(one))) URL.revokeObjectURL(address);
  addresses = [...addresses.filter((one) => played.startsWith(one)), ready.url];
}

/** @param {string} address @returns {Promise<Blob | null>} null where it is too large */
async function fetchSound(address) {
  const answer = await fetch(address);
  if (!answer.ok) return null;
  if (Number(answer.headers.get("Content-Length") ?? Infinity) <= MAX_SOUND_BYTES) return answer.blob();
  await answer.body?.cancel();
  return null;
}
