// The button that switches between system, light and dark colours.
// @ts-check

const ORDER = ["auto", "light", "dark"];
const WORDS = { auto: "System", light: "Light", dark: "Dark" };

/** @param {HTMLElement} button */
export function themeSwitch(button) {
  const word = button.querySelector("[data-theme-word]");
  const show = () => {
    const theme = document.documentElement.dataset.theme || "auto";
    if (word) word.textContent = WORDS[theme] ?? WORDS.auto;
    button.setAttribute("aria-label", `Colours: ${WORDS[theme] ?? WORDS.auto}. Change`);
  };
  button.addEventListener("click", () => {
    const now = ORDER.indexOf(document.documentElement.dataset.theme || "auto");
    const theme = ORDER[(now + 1) % ORDER.length];
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("theme", theme);
    show();
  });
  show();
  button.hidden = false;
}
