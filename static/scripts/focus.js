// Where the focus goes when the element that had it is gone or cannot be seen any more: never to nowhere.
// @ts-check

/** @param {Element | null | undefined} element @returns {element is HTMLElement | SVGElement} */
function isThere(element) {
  const canHold = element instanceof HTMLElement || element instanceof SVGElement;
  return canHold && element !== document.body && element.isConnected && element.checkVisibility({ visibilityProperty: true }) && !element.matches(":disabled");
}

/** @param {...(Element | null | undefined)} places the first of them that is there has it, else the page */
export function keepFocus(...places) {
  if (isThere(document.activeElement)) return;
  const place = places.find(isThere) ?? document.querySelector("main");
  if (place instanceof HTMLElement || place instanceof SVGElement) place.focus({ preventScroll: true });
}

/** Closes a menu, with its opener in focus where something in it was. @param {Element} menu */
export function closeMenu(menu) {
  if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
  menu.removeAttribute("open");
}
