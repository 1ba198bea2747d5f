// What every page has: navigation, the player, keys, decisions. Parts of single pages are behaviours.
// @ts-check
import { showAppearance, startAppearance } from "./appearance.js";
import { undo } from "./decisions.js";
import { forgetOldDrafts } from "./drafts.js";
import { closeMenu } from "./focus.js";
import { register, showKeys, startKeys } from "./keys.js";
import { startNavigation, visit } from "./navigation.js";
import { focusNotice } from "./notices.js";
import { judgePlaying, startDock } from "./player/dock.js";
import * as engine from "./player/engine.js";
import { startEntries } from "./player/entries.js";
import { startMediaSession } from "./player/media-session.js";
import { startOneSound } from "./player/one-sound.js";
import { close as closeQueue, startQueuePanel, toggleQueue } from "./player/queue-panel.js";
import { startWaveKeys } from "./player/wave.js";

const { audio, seek } = engine;
const has = () => engine.playing.entry !== null;

const searchField = () => document.querySelector("main input[type=search]");

async function focusSearch() {
  if (!searchField()) await visit("/");
  const field = searchField();
  if (field instanceof HTMLInputElement) field.select();
}

function focusPlayer() {
  /** @type {HTMLElement | null} */ (document.querySelector("[data-dock] [data-do=toggle]"))?.focus();
}

/** Escape closes what is open, one thing at a time; from a text field it leads out, so that no words are lost. */
function escape() {
  const menu = document.querySelector("details:is(.me, .make, .views-menu, .drop)[open]");
  if (menu) closeMenu(menu);
  else if (document.activeElement?.matches("main :is(textarea, input:is(:not([type]), [type=text]))")) document.querySelector("main")?.focus({ preventScroll: true });
  else if (!closeQueue()) document.dispatchEvent(new CustomEvent("page:escape", { cancelable: true }));
}

register("Everywhere", [
  { keys: ["/"], shown: ["/"], does: "Search", act: focusSearch },
  { keys: ["shift+o"], shown: ["⇧", "O"], does: "New song", act: () => visit("/tasks/new/") },
  { keys: ["g l"], shown: ["G", "L"], does: "Library", act: () => visit("/") },
  { keys: ["g o"], shown: ["G", "O"], does: "Order", act: () => visit("/tasks/new/") },
  { keys: ["g p"], shown: ["G", "P"], does: "Playlists", act: () => visit("/playlists/") },
  { keys: ["g t"], shown: ["G", "T"], does: "Tasks", act: () => visit("/tasks/") },
  { keys: ["g d"], shown: ["G", "D"], does: "The player at the foot", act: focusPlayer },
  { keys: ["g n"], shown: ["G", "N"], does: "The notice, such as “Undo”", act: focusNotice },
  { keys: ["?"], shown: ["?"], does: "Show these keys", act: showKeys },
  { keys: ["Escape"], shown: ["Esc"], does: "Close, clear", act: escape },
]);

register("Player", [
  { keys: [" ", "k"], shown: ["Space", "K"], does: "Play or pause", act: engine.toggle, when: has },
  { keys: ["ArrowLeft"], shown: ["←"], does: "Back 5 seconds", act: () => seek(audio.currentTime - 5), when: has },
  { keys: ["ArrowRight"], shown: ["→"], does: "Forward 5 seconds", act: () => seek(audio.currentTime + 5), when: has },
  { keys: [","], shown: [","], does: "Back 10 seconds", act: () => seek(audio.currentTime - 10), when: has },
  { keys: ["."], shown: ["."], does: "Forward 10 seconds", act: () => seek(audio.currentTime + 10), when: has },
  { keys: ["shift+ArrowLeft"], shown: ["⇧", "←"], does: "Previous song", act: engine.previous, when: has },
  { keys: ["shift+ArrowRight"], shown: ["⇧", "→"], does: "Next song", act: engine.next, when: has },
  { keys: ["<"], shown: ["<"], does: "Slower", act: () => engine.changeSpeed(-1) },
  { keys: [">"], shown: [">"], does: "Faster", act: () => engine.changeSpeed(1) },
  { keys: ["l"], shown: ["L"], does: "Loop: from here, to here, off", act: engine.loopHere, when: has },
  { keys: ["m"], shown: ["M"], does: "Sound off or on", act: engine.mute },
  { keys: ["q"], shown: ["Q"], does: "Queue", act: toggleQueue },
]);

// Who may not judge has no such keys, as no such buttons.
if (document.querySelector("[data-judge]")) {
  register("Judge the song that plays", [
    { keys: ["a"], shown: ["A"], does: "Approve", act: () => judgePlaying({ review: "approved" }), when: has },
    { keys: ["r"], shown: ["R"], does: "Reject", act: () => judgePlaying({ review: "rejected" }), when: has },
    ...[1, 2, 3, 4, 5].map((stars) => ({
      keys: [String(stars)],
      shown: [String(stars)],
      does: `${stars} star${stars > 1 ? "s" : ""}`,
      act: () => judgePlaying({ rating: stars }),
      when: has,
    })),
    { keys: ["0"], shown: ["0"], does: "No stars", act: () => judgePlaying({ rating: null }), when: has },
    { keys: ["z"], shown: ["Z"], does: "Undo what was done last", act: undo },
  ]);
}

forgetOldDrafts();
engine.startEngine();
startKeys();
startAppearance();
startDock();
startQueuePanel();
startMediaSession();
startOneSound();
startWaveKeys();
// Before navigation: a press on a play button is no visit to the page that it links to.
startEntries();
startNavigation();
document.addEventListener("rail:shown", showAppearance);
/** An open menu would hide what comes behind it. @param {Event} event a press, or the focus, somewhere */
function closeMenus({ target }) {
  if (target instanceof Element && target.closest("dialog")) return;
  for (const menu of document.querySelectorAll("details:is(.me, .make, .views-menu, .drop)[open]")) {
    if (target instanceof Node && !menu.contains(target)) menu.removeAttribute("open");
  }
}

for (const name of ["click", "focusin"]) document.addEventListener(name, closeMenus);

/** A double click is one press: its second half would take back what the first decided. @param {MouseEvent} event */
function ignoreSecondHalf(event) {
  if (event.detail < 2 || !(event.target instanceof Element) || !event.target.closest("button[data-review], .stars")) return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("click", ignoreSecondHalf, { capture: true });
