// The scripts of every page.
// @ts-check
import { applyAtOnce, copy, count, need, preview, sendOnce, takeTime } from "./forms.js";
import { keepCurrent } from "./live.js";
import { dock } from "./dock.js";
import { themeSwitch } from "./theme-switch.js";

/**
 * @template {HTMLElement} E
 * @param {string} selector
 * @param {(element: E) => void} act
 */
function each(selector, act) {
  document.querySelectorAll(selector).forEach((element) => act(/** @type {E} */ (element)));
}

each("[data-theme-switch]", themeSwitch);
each("form[data-auto]", applyAtOnce);
each("output[data-count]", count);
each("[data-required-when]", need);
each("details[data-preview]", preview);
each("button[data-take-time]", takeTime);
each("form[data-once]", sendOnce);
each("button[data-copy]", copy);
each("[data-dock]", dock);
keepCurrent();

document.addEventListener("keydown", (event) => {
  const search = document.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
  if (!(search instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.activeElement?.matches("input, select, textarea")) return;
  event.preventDefault();
  search.focus();
});
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (target instanceof Node && !menu.contains(target)) menu.removeAttribute("open");
  }
});
