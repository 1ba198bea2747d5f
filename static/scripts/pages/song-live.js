// A song's page that waits for something follows it: what changed is swapped in, and nothing typed is lost.
// @ts-check
import { behaviour } from "../behaviours.js";
import { reload } from "../navigation.js";
import { fetchPage, follow, hasChanges, isToBeReplaced } from "./live-parts.js";

/** @param {HTMLElement} main @param {AbortSignal} signal */
function followSong(main, signal) {
  const isOpen = () => main.hasAttribute("data-live-open");
  follow(main, isOpen, (address) => bringUpToDate(main, address, signal), signal);
}

/**
 * @param {HTMLElement} main
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether something changed
 */
async function bringUpToDate(main, address, signal) {
  const fresh = await fetchPage(address, signal);
  if (!fresh || !main.isConnected) return false;
  if (isPlayable(fresh) && !isPlayable(main)) return showSong(main);
  main.toggleAttribute("data-live-open", fresh.querySelector("main")?.hasAttribute("data-live-open") ?? false);
  let hasChanged = false;
  for (const region of main.querySelectorAll("[data-live]")) {
    const counterpart = fresh.querySelector(`[data-live="${region.getAttribute("data-live")}"]`);
    if (counterpart && swap(region, counterpart)) hasChanged = true;
  }
  if (hasChanged) main.querySelector("[data-listen]")?.dispatchEvent(new CustomEvent("words:changed"));
  return hasChanged;
}

/** @param {ParentNode} page */
const isPlayable = (page) => page.querySelector(".listen-foot [data-play]") !== null;

/** Shows the whole page anew now that it plays; offers it only, while a form is in use. @param {HTMLElement} main */
function showSong(main) {
  const isInUse = hasChanges(main) || document.activeElement?.closest("main form") !== null;
  if (!isInUse) {
    reload();
    return true;
  }
  const offer = main.querySelector("[data-live-ready]");
  const isNew = offer?.hasAttribute("hidden") === true;
  offer?.removeAttribute("hidden");
  return isNew;
}

/**
 * @param {Element} region
 * @param {Element} fresh
 */
function swap(region, fresh) {
  if (!isToBeReplaced(region, fresh)) return false;
  region.replaceChildren(...fresh.childNodes);
  for (const name of ["data-tone", "title"]) region.setAttribute(name, fresh.getAttribute(name) ?? "");
  return true;
}

/** @param {HTMLElement} button @param {AbortSignal} signal */
function startLoad(button, signal) {
  button.addEventListener("click", () => reload(), { signal });
}

behaviour("main[data-song][data-live-open]", followSong);
behaviour("[data-live-load]", startLoad);
