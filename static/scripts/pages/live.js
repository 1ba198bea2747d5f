// Keeps a page current while something on it is still to come: fetches it again and replaces the parts that
// changed, matched by their `data-live`.
// @ts-check
import { beginIn, behaviour } from "../behaviours.js";
import { fetchPage, follow, isToBeReplaced } from "./live-parts.js";

/**
 * @param {Element} page its parts that are still open have `data-live-open`
 * @param {AbortSignal} signal
 */
function keepCurrent(page, signal) {
  const isOpen = () => page.querySelector("[data-live-open]") !== null;
  follow(page, isOpen, (address) => replaceParts(page, address, signal), signal);
}

/**
 * @param {Element} page
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether something changed
 */
async function replaceParts(page, address, signal) {
  const fresh = await fetchPage(address, signal);
  if (!fresh || !page.isConnected) return false;
  let changed = false;
  for (const part of page.querySelectorAll("[data-live]")) {
    const counterpart = fresh.querySelector(`[data-live="${part.getAttribute("data-live")}"]`);
    if (counterpart && replace(part, counterpart, signal)) changed = true;
  }
  return changed;
}

/**
 * @param {Element} part
 * @param {Element} fresh
 * @param {AbortSignal} signal
 */
function replace(part, fresh, signal) {
  part.toggleAttribute("data-live-open", fresh.hasAttribute("data-live-open"));
  if (!isToBeReplaced(part, fresh)) return false;
  part.replaceChildren(...fresh.childNodes);
  if (fresh.hasAttribute("data-tone")) part.setAttribute("data-tone", fresh.getAttribute("data-tone") ?? "");
  for (const child of part.children) beginIn(child, signal);
  part.dispatchEvent(new CustomEvent("rows:added", { bubbles: true }));
  return true;
}

behaviour("[data-live-page]", keepCurrent);
