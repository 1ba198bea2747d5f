// The parts of a song's page as tabs, and the way back.
// @ts-check
import { behaviour } from "../behaviours.js";
import { keepFocus } from "../focus.js";
import { leave, remember } from "../navigation.js";

/** @param {HTMLElement} nav @param {AbortSignal} signal */
function startTabs(nav, signal) {
  const main = /** @type {HTMLElement} */ (nav.closest("main"));
  const links = /** @type {HTMLElement[]} */ ([...nav.querySelectorAll("[data-tab]")]);
  const names = links.map((link) => link.dataset.tab ?? "");
  const show = (/** @type {string} */ name) => {
    for (const link of links) {
      if (link.dataset.tab === name) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const one of names) /** @type {HTMLElement} */ (main.querySelector(`#${one}`)).hidden = one !== name;
  };
  const placeOfHash = () => (location.hash.slice(1) ? document.getElementById(location.hash.slice(1)) : null);
  const showHash = () => {
    const place = placeOfHash();
    const section = place?.closest("#listen, [data-tab-page]");
    show(section?.id ?? "listen");
    if (place !== section) place?.scrollIntoView();
  };
  /** A link to a place in the page takes the focus there, such as a pin to its note. */
  const onHash = () => {
    if (!main.isConnected) return;
    showHash();
    const place = placeOfHash();
    if (!place || place.matches("a, button, input, [tabindex]")) return;
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  };
  const onClick = (/** @type {MouseEvent} */ event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-tab]") : null;
    if (!(link instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.replaceState(history.state, "", `#${link.dataset.tab}`);
    show(link.dataset.tab ?? "listen");
    keepFocus(links.find((one) => one.dataset.tab === link.dataset.tab));
    remember({});
  };
  main.classList.add("has-tabs");
  main.addEventListener("click", onClick, { signal });
  window.addEventListener("hashchange", onHash, { signal });
  showHash();
}

/** @param {HTMLAnchorElement} link @param {AbortSignal} signal */
function startBack(link, signal) {
  const back = (/** @type {Event} */ event) => {
    event.preventDefault();
    leave(link.href);
  };
  link.addEventListener("click", (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey && back(event), { signal });
  document.addEventListener("page:escape", (event) => link.isConnected && !event.defaultPrevented && back(event), { signal });
}

behaviour("[data-tabs]", startTabs);
behaviour("[data-back]", startBack);
