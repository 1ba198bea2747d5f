// Keeps a page current while something on it is still to come: fetches the page again and replaces the
// regions that changed, matched by their `data-live`. It pauses while the page is hidden or nothing is open,
// and never discards what a person typed.
// @ts-check

const MIN_WAIT_MS = 4000;
const MAX_WAIT_MS = 30000;

export function keepCurrent() {
  let wait = MIN_WAIT_MS;
  const refresh = async () => {
    if (!document.querySelector("[data-live-open]")) return;
    if (!document.hidden) wait = (await replaceRegions()) ? MIN_WAIT_MS : Math.min(wait * 1.3, MAX_WAIT_MS);
    setTimeout(refresh, wait);
  };
  setTimeout(refresh, wait);
}

/** @returns {Promise<boolean>} whether something changed */
async function replaceRegions() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (fresh.querySelector("#player") && !document.querySelector("#player")) return loadPlayer();
  let changed = false;
  for (const region of document.querySelectorAll("[data-live]")) {
    const counterpart = fresh.querySelector(`[data-live="${region.getAttribute("data-live")}"]`);
    if (counterpart && replace(region, counterpart)) changed = true;
  }
  return changed;
}

/** Loads the page, now that it has a player; offers it only, while a form is in use. */
function loadPlayer() {
  const isInUse = hasChanges(document.body) || document.activeElement?.closest("form");
  if (!isInUse) location.reload();
  const offer = document.querySelector("[data-live-ready]");
  const isNew = !isInUse || offer?.hasAttribute("hidden") === true;
  offer?.removeAttribute("hidden");
  return isNew;
}

/** @param {Element} place whether a form in it holds what is not saved: typed since, or refused by the server */
function hasChanges(place) {
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

/**
 * @param {Element} region
 * @param {Element} fresh
 */
function replace(region, fresh) {
  region.toggleAttribute("data-live-open", fresh.hasAttribute("data-live-open"));
  if (region.contains(document.activeElement) || hasChanges(region) || textOf(region) === textOf(fresh)) return false;
  region.innerHTML = fresh.innerHTML;
  if (fresh.hasAttribute("data-tone")) region.setAttribute("data-tone", fresh.getAttribute("data-tone") ?? "");
  region.dispatchEvent(new CustomEvent("live:changed", { bubbles: true }));
  return true;
}

/** The text alone: form tokens differ each time, and so does what a script set. @param {Element} region */
function textOf(region) {
  return region.textContent?.replace(/\s+/g, " ").trim() ?? "";
}
