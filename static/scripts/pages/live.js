// Keeps a page current while something on it is still to come: fetches it again and replaces the parts that
// changed, matched by their `data-live`. It pauses while the page is hidden or nothing is open, and never
// discards what a person typed.
// @ts-check
import { beginIn, behaviour } from "../behaviours.js";

const MIN_WAIT_MS = 4000;
const MAX_WAIT_MS = 30000;

/**
 * @param {Element} page its parts that are still open have `data-live-open`
 * @param {AbortSignal} signal
 */
function keepCurrent(page, signal) {
  let wait = MIN_WAIT_MS;
  const refresh = async () => {
    if (signal.aborted || !page.querySelector("[data-live-open]")) return;
    const isSeen = page.isConnected && !document.hidden;
    if (isSeen) wait = (await replaceParts(page, signal)) ? MIN_WAIT_MS : Math.min(wait * 1.3, MAX_WAIT_MS);
    setTimeout(refresh, wait);
  };
  setTimeout(refresh, wait);
}

/**
 * @param {Element} page
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether something changed
 */
async function replaceParts(page, signal) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal }).catch(() => null);
  if (!answer?.ok || answer.redirected || !page.isConnected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  let changed = false;
  for (const part of page.querySelectorAll("[data-live]")) {
    const counterpart = fresh.querySelector(`[data-live="${part.getAttribute("data-live")}"]`);
    if (counterpart && replace(part, counterpart, signal)) changed = true;
  }
  return changed;
}

/** @param {Element} place whether a form in it holds what was typed and is not saved */
function hasChanges(place) {
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
 * @param {Element} part
 * @param {Element} fresh
 * @param {AbortSignal} signal
 */
function replace(part, fresh, signal) {
  part.toggleAttribute("data-live-open", fresh.hasAttribute("data-live-open"));
  if (part.contains(document.activeElement) || hasChanges(part) || textOf(part) === textOf(fresh)) return false;
  part.innerHTML = fresh.innerHTML;
  if (fresh.hasAttribute("data-tone")) part.setAttribute("data-tone", fresh.getAttribute("data-tone") ?? "");
  for (const child of part.children) beginIn(child, signal);
  part.dispatchEvent(new CustomEvent("rows:added", { bubbles: true }));
  return true;
}

/** The text alone: form tokens differ each time, and so does what a script set. @param {Element} part */
function textOf(part) {
  return part.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

behaviour("[data-live-page]", keepCurrent);
