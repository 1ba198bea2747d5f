// What the admin's pages have besides Django's own scripts: the choice of theme, keys, menus that close, focus.
// @ts-check
import { startAppearance } from "./appearance.js";
import { register, showKeys, startKeys } from "./keys.js";
import { forgetSession } from "./player/memory.js";

const OPEN = "details:is(.me, .drop)[open]";

function focusSearch() {
  const field = document.querySelector("main input[type=search]");
  if (field instanceof HTMLInputElement) field.select();
}

/** @param {string} address */
const go = (address) => () => location.assign(address);

/** @param {Node | null} [except] what was pressed: the menu around it stays open */
function closeMenus(except = null) {
  for (const menu of document.querySelectorAll(OPEN)) if (!menu.contains(except)) menu.removeAttribute("open");
}

/** Closes the menu that has the focus, and gives it back to what opened it. */
function escape() {
  const opener = document.activeElement?.closest(OPEN)?.querySelector("summary");
  closeMenus();
  opener?.focus();
}

register("Everywhere", [
  { keys: ["/"], shown: ["/"], does: "Search", act: focusSearch },
  { keys: ["g l"], shown: ["G", "L"], does: "Library", act: go("/") },
  { keys: ["g o"], shown: ["G", "O"], does: "Order", act: go("/tasks/new/") },
  { keys: ["g t"], shown: ["G", "T"], does: "Tasks", act: go("/tasks/") },
  { keys: ["?"], shown: ["?"], does: "Show these keys", act: showKeys },
  { keys: ["Escape"], shown: ["Esc"], does: "Close", act: escape },
]);

// Whoever comes next to this browser is not told what was heard.
if (document.querySelector("[data-logged-out]")) forgetSession();
startKeys();
startAppearance();
document.addEventListener("click", ({ target }) => closeMenus(target instanceof Node ? target : null));
// Django's widget for many choices names its icons, which is no use to anybody without a role.
window.addEventListener("load", () => {
  for (const icon of document.querySelectorAll(".selector .help-tooltip[aria-label]")) icon.setAttribute("role", "img");
});
// A form that came back: to the first field that is not right yet, else to what is said about all of it.
const fault = document.querySelector("[aria-invalid=true]") ?? document.querySelector(".errornote");
if (fault instanceof HTMLElement) {
  fault.tabIndex = fault.matches(".errornote") ? -1 : fault.tabIndex;
  fault.focus();
}
// The rail holds more lists than a low window shows.
document.querySelector(".rail-scroll [aria-current]")?.scrollIntoView({ block: "nearest" });
