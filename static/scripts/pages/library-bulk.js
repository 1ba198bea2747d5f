// The bar of what can be done with the chosen songs; one call for all, and a way back where there is one.
// @ts-check
import { inTurn, send } from "../api.js";
import { behaviour } from "../behaviours.js";
import { undoable } from "../decisions.js";
import { closeMenu } from "../focus.js";
import { register } from "../keys.js";
import { tell } from "../notices.js";
import { addToQueue } from "../player/engine.js";
import { entryOf } from "../player/entries.js";
import { forgetFacts } from "../player/preload.js";
import { closest } from "./library-dom.js";
import { focusedRow, focusRow } from "./library-keys.js";
import { clearSelection, select, selected, selectedIds } from "./library-selection.js";

/** @typedef {{id: number, outcome: string, detail: string, before: unknown}} Result */

// What was done to how many songs, and what was so before.
const DONE = {
  review: (/** @type {string} */ count, /** @type {unknown} */ value) => `${count} ${value === "new" ? "back in review" : value}`,
  rate: (/** @type {string} */ count, /** @type {unknown} */ value) => `${count}: ${value ? `${value} of 5 stars` : "no stars"}`,
  playlist: (/** @type {string} */ count) => `${count} added to the playlist`,
  tag: (/** @type {string} */ count) => `${count} tagged`,
  archive: (/** @type {string} */ count) => `Missing files of ${count} are fetched again`,
  stems: (/** @type {string} */ count) => `Stems of ${count} ordered`,
  wav: (/** @type {string} */ count) => `WAV files of ${count} ordered`,
  park: (/** @type {string} */ count) => `${count} parked`,
  unpark: (/** @type {string} */ count) => `${count} taken back from parked`,
};
const SAME = /** @type {Record<string, string>} */ ({
  playlist: "in it already",
  tag: "tagged already",
  park: "parked already",
  unpark: "not parked",
  archive: "with no file to fetch",
  stems: "had or awaited them before",
  wav: "had or awaited it before",
});
// What a result means for the values that rows show.
const FIELD = /** @type {Record<string, string>} */ ({ review: "review", rate: "rating" });

/** What is chosen, and what one of it is called: a take where rows stand for several. @typedef {{ids: number[], noun: "song" | "take"}} Chosen */

/** @param {number} count @param {Chosen["noun"]} [noun] */
const counted = (count, noun = "song") => `${count} ${noun}${count === 1 ? "" : "s"}`;

/**
 * @param {keyof typeof DONE} what
 * @param {Chosen} chosen
 * @param {unknown} [value]
 * @returns {Promise<boolean>} whether the server took it
 */
async function doToMany(what, { ids, noun }, value) {
  const body = value === undefined ? { ids, do: what } : { ids, do: what, value };
  const sending = inTurn(() => send("POST", "tracks/bulk/", body));
  const act = FIELD[what] && undoable(sending.then((answer) => wayBack(what, changedOf(answer), noun)));
  const answer = await sending;
  if (!answer.ok) return tell(`Nothing was done. ${answer.problem}`, { tone: "bad" }), false;
  const changed = changedOf(answer);
  for (const { id } of changed) show(id, what, value);
  tellResult(what, { value, noun }, answer.body.results, act && changed.length ? { action: "Undo", act } : {});
  return true;
}

/** @param {import("../api.js").Answer} answer @returns {Result[]} */
function changedOf({ ok, body }) {
  return ok ? body.results.filter((/** @type {Result} */ one) => one.outcome === "changed") : [];
}

/** @param {keyof typeof DONE} what @param {Result[]} changed @param {Chosen["noun"]} noun */
function wayBack(what, changed, noun) {
  return changed.length ? () => takeBack(what, changed, noun) : null;
}

/** @param {number} id @param {string} what @param {unknown} value */
function show(id, what, value) {
  forgetFacts(id);
  if (!FIELD[what]) return;
  document.dispatchEvent(new CustomEvent("decision:made", { detail: { id, values: { [FIELD[what]]: value }, isSaved: true } }));
}

