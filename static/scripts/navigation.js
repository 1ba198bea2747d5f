// Same-document navigation: a page is fetched and its main part swapped in, so that the music goes on. Back and
// Forward show the last pages as they were left. Whatever cannot be swapped is left to the browser.
// @ts-check
import { begin } from "./behaviours.js";
import { keepFocus } from "./focus.js";
import { tell } from "./notices.js";

const MAX_KEPT = 12;
const BUSY_AFTER_MS = 250;
const ELSEWHERE = /^\/(admin|api|static|callbacks|shared)\//;
const phone = matchMedia("(max-width: 760px)");

/**
 * @typedef {object} Shown a page that is, or was, on the screen
 * @property {number} number its place in the history
 * @property {string} url
 * @property {Element} main
 * @property {Element | null} side
 * @property {Element | null} rail
 * @property {string} title
 * @property {string} bodyClass
 * @property {string | undefined} hue
 * @property {(string | null)[]} styles the addresses of its style sheets
 * @property {number} top how far it was scrolled, in pixels
 * @property {Element | null} [focus] what had the focus when it was left
 * @property {AbortController} behaviours
 */

/** @type {Map<number, Shown>} */
const kept = new Map();
/** @type {Shown} */
let shown;
/** What is being fetched, until it is here or given up. @type {{end: AbortController, kind: Kind} | undefined} */
let pending;

const main = () => /** @type {HTMLElement} */ (document.querySelector("main"));
const rail = () => document.querySelector("[data-rail]");
const side = () => document.querySelector("aside.inspector");
const scroller = () => (phone.matches ? /** @type {Element} */ (document.scrollingElement) : main());

export function startNavigation() {
  history.scrollRestoration = "manual";
  const number = history.state?.page ?? Date.now();
  history.replaceState({ ...history.state, page: number }, "");
  shown = current(number);
  scroller().scrollTop = history.state?.top ?? 0;
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  window.addEventListener("popstate", onPop);
  window.addEventListener("pagehide", () => remember({ top: scroller().scrollTop }));
}

/**
 * Keeps a fact with the present entry of the history.
 * @param {Record<string, unknown>} facts
 */
export function remember(facts) {
  history.replaceState({ ...history.state, ...facts }, "");
}

/**
 * Shows the page of an address.
 * @param {string | URL} address
 * @param {{replace?: boolean}} [how] `replace`: instead of the present entry of the history
 */
export function visit(address, { replace = false } = {}) {
  return load(new URL(address, location.href), {}, replace ? "replace" : "push");
}

/**
 * Leaves the page to the one that led to it.
 * @param {string} otherwise where to where it was opened by itself
 */
export function leave(otherwise) {
  if (history.state?.before) history.back();
  else visit(otherwise);
}

/** Fetches the present page again and shows it in place of what is there, unless somebody is leaving it already. */
export function reload() {
  return load(new URL(location.href), {}, "stay");
}

/** @param {number} number @returns {Shown} */
function current(number) {
  return {
    number,
    url: location.href,
    main: main(),
    side: side(),
    rail: rail(),
    title: document.title,
    bodyClass: document.body.className,
    hue: document.body.dataset.hue,
    styles: stylesOf(document),
    top: 0,
    behaviours: begin([main(), side()]),
  };
}

