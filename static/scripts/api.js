// Requests to the REST API with this session.
// @ts-check

/**
 * @typedef {object} Answer
 * @property {boolean} ok
 * @property {number} status 0 where no server answered
 * @property {any} body
 * @property {string} problem a sentence for people; blank where it is ok
 */

const OFFLINE = "The server did not answer; try again.";

/** The token of the session as it is now: a login in another tab makes that of this page an old one. */
function csrfToken() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length) ?? "";
}

/**
 * @param {string} method
 * @param {string} path below /api/v1/
 * @param {unknown} [body] sent as JSON
 * @returns {Promise<Answer>} never fails
 */
export async function send(method, path, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" };
  const text = body === undefined ? undefined : JSON.stringify(body);
  const answer = await fetch(`/api/v1/${path}`, { method, headers, body: text }).catch(() => null);
  if (!answer) return { ok: false, status: 0, body: null, problem: OFFLINE };
  const content = await answer.json().catch(() => null);
  return { ok: answer.ok, status: answer.status, body: content, problem: answer.ok ? "" : problemOf(answer.status, content) };
}

/** Resolved once all that was given to `inTurn` has ended. @type {Promise<unknown>} */
let turn = Promise.resolve();

/**
 * Calls it once whatever was given before has ended: for changes of which the last one has to win.
 * @template T
 * @param {() => Promise<T>} act
 */
export function inTurn(act) {
  const mine = turn.then(act);
  turn = mine.catch(() => {});
  return mine;
}

/** @param {number} status @param {any} content */
function problemOf(status, content) {
  if (status === 401) return "Your session has ended: log in again in another tab, then repeat this.";
  if (status === 404) return "It is no longer there: somebody has deleted it. Load the page again.";
  const details = (content?.errors ?? []).map((/** @type {{detail: string}} */ one) => one.detail);
  return details.join(" ") || `The server answered ${status}.`;
}
