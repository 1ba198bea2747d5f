// Rows of songs: review and stars at once, and the waveform of the song that plays.
// @ts-check
import { behaviour } from "../behaviours.js";
import { decide } from "../decisions.js";
import { audio, length, onChange, playing } from "../player/engine.js";
import { showTime, svg } from "../player/wave.js";
import { closest, rowsOf, SONGS, songOf } from "./library-dom.js";

let drawn = 0;

/** @param {MouseEvent} event */
function onReview(event) {
  const button = closest(event.target, "button[data-review]");
  const row = closest(button, SONGS);
  if (!button || !row) return;
  event.preventDefault();
  const [from, wanted] = [row.dataset.reviewed, button.dataset.review];
  decide(songOf(row), { review: from }, { review: from === wanted ? "new" : wanted });
}

/** @param {HTMLElement} row @param {Record<string, any>} values */
function showDecision(row, { review, rating }) {
  if (review !== undefined) showReview(row, review);
  if (rating !== undefined) showRating(row, rating);
}

/** @param {HTMLElement} row @param {string} review */
function showReview(row, review) {
  row.dataset.reviewed = review;
  for (const button of row.querySelectorAll("button[data-review]")) {
    const own = /** @type {HTMLButtonElement} */ (button);
    const isGiven = own.dataset.review === review;
    own.setAttribute("aria-pressed", String(isGiven));
    own.value = isGiven ? "new" : (own.dataset.review ?? "");
  }
}

/** @param {HTMLElement} row @param {number | null} rating */
function showRating(row, rating) {
  row.dataset.rating = String(rating ?? "");
  const place = row.querySelector(".row-rate, .card-time");
  const stars = row.querySelector(".stars");
  place?.querySelector(".stars-still")?.remove();
  if (rating !== null && place?.matches(".row-rate")) place.prepend(stillStars(rating));
  for (const radio of stars?.querySelectorAll("input") ?? []) radio.checked = Number(radio.value) === rating;
}

/** @param {number} rating */
function stillStars(rating) {
  const still = Object.assign(document.createElement("span"), { className: "stars-still", role: "img" });
  still.setAttribute("aria-label", `${rating} of 5 stars`);
  still.append(icon("star"), String(rating));
  return still;
}

/** @param {string} name */
export function icon(name) {
  return svg("svg", { class: "i", "aria-hidden": "true" }, [svg("use", { href: `#i-${name}` })]);
}

/** The five stars of a row, made when somebody comes near: fifty rows of them would weigh more than the songs. */
function offerStars(/** @type {HTMLElement | null} */ row) {
  const place = row?.querySelector(".row-rate");
  if (!row || !place || place.querySelector(".stars") || !row.querySelector("button[data-review]")) return;
  const legend = Object.assign(document.createElement("legend"), { className: "vh", textContent: `Rating of ${row.dataset.title}` });
  const stars = Object.assign(document.createElement("fieldset"), { className: "stars" });
  drawn += 1;
  stars.append(legend, ...[1, 2, 3, 4, 5].map((count) => star(count, `stars-${drawn}`, row.dataset.rating === String(count))));
  place.append(stars);
}

/** @param {number} count @param {string} name @param {boolean} checked */
function star(count, name, checked) {
  const radio = Object.assign(document.createElement("input"), { type: "radio", name, value: String(count), checked });
  const words = Object.assign(document.createElement("span"), { className: "vh", textContent: `${count} star${count > 1 ? "s" : ""}` });
  const label = document.createElement("label");
  label.append(radio, words, icon("star"));
  return label;
}

/** A press on the star that is given takes it away. @param {MouseEvent} event */
function onStar(event) {
  const radio = closest(event.target, ".stars input");
  const row = closest(radio, SONGS);
  if (!(radio instanceof HTMLInputElement) || !row) return;
  const given = row.dataset.rating ? Number(row.dataset.rating) : null;
  const wanted = Number(radio.value) === given ? null : Number(radio.value);
  decide(songOf(row), { rating: given }, { rating: wanted });
}

/** Browsers make no press of Space on the star that is given. @param {KeyboardEvent} event */
function onStarKey(event) {
  const radio = closest(event.target, ".stars input");
  if (event.key !== " " || !(radio instanceof HTMLInputElement) || !radio.checked) return;
  event.preventDefault();
  radio.click();
}

/** @param {ParentNode} library */
function showPlayed(library) {
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (library.querySelectorAll(".is-now"))) {
    const wave = row.querySelector("[data-wave]");
    if (wave) layer(wave);
    showTime(row, audio.currentTime, length());
  }
}

/** The waveform of another song shows nothing as played. @param {ParentNode} library */
function showSong(library) {
  for (const clip of library.querySelectorAll(":not(.is-now) > [data-wave] .wave-clip")) clip.setAttribute("width", "0");
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (library.querySelectorAll(".is-now"))) offerStars(row);
  showPlayed(library);
}

/** Gives a drawn waveform its second layer, the played one. @param {Element} wave */
function layer(wave) {
  const rest = wave.querySelector("g.rest");
  if (!rest || wave.querySelector(".wave-clip")) return;
  const [, , width, height] = (wave.getAttribute("viewBox") ?? "0 0 220 28").split(" ");
  const id = `wave-row-${(drawn += 1)}`;
  rest.removeAttribute("class");
  rest.id = id;
  const clip = svg("rect", { class: "wave-clip", width: 0, height, "data-full": width });
  wave.append(
    svg("defs", {}, [rest, svg("clipPath", { id: `${id}-played` }, [clip])]),
    svg("use", { href: `#${id}`, class: "rest" }),
    svg("g", { "clip-path": `url(#${id}-played)` }, [svg("use", { href: `#${id}`, class: "played" })]),
  );
}

behaviour("[data-songs]", (library, signal) => {
  const near = (/** @type {Event} */ { target }) => offerStars(closest(target, SONGS));
  library.addEventListener("click", onReview, { signal });
  library.addEventListener("click", onStar, { signal });
  library.addEventListener("keyup", onStarKey, { signal });
  library.addEventListener("pointerover", near, { signal });
  library.addEventListener("focusin", near, { signal });
  audio.addEventListener("timeupdate", () => library.isConnected && showPlayed(library), { signal });
  onChange("song", () => showSong(library), signal);
  document.addEventListener(
    "decision:made",
    (event) => {
      const { id, values } = /** @type {CustomEvent} */ (event).detail;
      for (const row of rowsOf(library, id)) showDecision(row, values);
    },
    { signal },
  );
  if (playing.entry) queueMicrotask(() => showSong(library));
});
