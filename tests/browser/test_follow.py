"""The lyric sheet follows the song, and leaves whoever scrolls alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Watched
from tests.support.factories import make_lines
from tests.support.playing import MARKED, seek, time_of, wait_for_time
from tracks.models import Track

pytestmark = pytest.mark.django_db(transaction=True)

# How far the sung line is from the middle of the sheet, in pixels.
OFF_CENTRE = f"""() => {{
  const line = document.querySelector("{MARKED}")?.getBoundingClientRect();
  const sheet = document.querySelector("[data-sheet]").getBoundingClientRect();
  return line ? Math.abs((line.top + line.bottom) / 2 - (sheet.top + sheet.bottom) / 2) : Infinity;
}}"""
# Plays until another line is marked, and says at once how far that one is from the middle.
NEXT_LINE = f"""() => new Promise((done) => {{
  const audio = document.querySelector("#player");
  const watch = new MutationObserver(() => {{
    if (!document.querySelector("{MARKED}")) return;
    watch.disconnect();
    audio.pause();
    done(({OFF_CENTRE})());
  }});
  for (const line of document.querySelectorAll("[data-lyric-line]")) {{
    if (!line.hasAttribute("aria-current")) watch.observe(line, {{ attributeFilter: ["aria-current"] }});
  }}
  audio.play();
}})"""


def wait_until_in_the_middle(page: Page) -> None:
    page.wait_for_function(f"() => ({OFF_CENTRE})() < 3")


@pytest.fixture
def long_song(song: Track) -> Track:
    song.lines.all().delete()
    make_lines(song, *[(f"line number {place}", place * 400, place * 400 + 390) for place in range(48)])
    return song


def test_the_sung_line_stays_in_the_middle(window: Watched, long_song: Track) -> None:
    page = window.open(f"/tracks/{long_song.pk}/")
    seek(page, 8.1)
    wait_until_in_the_middle(page)
    seek(page, 12.1)
    wait_until_in_the_middle(page)


def test_scrolling_pauses_following_until_the_button_is_pressed(window: Watched, long_song: Track) -> None:
    page = window.open(f"/tracks/{long_song.pk}/")
    page.get_by_role("link", name="line number 10", exact=True).click()
    wait_until_in_the_middle(page)
    page.locator("[data-sheet]").hover()
    page.mouse.wheel(0, 1600)
    back = page.get_by_role("button", name="Back to the line")
    expect(back).to_be_visible()
    place = page.evaluate("document.querySelector('[data-sheet]').scrollTop")
    wait_for_time(page, time_of(page) + 1)
    assert abs(page.evaluate("document.querySelector('[data-sheet]').scrollTop") - place) < 2
    back.click()
    expect(back).not_to_be_visible()
    wait_until_in_the_middle(page)
    assert page.evaluate("document.activeElement.closest('[data-sheet]') !== null")
    assert page.evaluate("(main) => main.scrollHeight - main.clientHeight", page.query_selector("main")) == 0


@pytest.mark.parametrize("by", ["system", "switch"])
def test_with_less_motion_the_sheet_jumps(window: Watched, long_song: Track, by: str) -> None:
    """One line further, in the same moment: no glide."""
    page = window.open(f"/tracks/{long_song.pk}/")
    if by == "system":
        page.emulate_media(reduced_motion="reduce")
    else:
        page.locator(".me summary").click()
        page.get_by_role("button", name="Less motion").click()
    seek(page, 8.1)
    wait_until_in_the_middle(page)
    assert page.evaluate(NEXT_LINE) < 3


def test_on_a_phone_the_title_and_the_sung_line_are_in_sight(window: Watched, long_song: Track) -> None:
    window.page.set_viewport_size({"width": 390, "height": 844})
    page = window.open(f"/tracks/{long_song.pk}/")
    page.locator("[data-do=toggle]").click()
    seek(page, 8.1)
    wait_until_in_the_middle(page)
    expect(page.locator(MARKED)).to_be_in_viewport(ratio=1)
    page.mouse.wheel(0, 3000)
    expect(page.get_by_role("heading", name=long_song.title)).to_be_in_viewport(ratio=1)


def test_following_resumes_after_a_little_scrolling(window: Watched, long_song: Track) -> None:
    """Still for a while, with the line in sight: the page follows by itself."""
    page = window.open(f"/tracks/{long_song.pk}/")
    page.keyboard.press("<")
    page.keyboard.press("<")
    page.get_by_role("link", name="line number 10", exact=True).click()
    wait_until_in_the_middle(page)
    page.locator("[data-sheet]").hover()
    page.mouse.wheel(0, 200)
    page.wait_for_function(f"() => ({OFF_CENTRE})() > 30")
    wait_until_in_the_middle(page)


def test_who_scrolls_back_to_the_line_follows_again(window: Watched, long_song: Track) -> None:
    page = window.open(f"/tracks/{long_song.pk}/")
    seek(page, 8.1)
    wait_until_in_the_middle(page)
    page.locator("[data-sheet]").hover()
    page.mouse.wheel(0, 1600)
    expect(page.get_by_role("button", name="Back to the line")).to_be_visible()
    page.mouse.wheel(0, -1500)
    wait_until_in_the_middle(page)
    expect(page.get_by_role("button", name="Back to the line")).not_to_be_visible()
