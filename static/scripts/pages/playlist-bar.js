// What stands above a playlist's songs: play all, one after the other to the end, and sort, with a way back.
// @ts-check
import { send } from "../api.js";
import { behaviour } from "../behaviours.js";
import { undoable } from "../decisions.js";
import { closeMenu } from "../focus.js";
import { reload } from "../navigation.js";
import { tell } from "../notices.js";
import { addToQueue, onChange, play, playing, seek } from "../player/engine.js";
import { entriesOf } from "../player/entries.js";
import { queue } from "../player/queue.js";
import { fetchPart } from "./library-dom.js";

// So many songs before its end the queue gets the next page of the playlist.
const AHEAD = 5;

/** The next page of the playlist that plays, and the last song that came of it. It outlives the page. */
let rest = { next: "", last: 0 };

/** @param {Document} page @param {string} address of that page @returns {import("../player/queue.js").Entry[]} */
function takeOver(page, address) {
  const place = page.querySelector("[data-playlist]");
  const entries = place ? entriesOf(place) : [];
  const next = page.querySelector("[data-more] a")?.getAttribute("href");
  rest = { next: next ? new URL(next, address).href : "", last: entries.at(-1)?.id ?? rest.last };
  return entries;
}

async function playAll() {
  const isWhole = document.querySelector("[data-playlist] [data-place]")?.getAttribute("data-place") === "1";
  const address = location.href;
  const page = isWhole ? document : await fetchPart(location.pathname);
  const entries = page ? takeOver(page, address) : [];
  if (!entries.length) return tell("Nothing of this playlist could be played. Try again.", { tone: "bad" });
  if (entries[0].id === playing.entry?.id) seek(0);
  play(entries[0], entries);
}

async function goOn() {
  const { next, last } = rest;
  if (!next || queue.entries.length - queue.at > AHEAD) return;
  rest.next = "";
  // Another list plays by now.
  if (!queue.entries.some((entry) => entry.id === last)) return;
  const page = await fetchPart(next);
  if (page) addToQueue(takeOver(page, next));
  // Asked for again with the next song.
  else if (rest.last === last) rest.next = next;
}

onChange("song", () => void goOn());

behaviour("[data-play-all]", (link, signal) => {
  link.addEventListener(
    "click",
    (/** @type {MouseEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      playAll();
    },
    { signal },
  );
});

/** @param {HTMLFormElement} form @param {HTMLElement | null} button */
async function sort(form, button) {
  const place = document.querySelector("[data-playlist]");
  const id = place?.getAttribute("data-playlist");
  const before = await send("GET", `playlists/${id}/`);
  const options = { method: "POST", body: new FormData(form, button), headers: { Accept: "text/html", "X-Requested-With": "fetch" } };
  const answer = before.ok ? await fetch(form.action, options).catch(() => null) : null;
  if (!answer?.ok) return tell(`Not sorted. ${before.problem || "Load the page again, then repeat this."}`, { tone: "bad" });
  if (place?.isConnected) await reload();
  const act = undoable(Promise.resolve(() => unsort(String(id), before.body.tracks)));
  tell(`Sorted: ${(button?.textContent ?? "").toLowerCase()}`, { tone: "ok", action: "Undo", act });
}

/** @param {string} id @param {number[]} order */
async function unsort(id, order) {
  const now = await send("GET", `playlists/${id}/`);
  const isSame = now.ok && String([...now.body.tracks].sort()) === String([...order].sort());
  if (!isSame) return tell("It cannot be undone: somebody else changed this playlist meanwhile.", { tone: "bad" });
  const done = await send("PUT", `playlists/${id}/tracks/`, order);
  if (!done.ok) return tell(`Not undone. ${done.problem}`, { tone: "bad" });
  if (document.querySelector(`[data-playlist="${CSS.escape(id)}"]`)) await reload();
  tell("The order is as it was.");
}

behaviour("form[data-sort]", (/** @type {HTMLFormElement} */ form, signal) => {
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      const menu = form.closest("details");
      if (menu) closeMenu(menu);
      sort(form, event.submitter);
    },
    { signal },
  );
});
