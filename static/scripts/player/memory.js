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

/**
 * What was kept when this tab last left a page by the browser. What another user left is forgotten.
 * @param {string} user
 * @returns {any} null where nothing was kept
 */
export function rememberedSession(user) {
  try {
    const kept = JSON.parse(sessionStorage.getItem("player") ?? "null");
    if (kept?.user === user) return kept;
  } catch {
    // What cannot be read is worth nothing.
  }
  forgetSession();
  return null;
}

/** @param {string} user @param {object} session */
export function rememberSession(user, session) {
  try {
    sessionStorage.setItem("player", JSON.stringify({ ...session, user }));
  } catch {
    // As above.
  }
}

/** At a logout. */
export function forgetSession() {
  sessionStorage.removeItem("player");
}
