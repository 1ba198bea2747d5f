// The song on the lock screen, headphones and media keys.
// @ts-check
import { audio, length, next, onChange, playing, previous, seek, toggle } from "./engine.js";

export function startMediaSession() {
  if (!("mediaSession" in navigator)) return;
  const { mediaSession } = navigator;
  mediaSession.setActionHandler("play", toggle);
  mediaSession.setActionHandler("pause", () => audio.pause());
  mediaSession.setActionHandler("stop", () => audio.pause());
  mediaSession.setActionHandler("previoustrack", previous);
  mediaSession.setActionHandler("nexttrack", next);
  // Without this one the lock screen's bar cannot be dragged on iOS; with steps beside it iOS shows no "next".
  mediaSession.setActionHandler("seekto", (details) => seek(details.seekTime ?? 0));
  for (const name of /** @type {const} */ (["song", "facts"])) onChange(name, showSong);
  for (const name of ["loadedmetadata", "seeked", "play", "pause", "ratechange"]) audio.addEventListener(name, showPlace);
}

async function showSong() {
  const { entry, facts } = playing;
  if (!entry) return;
  const artwork = facts ? await picture(facts) : [];
  if (playing.entry !== entry) return;
  navigator.mediaSession.metadata = new MediaMetadata({ title: entry.title, artist: facts?.style ?? "", artwork });
}

/**
 * The size is that of the picture itself: a wrong one makes the browser choose a blurry picture.
 * @param {import("./preload.js").Facts} facts
 */
async function picture({ cover: src, cover_type: type, cover_size: sizes }) {
  if (sizes && sizes !== "any") return [{ src, type, sizes }];
  const image = Object.assign(new Image(), { src });
  await image.decode().catch(() => {});
  return image.naturalWidth ? [{ src, type, sizes: `${image.naturalWidth}x${image.naturalHeight}` }] : [];
}

/** Only with a length that is known, and when something changed: never for each tick. */
function showPlace() {
  if (!length()) return;
  const position = Math.min(audio.currentTime, length());
  navigator.mediaSession.setPositionState({ duration: length(), playbackRate: audio.playbackRate, position });
}
