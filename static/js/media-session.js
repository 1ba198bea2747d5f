// The song on the lock screen, headphones and media keys.
// @ts-check

/** @param {HTMLAudioElement} audio */
export function mediaSession(audio) {
  if (!("mediaSession" in navigator)) return;
  const { mediaSession } = navigator;
  mediaSession.metadata = new MediaMetadata({
    title: audio.dataset.title,
    artist: audio.dataset.artist,
    artwork: artwork(audio),
  });
  const jump = (/** @type {number} */ seconds) => (audio.currentTime = Math.max(0, audio.currentTime + seconds));
  mediaSession.setActionHandler("play", () => audio.play());
  mediaSession.setActionHandler("pause", () => audio.pause());
  mediaSession.setActionHandler("stop", () => audio.pause());
  mediaSession.setActionHandler("seekbackward", (details) => jump(-(details.seekOffset ?? 10)));
  mediaSession.setActionHandler("seekforward", (details) => jump(details.seekOffset ?? 10));
  // Without this one the lock screen's bar cannot be dragged on iOS.
  mediaSession.setActionHandler("seekto", (details) => (audio.currentTime = details.seekTime ?? 0));

  const place = () => {
    if (!Number.isFinite(audio.duration) || audio.duration <= 0) return;
    const position = Math.min(audio.currentTime, audio.duration);
    mediaSession.setPositionState({ duration: audio.duration, playbackRate: audio.playbackRate, position });
  };
  for (const name of ["loadedmetadata", "seeked", "play", "pause", "ratechange"]) audio.addEventListener(name, place);
}

/** The size is that of the loaded picture, as a wrong one makes the browser choose a blurry picture. @param {HTMLAudioElement} audio */
function artwork(audio) {
  const cover = document.querySelector(".hero img.cover");
  if (!audio.dataset.cover || !(cover instanceof HTMLImageElement)) return [];
  const sizes = cover.naturalWidth ? `${cover.naturalWidth}x${cover.naturalHeight}` : "";
  return [{ src: audio.dataset.cover, type: audio.dataset.coverType, ...(sizes ? { sizes } : {}) }];
}
