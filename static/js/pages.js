// The scripts of a page in the old frame.
// @ts-check
import { themeSwitch } from "./theme-switch.js";

document.querySelectorAll("[data-theme-switch]").forEach((button) => themeSwitch(/** @type {HTMLElement} */ (button)));
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (target instanceof Node && !menu.contains(target)) menu.removeAttribute("open");
  }
});
