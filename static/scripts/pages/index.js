// The behaviours of single pages, each in a file of its own.
// @ts-check
import "./forms.js";
import "./library.js";
import "./live.js";
