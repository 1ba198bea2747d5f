// "Play all": the list from its top; library-scroll.js brings its further pages.
// @ts-check
import { behaviour } from "../behaviours.js";
import { visit } from "../navigation.js";
import { tell } from "../notices.js";
import { play } from "../player/engine.js";
import { entriesOf } from "../player/entries.js";

async function playAll() {
  const newer = document.querySelector("[data-songs] a[rel=prev]");
  if (newer) {
    const first = new URL(location.href);
    first.searchParams.delete("cursor");
    await visit(first);
  }
  const songs = entriesOf(document);
  if (songs.length) play(songs[0], songs);
  else tell("None of these songs can be played yet.");
}

behaviour("[data-play-all]", (button, signal) => {
  button.hidden = false;
  button.addEventListener("click", playAll, { signal });
});
