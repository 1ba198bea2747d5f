// Reviews and stars are saved at once, wherever they are given, and can be undone. The page shows them before the
// server has answered, and takes them back where it refuses.
// @ts-check
import { inTurn, send } from "./api.js";
import { tell } from "./notices.js";
import { factsOf, forgetFacts } from "./player/preload.js";

const WORDS = { approved: "Approved", rejected: "Rejected", new: "Back in review" };

/**
 * @typedef {object} Decision
 * @property {number} id
 * @property {string} title
 * @property {Record<string, unknown>} from
 * @property {Record<string, unknown>} to
 */

/** Takes back what one press decided, and says so. @typedef {() => Promise<void>} Way */

/** What was pressed, the latest last: its way back once it is saved, null where nothing was. @type {Set<Promise<Way | null>>} */
const pressed = new Set();

/**
 * Makes Z take this back, from the moment of the press: before it is saved, too.
 * @param {Promise<Way | null>} way
 * @returns {() => Promise<void>} takes back this very press
 */
export function undoable(way) {
  pressed.add(way);
  way.then((found) => found ?? pressed.delete(way));
  return () => goBack(way);
}

/** @param {Promise<Way | null>} way */
async function goBack(way) {
  pressed.delete(way);
  await (await way)?.();
}

/**
 * Saves a review or a rating of a song. "decision:made" tells every part of the page: `{id, values, isSaved}`, at
 * once and again when the server has answered.
 * @param {{id: number, title: string}} song
 * @param {Record<string, unknown>} from what it was
 * @param {Record<string, unknown>} to `{review}` or `{rating}`
 */
export async function decide(song, from, to) {
  await decideAll([{ ...song, from, to }], sentence(song.title, to));
}

/**
 * Saves several decisions of one press, which are taken back together. Presses are saved one after the other.
 * @param {Decision[]} decisions
 * @param {string} said what is told once all are saved
 */
export async function decideAll(decisions, said) {
  for (const { id, to } of decisions) show(id, to);
  const saving = inTurn(() => saveAll(decisions));
  const act = undoable(saving.then((saved) => (saved.length ? () => takeBack(saved) : null)));
  if ((await saving).length === decisions.length) tell(said, { tone: "ok", action: "Undo", act });
}

/** @param {Decision[]} decisions @returns {Promise<Decision[]>} those that the server took */
async function saveAll(decisions) {
  const results = await Promise.all(decisions.map((one) => save(one, one.from, one.to)));
  return decisions.filter((_, place) => results[place]);
}

/** @param {Decision[]} decisions */
async function takeBack(decisions) {
  const back = decisions.map((one) => ({ ...one, from: one.to, to: one.from }));
  for (const { id, to } of back) show(id, to);
  const saved = await inTurn(() => saveAll(back));
  if (saved.length === back.length) tell(`Undone: ${back.map(({ title }) => title).join(", ")}`);
}

/** Takes the last decision back. */
export async function undo() {
  const last = [...pressed].at(-1);
  if (!last) return tell("There is no decision of this tab to undo.");
  await goBack(last);
}

/**
 * @param {{id: number, title: string}} song
 * @param {Record<string, unknown>} from
 * @param {Record<string, unknown>} to
 */
async function save({ id, title }, from, to) {
  // What somebody else decided meanwhile is not overwritten unseen. A reason is no value of the song.
  const { reason, ...shown } = from;
  const answer = await send("PATCH", `tracks/${id}/`, { ...to, shown });
  forgetFacts(id);
  show(id, answer.ok ? to : await valuesNow(id, from), true);
  if (!answer.ok) tell(`${title}: not saved. ${answer.problem}`, { tone: "bad" });
  return answer.ok;
}

/** What the server has, else what was shown before. @param {number} id @param {Record<string, unknown>} before */
async function valuesNow(id, before) {
  const facts = /** @type {any} */ (await factsOf(id)) ?? before;
  return Object.fromEntries(Object.keys(before).map((name) => [name, facts[name]]));
}

/** @param {number} id @param {Record<string, unknown>} values @param {boolean} [isSaved] */
function show(id, values, isSaved = false) {
  document.dispatchEvent(new CustomEvent("decision:made", { detail: { id, values, isSaved } }));
}

/** @param {string} title @param {Record<string, unknown>} to */
function sentence(title, to) {
  if ("review" in to) return `${WORDS[/** @type {keyof typeof WORDS} */ (to.review)]}: ${title}`;
  return to.rating === null ? `No stars: ${title}` : `${to.rating} of 5 stars: ${title}`;
}
