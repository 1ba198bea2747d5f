// Reviews and stars are saved at once, wherever they are given, and can be undone. The page shows them before the
// server has answered, and takes them back where it refuses.
// @ts-check
import { send } from "./api.js";
import { tell } from "./notices.js";
import { forgetFacts } from "./player/preload.js";

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
 * Saves a review or a rating of a song. "decision:made" tells every part of the page: `{id, values}`.
 * @param {{id: number, title: string}} song
 * @param {Record<string, unknown>} from what it was
 * @param {Record<string, unknown>} to `{review}` or `{rating}`
 */
export async function decide(song, from, to) {
  await decideAll([{ ...song, from, to }], sentence(song.title, to));
}

/**
 * Saves several decisions of one press, which are taken back together.
 * @param {Decision[]} decisions
 * @param {string} said what is told once all are saved
 */
export async function decideAll(decisions, said) {
  const results = await Promise.all(decisions.map((one) => save(one, one.from, one.to)));
  const saved = decisions.filter((_, place) => results[place]);
  if (saved.length) done.push(saved);
  if (saved.length === decisions.length) tell(said, { tone: "ok", action: "Undo", act: undo });
}

/** Takes the last decision back. */
export async function undo() {
  const last = done.pop();
  if (!last) return tell("There is no decision of this tab to undo.");
  const results = await Promise.all(last.map((one) => save(one, one.to, one.from)));
  if (results.every(Boolean)) tell(`Undone: ${last.map(({ title }) => title).join(", ")}`);
}

/**
 * @param {{id: number, title: string}} song
 * @param {Record<string, unknown>} from
 * @param {Record<string, unknown>} to
 */
async function save({ id, title }, from, to) {
  show(id, to);
  const answer = await send("PATCH", `tracks/${id}/`, to);
  forgetFacts(id);
  if (answer.ok) return true;
  show(id, from);
  tell(`${title}: not saved. ${answer.problem}`, { tone: "bad" });
  return false;
}

/** @param {number} id @param {Record<string, unknown>} values */
function show(id, values) {
  document.dispatchEvent(new CustomEvent("decision:made", { detail: { id, values } }));
}

/** @param {string} title @param {Record<string, unknown>} to */
function sentence(title, to) {
  if ("review" in to) return `${WORDS[/** @type {keyof typeof WORDS} */ (to.review)]}: ${title}`;
  return to.rating === null ? `No stars: ${title}` : `${to.rating} of 5 stars: ${title}`;
}
