// What pages that follow their work have in common: they ask again while something is open, and lose nothing typed.
// @ts-check

const MIN_WAIT_MS = 4000;
const MAX_WAIT_MS = 30000;

/**
 * Looks again and again, seldom where nothing changes, and not while the page cannot be seen.
 * @param {Element} page
 * @param {() => boolean} isOpen whether something is still to come
 * @param {(address: string) => Promise<boolean>} look whether something changed; the address is the page's own, for
 *   that of the window may be another's already
 * @param {AbortSignal} signal
 */
export function follow(page, isOpen, look, signal) {
  const address = location.href;
  let wait = MIN_WAIT_MS;
  const again = async () => {
    if (signal.aborted || !isOpen()) return;
    const isSeen = page.isConnected && !document.hidden;
    if (isSeen) wait = (await look(address)) ? MIN_WAIT_MS : Math.min(wait * 1.3, MAX_WAIT_MS);
    setTimeout(again, wait);
  };
  setTimeout(again, wait);
}

/** @param {string} address @param {AbortSignal} signal @returns {Promise<Document | null>} null where it cannot be had */
export async function fetchPage(address, signal) {
  const headers = { Accept: "text/html", "X-Requested-With": "fetch" };
  try {
    const answer = await fetch(address, { headers, signal });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

/** @param {Element} region whether it may be replaced by this: it differs, and nobody is at work in it @param {Element} fresh */
export function isToBeReplaced(region, fresh) {
  return !region.contains(document.activeElement) && !hasChanges(region) && textOf(region) !== textOf(fresh);
}

/** @param {Element} place whether a form in it holds what is not saved: typed since, or refused by the server */
export function hasChanges(place) {
  if (place.querySelector("form[data-unsaved]")) return true;
  return [...place.querySelectorAll("form :is(input, textarea, select)")].some(isChanged);
}

/** @param {Element} field */
function isChanged(field) {
  if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLInputElement)) return false;
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}

/** The text alone: form tokens differ each time, and so does what a script set. @param {Element} region */
function textOf(region) {
  return region.textContent?.replace(/\s+/g, " ").trim() ?? "";
}
