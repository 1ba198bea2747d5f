// The parts of a song's page as tabs, and the way back.
// @ts-check
import { behaviour } from "../behaviours.js";
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
  const showHash = () => {
    const place = location.hash.slice(1) ? document.getElementById(location.hash.slice(1)) : null;
    const section = place?.closest("#listen, [data-tab-page]");
    show(section?.id ?? "listen");
    if (place !== section) place?.scrollIntoView();
  };
  const onClick = (/** @type {MouseEvent} */ event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-tab]") : null;
    if (!(link instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.replaceState(history.state, "", `#${link.dataset.tab}`);
    show(link.dataset.tab ?? "listen");
    remember({});
  };
  main.classList.add("has-tabs");
  main.addEventListener("click", onClick, { signal });
  window.addEventListener("hashchange", () => main.isConnected && showHash(), { signal });
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