/**
 * @param {keyof typeof DONE} what
 * @param {{value: unknown, noun: Chosen["noun"]}} how
 * @param {Result[]} results
 * @param {import("../notices.js").Notice} undo
 */
function tellResult(what, { value, noun }, results, undo) {
  const changed = results.filter((one) => one.outcome === "changed");
  const failed = results.filter((one) => ["refused", "failed", "missing"].includes(one.outcome));
  const same = results.length - changed.length - failed.length;
  const parts = changed.length || !same ? [DONE[what](counted(changed.length, noun), value)] : [];
  if (same) parts.push(`${parts.length ? same : counted(same, noun)} ${SAME[what] ?? "so already"}`);
  if (failed.length) parts.push(`${failed.length} not: ${failed[0].detail}`);
  tell(`${parts.join(", ")}${failed.length ? "" : "."}`, { tone: failed.length ? "bad" : "ok", ...undo });
}

/** Each song gets the value that it had: one call for each such value. @param {keyof typeof DONE} what @param {Result[]} changed @param {Chosen["noun"]} noun */
async function takeBack(what, changed, noun) {
  for (const before of new Set(changed.map((one) => one.before))) {
    const ids = changed.filter((one) => one.before === before).map((one) => one.id);
    const answer = await inTurn(() => send("POST", "tracks/bulk/", { ids, do: what, value: before }));
    if (!answer.ok) return void tell(`Not all could be undone. ${answer.problem}`, { tone: "bad" });
    for (const id of ids) show(id, what, before);
  }
  tell(`Undone: ${counted(changed.length, noun)}.`);
}

/** @param {HTMLElement} button */
function valueOf({ dataset }) {
  if (dataset.bulkDo === "rate") return dataset.value ? Number(dataset.value) : null;
  if (dataset.bulkDo === "playlist") return Number(dataset.value);
  return dataset.value;
}

behaviour("[data-bulk]", (bar, signal) => {
  const library = /** @type {HTMLElement} */ (document.querySelector("[data-library]") ?? bar.parentElement?.querySelector("[data-library]"));
  /** @returns {Chosen} */
  const chosen = () => {
    const ids = selectedIds(library);
    return { ids, noun: ids.length > selected(library).length ? "take" : "song" };
  };
  const has = () => !bar.hidden;

  library.addEventListener("selection:changed", () => showSelection(bar, library), { signal });
  bar.addEventListener(
    "click",
    (/** @type {MouseEvent} */ { target }) => {
      const button = closest(target, "button");
      if (!button) return;
      const { bulkDo, bulkPark } = button.dataset;
      if (bulkDo) doToMany(/** @type {keyof typeof DONE} */ (bulkDo), chosen(), valueOf(button));
      if (bulkPark) doToMany(bulkPark === "true" ? "park" : "unpark", chosen(), bulkPark === "true" ? "" : undefined);
      if (button.matches("[data-bulk-queue]")) queueSelected(library);
      if (button.matches("[data-bulk-clear]")) clearSelection(library);
      if (bulkDo || bulkPark || button.matches("[data-bulk-queue]")) closeMenuOf(button);
    },
    { signal },
  );
  onForm(bar, "[data-bulk-new-tag]", signal, (fields) => doToMany("tag", chosen(), [String(fields.get("tag"))]));
  onForm(bar, "[data-bulk-new-playlist]", signal, (fields) => makePlaylist(bar, String(fields.get("name")), chosen()));

  bar.querySelector("[data-bulk-tag]")?.addEventListener("toggle", () => offerTags(bar), { signal });

  const hasSong = () => has() || focusedRow(library) !== null;
  const keys = [
    { of: "[data-bulk-playlist]", keys: ["p"], shown: ["P"], does: "Put the chosen into a playlist", act: () => open("[data-bulk-playlist]"), when: hasSong },
    { of: "[data-bulk-tag]", keys: ["t"], shown: ["T"], does: "Tag the chosen", act: () => open("[data-bulk-tag]"), when: hasSong },
    { of: "[data-bulk-do=review]", keys: ["a"], shown: ["A"], does: "Approve the chosen", act: () => doToMany("review", chosen(), "approved"), when: has },
    { of: "[data-bulk-do=review]", keys: ["r"], shown: ["R"], does: "Reject the chosen", act: () => doToMany("review", chosen(), "rejected"), when: has },
  ];
  register("List", keys.filter(({ of }) => bar.querySelector(of) !== null), library, signal);
  const goTo = () => /** @type {HTMLElement | null} */ (bar.querySelector("button, a"))?.focus();
  register("List", [{ keys: ["g s"], shown: ["G", "S"], does: "What can be done with the chosen", act: goTo }], library, signal);

  /** Where nothing is chosen, the row with the focus is. @param {string} selector */
  function open(selector) {
    const row = focusedRow(library);
    if (!has() && row) select(library, row, true);
    const menu = bar.querySelector(selector);
    if (!(menu instanceof HTMLDetailsElement)) return;
    menu.open = true;
    /** @type {HTMLElement | null} */ (menu.querySelector(".menu button, .menu input"))?.focus();
  }
});

