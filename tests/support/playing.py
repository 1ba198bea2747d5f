"""Asking the player where it is, and waiting for it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.known_song import LINES

MARKED = "[data-lyric-line][aria-current='true']"
# The sound's own clock and the marked lines, read in one go.
NOW = f"""() => ({{
  time: document.querySelector("#player").currentTime,
  sung: [...document.querySelectorAll("{MARKED}")].map((line) => line.textContent.trim()),
}})"""


def sung_at(time: float) -> list[str]:
    return [text for text, start, end in LINES if start <= time * 1000 < end]


def time_of(page: Page) -> float:
    return float(page.evaluate("document.querySelector('#player').currentTime"))


def seek(page: Page, time: float) -> None:
    page.evaluate("(time) => { document.querySelector('#player').currentTime = time; }", time)
    page.wait_for_function("() => !document.querySelector('#player').seeking")


def wait_for_time(page: Page, time: float) -> None:
    page.wait_for_function("(time) => document.querySelector('#player').currentTime >= time", arg=time)


def wait_until_paused(page: Page, paused: bool) -> None:
    page.wait_for_function("(paused) => document.querySelector('#player').paused === paused", arg=paused)
