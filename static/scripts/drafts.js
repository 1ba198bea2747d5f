// Drafts of lyrics that this browser keeps, and how long.
// @ts-check

/** What the name of each draft begins with. */
export const DRAFTS = "lyric-draft:";
const MAX_AGE_MS = 30 * 24 * 3600 * 1000;

/** Forgets drafts that nobody has touched for 30 days, and those that cannot be read. */
export function forgetOldDrafts() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(DRAFTS) && !(keptAt(name) > Date.now() - MAX_AGE_MS)) localStorage.removeItem(name);
    }
  } catch {
    // Where nothing can be kept, nothing is.
  }
}

/** @param {string} name @returns {number} when it was kept, as Date.now(); NaN where it does not say */
function keptAt(name) {
  try {
    return Number(JSON.parse(localStorage.getItem(name) ?? "null")?.at ?? NaN);
  } catch {
    return NaN;
  }
}