/** @param {MouseEvent} event */
function onClick(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (link.target || link.hasAttribute("download") || !canSwap(url)) return;
  if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
  event.preventDefault();
  visit(url);
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  if (form.hasAttribute("data-leaves") || form.method === "dialog" || form.target) return;
  const url = new URL(event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
  if (!canSwap(url)) return;
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  if (form.method === "post") {
    load(url, { method: "POST", body: fields }, "push", () => sendNatively(form, event.submitter));
    return;
  }
  // Only what is set belongs in the address.
  const set = [...fields].filter(([, value]) => value !== "");
  url.search = new URLSearchParams(/** @type {[string, string][]} */ (set)).toString();
  visit(url);
}

/**
 * The browser's own submit, for a session that has ended: the login keeps what was typed.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
function sendNatively(form, submitter) {
  form.setAttribute("data-leaves", "");
  form.requestSubmit(submitter);
}

/** @param {URL} url */
function canSwap(url) {
  return url.origin === location.origin && !ELSEWHERE.test(url.pathname);
}

/** @param {PopStateEvent} event */
function onPop(event) {
  const number = event.state?.page;
  // A click on a link to a place in this page makes an entry of its own.
  if (number === undefined || number === shown.number) {
    remember({ page: shown.number });
    return;
  }
  pending?.end.abort();
  const page = kept.get(number);
  if (page) return show(page, true);
  const top = event.state.top ?? 0;
  load(new URL(location.href), {}, "pop").then(() => {
    if (shown.number === number) scroller().scrollTop = top;
  });
}

/**
 * @typedef {"push" | "replace" | "pop" | "stay"} Kind how a page enters the history; `stay`: not at all
 */

/**
 * @param {URL} url
 * @param {RequestInit} request
 * @param {Kind} kind
 * @param {() => void} [leave] what to do instead where the session has ended
 */
async function load(url, request, kind, leave = () => openAt(url)) {
  // A fresh copy of this page is no reason to hold back a visit, or a form that is being sent.
  if (kind === "stay" && pending && pending.kind !== "stay") return;
  // Tried again from another page it is a visit like any other.
  const isOfThis = kind === "stay" || kind === "pop";
  const again = () => load(url, request, isOfThis && url.href !== location.href ? "push" : kind, leave);
  if ((kind === "push" || kind === "replace") && !mayLeave(again)) return;
  pending?.end.abort();
  const attempt = new AbortController();
  const own = (pending = { end: attempt, kind });
  const busy = setTimeout(() => document.documentElement.setAttribute("data-busy", ""), BUSY_AFTER_MS);
  try {
    const headers = { Accept: "text/html", "X-Requested-With": "fetch" };
    const answer = await fetch(url, { ...request, headers, signal: attempt.signal });
    if (await hasEnded(answer)) return leave();
    const page = await pageOf(answer, request);
    if (!page) return await openNatively(url, answer, request, attempt);
    await Promise.all([addStyles(page), addScripts(page)]);
    if (!attempt.signal.aborted) enter(page, addressOf(url, answer, request), kind, request);
  } catch (error) {
    if (!attempt.signal.aborted) tellFailure(request, error, again);
  } finally {
    clearTimeout(busy);
    if (pending === own) {
      pending = undefined;
      document.documentElement.removeAttribute("data-busy");
    }
  }
}

/** By the browser, also where the address is this one: assigning that would only scroll to its place. @param {URL} url */
function openAt(url) {
  if (url.href === location.href) location.reload();
  else location.assign(url);
}

/** A part of the page can hold it back with `preventDefault`, and ask first. @param {() => void} go leaves after all */
function mayLeave(go) {
  return document.dispatchEvent(new CustomEvent("page:leave", { cancelable: true, detail: { go } }));
}

/**
 * Whether the session or the page's token has ended: the browser's own request gets a page that keeps what was typed.
 * @param {Response} answer
 */
async function hasEnded(answer) {
  return answer.status === 401 || (await refusalOf(answer))?.code === "csrf";
}

/**
 * What a refused request is told as JSON: a sentence for the person, and its code.
 * @param {Response} answer which can be read again
 * @returns {Promise<{detail: string, code: string} | null>}
 */
async function refusalOf(answer) {
  const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  return answer.status === 403 && isJson ? answer.clone().json() : null;
}

/**
 * A download, a page of a newer version, or an error without a page of its own. Nothing is sent twice.
 * @param {URL} url
 * @param {Response} answer
 * @param {RequestInit} request
 * @param {AbortController} attempt
 */
async function openNatively(url, answer, request, attempt) {
  const reason = (await refusalOf(answer))?.detail ?? `The server could not do this (${answer.status}).`;
  attempt.abort();
  if (request.method !== "POST") openAt(url);
  else if (answer.redirected) location.assign(answer.url);
  else tell(`${reason} What you typed is still here.`, { tone: "bad" });
}

/**
 * @param {Response} answer
 * @param {RequestInit} request
 * @returns {Promise<Document | null>} null where it is no page of this version, or a form would be lost for an error
 */
async function pageOf(answer, request) {
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("text/html")) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const isSame = page.documentElement.dataset.version === document.documentElement.dataset.version;
  if (request.method === "POST" && page.querySelector("[data-error-page]")) return null;
  return isSame && page.querySelector("main.sheet") ? page : null;
}

/** A refused form stays at its address, with its errors. @param {URL} url @param {Response} answer @param {RequestInit} request */
function addressOf(url, answer, request) {
  if (request.method === "POST" && !answer.redirected) return new URL(location.href);
  const address = new URL(answer.url);
  address.hash = address.hash || url.hash;
  return address;
}

/** @param {Document} page */
async function addStyles(page) {
  const links = [...page.querySelectorAll("link[rel=stylesheet]")];
  await Promise.all(links.map((link) => addStyle(link.getAttribute("href") ?? "")));
}

/** @param {Document} page */
function stylesOf(page) {
  return [...page.querySelectorAll("link[rel=stylesheet]")].map((link) => link.getAttribute("href"));
}

