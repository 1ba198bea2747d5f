// All that scripts add to the page of a song.
// @ts-check
import "./song-live.js";
import "./song-lyrics.js";
import "./song-notes.js";
import "./song-offset.js";
import "./song-stems.js";
import "./song-tabs.js";
import "./song-view.js";
