// What the player remembers: its settings for ever, the song and its queue for this tab.
// @ts-check

/**
 * @param {string} name
 * @param {number} otherwise
 */
export function rememberedNumber(name, otherwise) {
  const value = Number(localStorage.getItem(name) ?? NaN);
  return Number.isFinite(value) ? value : otherwise;
}

/**
 * @param {string} name
 * @param {number | string} value
 */
export function rememberSetting(name, value) {
  try {
    localStorage.setItem(name, String(value));
  } catch {
    // A full or forbidden storage costs the setting, not the music.
  }
}

/** @returns {any} what was kept when this tab last left a page by the browser; null the first time */
export function rememberedSession() {
  try {
    return JSON.parse(sessionStorage.getItem("player") ?? "null");
  } catch {
    return null;
  }
}

/** @param {object} session */
export function rememberSession(session) {
  try {
    sessionStorage.setItem("player", JSON.stringify(session));
  } catch {
    // As above.
  }
}
