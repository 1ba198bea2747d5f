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

/** Each is what one press decided. @type {Decision[][]} */
const done = [];

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
  await inTurn(() => saveAll(decisions, said));
}

/** @param {Decision[]} decisions @param {string} said */
async function saveAll(decisions, said) {
  const results = await Promise.all(decisions.map((one) => save(one, one.from, one.to)));
  const saved = decisions.filter((_, place) => results[place]);
  if (saved.length) done.push(saved);
  if (saved.length === decisions.length) tell(said, { tone: "ok", action: "Undo", act: undo });
}

/** Takes the last decision back. */
export function undo() {
  return inTurn(takeBack);
}

async function takeBack() {
  const last = done.pop();
  if (!last) return tell("There is no decision of this tab to undo.");
  for (const { id, from } of last) show(id, from);
  const results = await Promise.all(last.map((one) => save(one, one.to, one.from)));
  if (results.every(Boolean)) tell(`Undone: ${last.map(({ title }) => title).join(", ")}`);
}

/**
 * @param {{id: number, title: string}} song
 * @param {Record<string, unknown>} from
 * @param {Record<string, unknown>} to
 */
async function save({ id, title }, from, to) {
  const answer = await send("PATCH", `tracks/${id}/`, to);
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
