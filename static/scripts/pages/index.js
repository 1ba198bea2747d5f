// The behaviours of single pages, each in a file of its own.
// @ts-check
import "./library.js";
