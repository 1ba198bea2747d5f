// The behaviours of single pages, each in a file of its own. What one page alone needs is fetched for that page.
// @ts-check
import { behaviour } from "../behaviours.js";
import "./forms.js";
import "./library.js";
import "./live.js";
import "./playlist.js";
import "./song-live.js";
import "./song-lyrics.js";
import "./song-notes.js";
import "./song-offset.js";
import "./song-stems.js";
import "./song-tabs.js";
import "./song-view.js";

behaviour("[data-lyric-editor]", () => void import("./lyric-editor/page.js"));
behaviour("[data-compare]", () => void import("./compare.js"));