/** @param {Element} inside */
function closeMenuOf(inside) {
  const menu = closest(inside, "details[open]");
  if (menu) closeMenu(menu);
}

/**
 * @param {HTMLElement} bar
 * @param {string} selector
 * @param {AbortSignal} signal
 * @param {(fields: FormData) => Promise<boolean>} act whether it was done; where not, what was typed stays
 */
function onForm(bar, selector, signal, act) {
  const form = bar.querySelector(selector);
  let isSending = false;
  form?.addEventListener(
    "submit",
    async (event) => {
      event.preventDefault();
      if (!(form instanceof HTMLFormElement) || isSending) return;
      isSending = true;
      const isDone = await act(new FormData(form));
      isSending = false;
      if (!isDone) return;
      form.reset();
      closeMenuOf(form);
    },
    { signal },
  );
}

/** The tags of the team, once somebody wants one. @param {HTMLElement} bar */
async function offerTags(bar) {
  const list = bar.querySelector("[data-bulk-tags]");
  if (!list || list.children.length) return;
  const answer = await send("GET", "tags/?page_size=100");
  const names = /** @type {{name: string}[]} */ (answer.body?.results ?? []).map(({ name }) => name);
  list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
}

/** @param {HTMLElement} bar @param {string} name @param {Chosen} chosen @returns {Promise<boolean>} whether there is such a playlist now */
async function makePlaylist(bar, name, chosen) {
  const made = await send("POST", "playlists/", { name });
  if (!made.ok) return tell(`The playlist was not made. ${made.problem}`, { tone: "bad" }), false;
  const choice = Object.assign(document.createElement("button"), { type: "button", dir: "auto", textContent: made.body.name });
  Object.assign(choice.dataset, { bulkDo: "playlist", value: String(made.body.id) });
  bar.querySelector("[data-bulk-playlist] .menu")?.prepend(choice);
  await doToMany("playlist", chosen, made.body.id);
  return true;
}

/** @param {HTMLElement} library */
function queueSelected(library) {
  const entries = selected(library).map((row) => row.querySelector("[data-play]")).map((button) => button && entryOf(button));
  const found = /** @type {import("../player/queue.js").Entry[]} */ (entries.filter(Boolean));
  addToQueue(found);
  tell(`${counted(found.length)} added to the queue.`);
}

/** @param {HTMLElement} bar @param {HTMLElement} library */
function showSelection(bar, library) {
  const rows = selected(library);
  const ids = selectedIds(library);
  const focused = focusedRow(library);
  if (!rows.length && bar.contains(document.activeElement) && focused) focusRow(library, focused);
  bar.hidden = rows.length === 0;
  bar.querySelector("[data-bulk-count]")?.replaceChildren(`${counted(rows.length)} selected`);
  bar.querySelector("[data-bulk-takes]")?.replaceChildren(ids.length > rows.length ? counted(ids.length, "take") : "");
  bar.querySelector("[data-bulk-zip]")?.setAttribute("href", `/api/v1/tracks/export.zip?ids=${ids.join(",")}`);
}
