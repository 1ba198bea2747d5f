// Keeps and saves what the lyric editor holds, and asks before it would be lost.
// @ts-check
import { tell } from "../../notices.js";
import { refreshFacts } from "../../player/engine.js";
import { ask, both } from "./asks.js";
import * as saving from "./saving.js";

export class Keeper {
  /**
   * @param {HTMLElement} root
   * @param {import("./state.js").State} state
   * @param {import("./list.js").LineList} list
   * @param {AbortSignal} signal
   */
  constructor(root, state, list, signal) {
    this.root = root;
    this.bar = /** @type {HTMLElement} */ (root.parentElement);
    this.state = state;
    this.list = list;
    this.signal = signal;
    this.name = saving.nameFor(state.facts.track, state.base.version);
    this.isSaving = false;
    this.mayLeave = false;
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-${name}]`));
  }

  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} act */
  on(target, name, act) {
    target.addEventListener(name, act, { signal: this.signal });
  }

  /** Keeps the draft in this browser, or forgets it where all is saved or undone. */
  keep() {
    const { base, lines, isChanged } = this.state;
    if (!isChanged) return saving.forget(this.name);
    if (!saving.keep(this.name, base, lines)) tell("This browser has no room to keep your changes: save them soon.", { tone: "bad" });
  }

  async save() {
    if (this.isSaving) return;
    this.isSaving = true;
    const { state } = this;
    const { lines, base, facts } = state;
    this.keep();
    const answer = await saving.save(facts.track, base, lines, this.note().value);
    this.isSaving = false;
    if (answer.ok) return this.onSaved(answer.body, lines);
    if (answer.status === 409) return this.onConflict();
    if (answer.status === 401 || answer.status === 403) return this.onLoggedOut();
    if (answer.status === 400) this.showRefused(answer.body);
    tell(`${answer.problem} Nothing was saved; your changes are kept in this browser.`, { tone: "bad", action: "Try again", act: () => void this.save() });
  }

  /** @returns {HTMLInputElement} */
  note() {
    return /** @type {HTMLInputElement} */ (this.part("note").querySelector("input"));
  }

  /** @param {any} body @param {import("./draft.js").Lines} sent */
  onSaved(body, sent) {
    const { state } = this;
    const told = saving.fromRest(body.lyrics);
    const isSame = JSON.stringify(told) === JSON.stringify(sent);
    // The server orders lines by their starts. What was typed meanwhile is a draft of the new version.
    if (!isSame && state.lines === sent) state.change(told);
    const isWhole = state.lines === sent || state.lines === told;
    state.saved(body.lyrics_version, body.lyrics_digest, isWhole ? state.lines : told);
    state.found(body.lint);
    saving.forget(this.name);
    saving.forgetSame(state.facts.track, sent);
    this.name = saving.nameFor(state.facts.track, body.lyrics_version);
    this.note().value = "";
    refreshFacts(state.facts.track);
    tell(`Saved as version ${body.lyrics_version}. The song shows it now.`, { tone: "ok" });
    void this.refresh(["shown", "provider", "versions"]);
  }

  /** Brings parts of the page that name versions up to date. @param {string[]} names */
  async refresh(names) {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html", "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of names) {
      const fresh = page.querySelector(`[data-part="${name}"]`);
      if (fresh) this.bar.querySelector(`[data-part="${name}"]`)?.replaceWith(fresh);
    }
  }

  /** Somebody else saved, or the provider gave others, since this page was opened. */
  async onConflict() {
    const { state } = this;
    const answer = await saving.shownNow(state.facts.track);
    if (!answer.ok) return tell(`${answer.problem} Your changes are kept in this browser.`, { tone: "bad" });
    const theirs = saving.fromRest(answer.body.lyrics);
    const meet = () => (state.base = { lines: theirs, version: answer.body.lyrics_version, seen: answer.body.lyrics_digest });
    const providers = state.base.version === null ? "The provider gave other words or times" : "The provider's were restored";
    const who = answer.body.lyrics_version ? `Version ${answer.body.lyrics_version} was saved` : providers;
    ask(
      this.part("asks"),
      `${who} since you opened these words. Nothing of yours was saved or lost: here are both.`,
      {
        "Save mine as the next version": () => (meet(), void this.save()),
        "Take theirs": () => (meet(), state.change(theirs), state.saved(state.base.version, state.base.seen, state.lines)),
        "Go on editing": () => {},
      },
      { tone: "bad", more: both(theirs, state.lines) },
    );
    void this.refresh(["provider", "versions"]);
  }

  onLoggedOut() {
    this.keep();
    this.mayLeave = true;
    tell("Your session has ended, so nothing was saved. Your changes are kept in this browser: log in, and take them up again.", {
      tone: "bad",
      action: "Log in",
      act: () => location.reload(),
    });
  }

  /** @param {any} body */
  showRefused(body) {
    const found = (body?.errors ?? []).map((/** @type {{attr: string, detail: string}} */ { attr, detail }) => ({
      position: Number(/^lines\.(\d+)/.exec(attr ?? "")?.[1] ?? 0),
      sentence: detail,
      tone: "bad",
    }));
    this.state.found([...found, ...this.state.findings.filter(({ tone }) => !tone)]);
    if (found.length) this.list.goTo(found[0].position);
  }

  offerDraft() {
    const { state } = this;
    const found = saving.kept(state.facts.track);
    if (!found || JSON.stringify(found.lines) === JSON.stringify(state.lines)) return;
    const isOfThis = found.version === state.base.version && found.seen === state.base.seen;
    const when = new Date(found.at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    const other = isOfThis ? "" : " They were made to words that are not shown any more.";
    ask(this.part("asks"), `Changes that were not saved are kept in this browser, from ${when}.${other}`, {
      "Take them up": () => (state.change(found.lines), this.keep(), saving.forget(found.name)),
      "Throw them away": () => saving.forget(found.name),
    });
  }

  listen() {
    this.on(window, "beforeunload", (event) => {
      if (!this.root.isConnected || !this.state.isChanged || this.mayLeave) return;
      this.keep();
      event.preventDefault();
    });
    this.on(window, "pagehide", () => this.state.isChanged && this.keep());
    this.on(document, "page:leave", (event) => this.onLeave(event));
  }

  /** @param {CustomEvent} event */
  onLeave(event) {
    if (!this.root.isConnected || !this.state.isChanged || this.mayLeave) return;
    event.preventDefault();
    this.keep();
    const go = () => ((this.mayLeave = true), event.detail.go(), (this.mayLeave = false));
    tell("These words have changes that are not saved. They are kept in this browser.", { tone: "bad", action: "Leave", act: go });
  }
}
