// The menu's switches: system, light or dark colours, and less motion. Kept by the browser.
// @ts-check

const ORDER = ["auto", "light", "dark"];
const root = document.documentElement;

/** Shows the present choices in the menu; again after the menu was replaced. */
export function showAppearance() {
  const theme = root.dataset.theme || "auto";
  for (const word of document.querySelectorAll("[data-theme-word]")) {
    word.textContent = `Theme: ${theme === "auto" ? "system" : theme}`;
  }
  for (const button of document.querySelectorAll("[data-motion-switch]")) {
    button.setAttribute("aria-pressed", String(root.dataset.motion === "less"));
  }
}

/** @param {Event} event */
function change({ target }) {
  if (!(target instanceof Element)) return;
  if (target.closest("[data-theme-switch]")) {
    root.dataset.theme = ORDER[(ORDER.indexOf(root.dataset.theme || "auto") + 1) % ORDER.length];
    localStorage.setItem("theme", root.dataset.theme);
  } else if (target.closest("[data-motion-switch]")) {
    if (root.dataset.motion === "less") delete root.dataset.motion;
    else root.dataset.motion = "less";
    localStorage.setItem("motion", root.dataset.motion ?? "");
  } else return;
  showAppearance();
}

export function startAppearance() {
  document.addEventListener("click", change);
  showAppearance();
}
