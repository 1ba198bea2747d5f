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
SEEK_AND_WAIT = """() => new Promise((done) => {
  const audio = document.querySelector("#player");
  audio.addEventListener("seeked", done, { once: true });
  audio.currentTime = 12.1;
})"""


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
    page.get_by_role("button", name="line number 10", exact=True).click()
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


def test_reduced_motion_is_respected(window: Watched, long_song: Track) -> None:
    window.page.emulate_media(reduced_motion="reduce")
    page = window.open(f"/tracks/{long_song.pk}/")
    seek(page, 1.1)
    page.evaluate(SEEK_AND_WAIT)
    assert page.evaluate(OFF_CENTRE) < 3


def test_on_a_phone_play_brings_the_words_into_the_window(window: Watched, long_song: Track) -> None:
    window.page.set_viewport_size({"width": 360, "height": 740})
    page = window.open(f"/tracks/{long_song.pk}/")
    expect(page.get_by_role("heading", name="Lyrics")).to_be_visible()
    page.locator("[data-toggle]").click()
    wait_until_in_the_middle(page)
    expect(page.locator(MARKED)).to_be_in_viewport(ratio=1)


def test_following_resumes_after_a_little_scrolling(window: Watched, long_song: Track) -> None:
    """Still for a while, with the line in sight: the page follows by itself."""
    page = window.open(f"/tracks/{long_song.pk}/")
    page.get_by_label("Speed").select_option("0.5")
    page.get_by_role("button", name="line number 10", exact=True).click()
    wait_until_in_the_middle(page)
    page.locator("[data-sheet]").hover()
    page.mouse.wheel(0, 200)
    page.wait_for_function(f"() => ({OFF_CENTRE})() > 30")
    wait_until_in_the_middle(page)