/** Those of other pages are kept, but say nothing here: names mean other things there. @param {Shown} page */
function applyStyles({ styles }) {
  for (const link of /** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll("link[rel=stylesheet]"))) {
    if (link.sheet) link.sheet.disabled = !styles.includes(link.getAttribute("href"));
  }
}

/**
 * The scripts of the page's own; each is run once, whatever page brought it.
 * @param {Document} page
 */
async function addScripts(page) {
  const scripts = [...page.querySelectorAll("script[type=module][src]")];
  await Promise.all(scripts.map((script) => import(script.getAttribute("src") ?? "")));
}

/** @param {string} address */
function addStyle(address) {
  if (document.querySelector(`link[rel=stylesheet][href="${CSS.escape(address)}"]`)) return null;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  const loaded = new Promise((done) => (link.onload = link.onerror = done)).then(() => {
    // Until its page is shown.
    if (link.sheet) link.sheet.disabled = true;
  });
  document.head.append(link);
  return loaded;
}

/**
 * @param {Document} page
 * @param {URL} url
 * @param {Kind} kind
 * @param {RequestInit} request
 */
function enter(page, url, kind, request) {
  const isAnother = kind === "pop" || (kind !== "stay" && url.href !== location.href);
  const top = isAnother ? 0 : scroller().scrollTop;
  if (isAnother && kind !== "replace") leavePage();
  else shown.behaviours.abort();
  const number = isAnother && kind === "push" ? Date.now() : (history.state?.page ?? shown.number);
  if (isAnother && kind === "push") history.pushState({ page: number, before: shown.number }, "", url);
  else history.replaceState({ ...history.state, page: number }, "", url);
  show(shownOf(page, number, url, top));
  if (isAnother || request.method === "POST") settle(url, isAnother);
  else keepFocus();
}

/**
 * @param {Document} page
 * @param {number} number
 * @param {URL} url
 * @param {number} top
 * @returns {Shown}
 */
function shownOf(page, number, url, top) {
  return {
    number,
    url: url.href,
    main: /** @type {Element} */ (page.querySelector("main")),
    side: page.querySelector("aside.inspector"),
    rail: page.querySelector("[data-rail]"),
    title: page.title,
    bodyClass: page.body.className,
    hue: page.body.dataset.hue,
    styles: stylesOf(page),
    top,
    behaviours: new AbortController(),
  };
}

/** Keeps the page that is left, for Back and Forward. */
function leavePage() {
  shown.top = scroller().scrollTop;
  shown.focus = document.activeElement;
  // After Back or Forward the present entry is that of the page to come.
  if (history.state?.page === shown.number) remember({ top: shown.top });
  keep(shown);
}

/** @param {Shown} page */
function keep(page) {
  kept.delete(page.number);
  kept.set(page.number, page);
  for (const [number, old] of kept) {
    if (kept.size <= MAX_KEPT) break;
    old.behaviours.abort();
    kept.delete(number);
  }
}

/**
 * @param {Shown} page
 * @param {boolean} [isBack] whether it was on the screen before
 */
function show(page, isBack = false) {
  // Not among those that make room for the page that is left.
  kept.delete(page.number);
  if (isBack) leavePage();
  applyStyles(page);
  main().replaceWith(page.main);
  side()?.remove();
  if (page.side) page.main.after(page.side);
  document.title = page.title;
  const hasDock = document.body.classList.contains("has-dock");
  document.body.className = page.bodyClass;
  document.body.classList.toggle("has-dock", hasDock);
  if (page.hue === undefined) delete document.body.dataset.hue;
  else document.body.dataset.hue = page.hue;
  showRail(page.rail);
  shown = page;
  scroller().scrollTop = page.top;
  if (!isBack) page.behaviours = begin([page.main, page.side]);
  document.dispatchEvent(new CustomEvent("page:shown", { detail: { isBack } }));
  if (!isBack) return;
  returnFocus(page);
  announce();
}

/** Where it was when the page was left. @param {Shown} page */
function returnFocus({ focus }) {
  const place = focus instanceof HTMLElement && focus.isConnected && focus !== document.body ? focus : main();
  place.focus({ preventScroll: true });
}

/** @param {Element | null} fresh */
function showRail(fresh) {
  const old = rail();
  if (!old || !fresh || old === fresh) return;
  const top = old.querySelector(".rail-scroll")?.scrollTop ?? 0;
  old.replaceWith(fresh);
  const views = fresh.querySelector(".rail-scroll");
  if (views) views.scrollTop = top;
  document.dispatchEvent(new CustomEvent("rail:shown"));
}

/**
 * Focus and reading place of a page that was just opened, or of a form that came back.
 * @param {URL} url
 * @param {boolean} isAnother
 */
function settle(url, isAnother) {
  const fault = main().querySelector("[data-focus]");
  const target = url.hash && isAnother ? document.getElementById(decodeURIComponent(url.hash.slice(1))) : null;
  if (fault instanceof HTMLElement) fault.focus();
  else main().focus({ preventScroll: true });
  target?.scrollIntoView();
  announce();
}

function announce() {
  const place = document.querySelector("[data-announce]");
  if (place) place.textContent = document.title;
}

/**
 * @param {RequestInit} request
 * @param {unknown} error
 * @param {() => void} again
 */
function tellFailure(request, error, again) {
  console.warn("navigation failed", error);
  const text =
    request.method === "POST"
      ? "The server did not answer. It is not known whether this was saved; what you typed is still here."
      : "The server did not answer, so this page could not be opened. The music goes on.";
  tell(text, { tone: "bad", action: "Try again", act: again });
}
