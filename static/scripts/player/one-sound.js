// One sound at a time: what starts stops every other sound of this page, and those of other tabs.
// @ts-check

/** @param {EventTarget | null} [except] */
function stop(except = null) {
  for (const media of /** @type {NodeListOf<HTMLMediaElement>} */ (document.querySelectorAll("audio, video"))) {
    // What leaves is ended by what comes after it (decks.js).
    if (media !== except && !media.hasAttribute("data-leaving")) media.pause();
  }
}

export function startOneSound() {
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("player") : null;
  tabs?.addEventListener("message", () => stop());
  // Events of media do not bubble, but every one passes here on its way down.
  document.addEventListener(
    "play",
    ({ target }) => {
      stop(target);
      tabs?.postMessage("playing");
    },
    { capture: true },
  );
}
