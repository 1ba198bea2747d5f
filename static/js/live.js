// Keeps a page current while something on it is still to come: asks for the page again and takes over
// what changed. Regions are matched by their `data-live`; it rests when the page is hidden or nothing is open.
// @ts-check

const EVERY_MS = 4000;
const AT_MOST_MS = 30000;

export function keepCurrent() {
  let wait = EVERY_MS;
  const look = async () => {
    if (!document.querySelector("[data-live-open]")) return;
    if (!document.hidden) wait = (await takeOver()) ? EVERY_MS : Math.min(wait * 1.3, AT_MOST_MS);
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
}

/** @returns {Promise<boolean>} whether something changed */
async function takeOver() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (fresh.querySelector("#player") && !document.querySelector("#player")) {
    location.reload();
    return true;
  }
  let changed = false;
  for (const region of document.querySelectorAll("[data-live]")) {
    const its = fresh.querySelector(`[data-live="${region.getAttribute("data-live")}"]`);
    if (its && replace(region, its)) changed = true;
  }
  return changed;
}

/**
 * @param {Element} region
 * @param {Element} fresh
 */
function replace(region, fresh) {
  region.toggleAttribute("data-live-open", fresh.hasAttribute("data-live-open"));
  if (region.contains(document.activeElement) || told(region) === told(fresh)) return false;
  region.innerHTML = fresh.innerHTML;
  if (fresh.hasAttribute("data-tone")) region.setAttribute("data-tone", fresh.getAttribute("data-tone") ?? "");
  region.dispatchEvent(new CustomEvent("live:changed", { bubbles: true }));
  return true;
}

/** The text alone: form tokens differ each time, and what a script set is no news. @param {Element} region */
function told(region) {
  return region.textContent?.replace(/\s+/g, " ").trim() ?? "";
}
