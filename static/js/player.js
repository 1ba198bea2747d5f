// The page of a track: connects the parts of the player to its one audio element.
// @ts-check
import { begun, readCues } from "./cues.js";
import { follower } from "./follow.js";
import { highlighter } from "./highlight.js";
import { explain, listen } from "./keys.js";
import { mediaSession } from "./media-session.js";
import { playerBar } from "./player-bar.js";

const audio = /** @type {HTMLAudioElement} */ (document.querySelector("#player"));
const bar = playerBar(/** @type {HTMLElement} */ (document.querySelector("[data-bar]")), audio);
const help = /** @type {HTMLDialogElement} */ (document.querySelector("#help"));

/** @type {import("./cues.js").Cue[]} */
let cues = [];
let mark = (/** @type {number} */ _time) => {};
let backToLine = () => {};
let showSheet = () => {};

/** Reads the sheet; again when lyrics arrive or change while the page is open. */
function readSheet() {
  const sheet = /** @type {HTMLElement | null} */ (document.querySelector("[data-sheet]"));
  const button = /** @type {HTMLElement | null} */ (document.querySelector("[data-to-line]"));
  cues = sheet ? readCues(sheet) : [];
  if (!sheet || !button || !cues.length) return;
  sheet.classList.add("is-following");
  const follow = follower(sheet, button);
  mark = highlighter(cues, (reached) => follow.to(cues[reached]?.element ?? null));
  backToLine = follow.resume;
  showSheet = follow.intoView;
  mark(audio.currentTime);
}

/** @param {number} time seconds */
function jump(time) {
  bar.seek(time);
  backToLine();
}

/** @param {number} steps lines forward; from within a line, back goes to its own beginning first */
function jumpLines(steps) {
  const here = begun(cues, audio.currentTime) - 1;
  const inside = here >= 0 && audio.currentTime - cues[here].start > 1;
  const wanted = here + steps + (steps < 0 && inside ? 1 : 0);
  jump(cues[Math.min(wanted, cues.length - 1)]?.start ?? 0);
}

function frame() {
  mark(audio.currentTime);
  bar.draw();
  if (!audio.paused) requestAnimationFrame(frame);
}

function openHash() {
  const time = Number(new URLSearchParams(location.hash.slice(1)).get("t") ?? NaN);
  if (!Number.isFinite(time)) return;
  if (audio.readyState) jump(time);
  else audio.addEventListener("loadedmetadata", () => jump(time), { once: true });
}

const keys = [
  { keys: [" ", "k"], shown: ["Space", "K"], does: "Play or pause", act: bar.toggle },
  { keys: ["arrowleft"], shown: ["←"], does: "Back 5 seconds", act: () => jump(audio.currentTime - 5) },
  { keys: ["arrowright"], shown: ["→"], does: "Forward 5 seconds", act: () => jump(audio.currentTime + 5) },
  { keys: ["j"], shown: ["J"], does: "Back 10 seconds", act: () => jump(audio.currentTime - 10) },
  { keys: ["l"], shown: ["L"], does: "Forward 10 seconds", act: () => jump(audio.currentTime + 10) },
  { keys: ["home"], shown: ["Home"], does: "To the beginning", act: () => jump(0) },
  { keys: ["end"], shown: ["End"], does: "To the end", act: () => jump(Infinity) },
  { keys: ["m"], shown: ["M"], does: "Sound off or on", act: bar.mute },
  { keys: ["?"], shown: ["?"], does: "Show these keys", act: () => help.showModal() },
];

readSheet();
if (cues.length) {
  const lines = [
    { keys: ["arrowup"], shown: ["↑"], does: "To the line before", act: () => jumpLines(-1) },
    { keys: ["arrowdown"], shown: ["↓"], does: "To the next line", act: () => jumpLines(1) },
  ];
  keys.splice(5, 0, ...lines);
}
listen(keys);
explain(keys, /** @type {Element} */ (help.querySelector("[data-help]")));
mediaSession(audio);
openHash();

document.addEventListener("live:changed", ({ target }) => {
  if (target instanceof Element && target.matches('[data-live="lyrics"]')) readSheet();
});
document.querySelector("[data-keys]")?.addEventListener("click", () => help.showModal());
document.addEventListener("click", ({ target }) => {
  const place = target instanceof Element ? target.closest("[data-lyric-line], [data-jump]") : null;
  if (!(place instanceof HTMLElement)) return;
  jump(Number(place.dataset.start ?? place.dataset.jump));
  audio.play().catch(() => {});
});
audio.addEventListener("play", frame);
audio.addEventListener("play", () => showSheet());
for (const name of ["timeupdate", "seeking", "seeked", "pause", "ended"]) {
  audio.addEventListener(name, () => mark(audio.currentTime));
}
// After seeking by slider or media key the reader wants to read there.
audio.addEventListener("seeking", () => backToLine());
window.addEventListener("hashchange", openHash);
