// The library: rows that are judged and opened in place, a list that goes on, keys, selection, live changes.
// @ts-check
import "./library-bulk.js";
import "./library-inspector.js";
import "./library-keys.js";
import "./library-live.js";
import "./library-play.js";
import "./library-rows.js";
import "./library-scroll.js";
import "./library-selection.js";
import "./library-shape.js";
import "./library-takes.js";
