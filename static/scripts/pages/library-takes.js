// The takes of a request open under its row. Without scripts the link leads to the page of the request.
// @ts-check
import { behaviour } from "../behaviours.js";
import { tell } from "../notices.js";
import { showPlaying } from "../player/entries.js";
import { closest, fetchPart, queryOf } from "./library-dom.js";

/**
 * @param {HTMLElement} library
 * @param {HTMLElement} row
 * @returns {Promise<boolean>} whether they are open now
 */
export async function toggleTakes(library, row) {
  const opener = row.querySelector("[data-open-takes]");
  if (!opener) return false;
  const open = row.nextElementSibling;
  if (open?.matches(".stack")) {
    open.remove();
    opener.setAttribute("aria-expanded", "false");
    return false;
  }
  const part = await fetchPart(`/takes/${row.dataset.task}/?${queryOf(library)}`);
  const stack = part?.querySelector(".stack");
  if (!stack) return tell("The takes could not be loaded. Try again, or open the song: it asks you to log in if your session has ended."), false;
  // A second press meanwhile has opened them already.
  if (!row.nextElementSibling?.matches(".stack")) row.after(stack);
  opener.setAttribute("aria-expanded", "true");
  showPlaying();
  return true;
}

behaviour("[data-library]", (library, signal) => {
  for (const opener of library.querySelectorAll("[data-open-takes]")) opener.setAttribute("aria-expanded", "false");
  library.addEventListener(
    "click",
    (/** @type {MouseEvent} */ event) => {
      const row = closest(closest(event.target, "[data-open-takes]"), ".row");
      if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      toggleTakes(library, row);
    },
    { signal },
  );
});
