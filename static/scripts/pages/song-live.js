// A song's page that waits for something follows it: what changed is swapped in, and nothing typed is lost.
// @ts-check
import { behaviour } from "../behaviours.js";
import { reload } from "../navigation.js";

const MIN_WAIT_MS = 4000;
const MAX_WAIT_MS = 30000;

/** @param {HTMLElement} main @param {AbortSignal} signal */
function follow(main, signal) {
  let wait = MIN_WAIT_MS;
  const look = async () => {
    if (signal.aborted || !main.hasAttribute("data-live-open")) return;
    const isSeen = main.isConnected && !document.hidden;
    if (isSeen) wait = (await bringUpToDate(main, signal)) ? MIN_WAIT_MS : Math.min(wait * 1.3, MAX_WAIT_MS);
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
}

/**
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether something changed
 */
async function bringUpToDate(main, signal) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || signal.aborted || !main.isConnected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
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
function swap(region, fresh) {
  if (region.contains(document.activeElement) || hasChanges(region) || textOf(region) === textOf(fresh)) return false;
  region.replaceChildren(...fresh.childNodes);
  for (const name of ["data-tone", "title"]) region.setAttribute(name, fresh.getAttribute(name) ?? "");
  return true;
}

/** The text alone: form tokens differ each time, and so does what a script set. @param {Element} region */
function textOf(region) {
  return region.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

/** @param {HTMLElement} button @param {AbortSignal} signal */
function startLoad(button, signal) {
  button.addEventListener("click", () => reload(), { signal });
}

behaviour("main[data-song][data-live-open]", follow);
behaviour("[data-live-load]", startLoad);
