// The sections of a song as chapters: which one plays, and which comes next of its kind.
// @ts-check

/** @typedef {{element: HTMLElement, kind: string, start: number}} Chapter `start`: seconds */

const PRE = /^pre\b/i;
// "Before" goes to the beginning of the present one first, unless that has only just begun.
const JUST_BEGUN_SECONDS = 1.5;

/** Those with a time, by start; a pre-chorus is a kind of its own. @param {ParentNode} listen @returns {Chapter[]} */
export function readChapters(listen) {
  const links = /** @type {HTMLElement[]} */ ([...listen.querySelectorAll("[data-chapter][data-start]")]);
  return links
    .map((element) => {
      const kind = PRE.test(element.textContent?.trim() ?? "") ? "pre" : (element.dataset.chapter ?? "");
      return { element, kind, start: Number(element.dataset.start) };
    })
    .sort((one, other) => one.start - other.start);
}

/**
 * Marks the chapter that plays; on a phone it stays in sight.
 * @param {Chapter[]} chapters
 * @param {number} time seconds
 */
export function showChapter(chapters, time) {
  const now = chapters.findLast(({ start }) => start <= time);
  for (const chapter of chapters) {
    if ((chapter === now) === chapter.element.hasAttribute("aria-current")) continue;
    chapter.element.toggleAttribute("aria-current", chapter === now);
    if (chapter !== now) continue;
    chapter.element.setAttribute("aria-current", "true");
    bringIntoRow(chapter.element);
  }
}

/** @param {HTMLElement} link */
function bringIntoRow(link) {
  const row = link.closest("ol");
  if (!row || row.scrollWidth <= row.clientWidth) return;
  row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
}

/**
 * @param {Chapter[]} chapters
 * @param {string} kind
 * @param {1 | -1} direction
 * @param {number} time seconds
 * @returns {Chapter | undefined} at the end the first again, and the other way round
 */
export function stepChapter(chapters, kind, direction, time) {
  const same = chapters.filter((chapter) => chapter.kind === kind);
  if (direction > 0) return same.find(({ start }) => start > time + 0.05) ?? same[0];
  return same.findLast(({ start }) => start < time - JUST_BEGUN_SECONDS) ?? same.at(-1);
}
