"""One song begins as the one before ends: measured in the samples that the browser lets sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsing import Watched, log_in
from tests.support.factories import make_staff, make_task, make_track
from tests.support.known_song import archive_file, write_tone
from tests.support.playing import seek, time_of, wait_for_time
from tests.support.recording import gap_between, gaps_within, record, recorded
from tracks.models import Track

pytestmark = pytest.mark.django_db(transaction=True)

MAX_GAP_SECONDS = 0.1
# While the other take begins, the one before goes on.
MAX_OVERLAP_SECONDS = 0.3
SECONDS = 12
TONES = (400, 600, 800)
IS_NEXT_READY = "() => document.querySelector('#player').hasAttribute('data-next-ready')"
IS_ALONE = "() => document.querySelectorAll('audio').length === 1"
DOCK = "() => Number(document.querySelector('[data-dock]').dataset.dockTrack)"

# As on phones whose browser lets no other element play than the one that a person started.
ONE_MAY_PLAY = """() => {
  window.pressed = document.querySelector("#player");
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    if (this === window.pressed) return play.call(this);
    return Promise.reject(new DOMException("Not by hand.", "NotAllowedError"));
  };
}"""


@pytest.fixture
def recording(browser: Browser, live_server: Any, transactional_db: None) -> Iterator[Watched]:
    """A window that may be recorded, which the policy of our pages forbids."""
    watched = Watched(browser, live_server.url, bypass_csp=True)
    log_in(watched, make_staff())
    yield watched
    assert watched.complaints == []
    watched.context.close()


@pytest.fixture
def songs(transactional_db: None, tmp_path: Path) -> list[Track]:
    """A song for each tone, in the order in which the library lists them."""
    made = []
    for hertz in reversed(TONES):
        track = make_track(make_task(status="succeeded"), archive="complete", title=f"{hertz} Hertz")
        asset = archive_file(track, write_tone(tmp_path / f"{hertz}.wav", SECONDS, hertz))
        asset.duration_ms = 1000 * SECONDS
        asset.save()
        made.append(track)
    return made[::-1]


def playing(window: Watched, songs: list[Track], speed: int) -> Page:
    page = window.open("/")
    page.locator("h1").click()
    record(page)
    for _ in range({1: 0, 2: 4}[speed]):
        page.keyboard.press(">")
    page.locator(f"[data-track-id='{songs[0].pk}'] [data-play]").first.click()
    wait_for_time(page, 0.2)
    return page


def wait_until_ready(page: Page) -> None:
    page.wait_for_function(IS_NEXT_READY)


@pytest.mark.parametrize("speed", [1, 2])
def test_the_next_song_begins_within_a_tenth_of_a_second(
    recording: Watched, songs: list[Track], speed: int
) -> None:
    page = playing(recording, songs, speed)
    for before, after, song in zip(TONES, TONES[1:], songs[1:], strict=False):
        wait_until_ready(page)
        seek(page, SECONDS - 2)
        recorded(page)
        page.wait_for_function(f"(id) => ({DOCK})() === id", arg=song.pk)
        wait_for_time(page, 0.2)
        assert page.evaluate("document.querySelector('#player').playbackRate") == speed
        assert gap_between(recorded(page), before, after) < MAX_GAP_SECONDS


@pytest.mark.parametrize("speed", [1, 2])
def test_a_song_that_is_repeated_begins_within_a_tenth_of_a_second(
    recording: Watched, songs: list[Track], speed: int
) -> None:
    page = playing(recording, songs, speed)
    page.keyboard.press("q")
    for name in ("off", "all"):
        page.get_by_role("button", name=f"Repeat: {name}").click()
    seek(page, SECONDS - 2)
    recorded(page)
    page.wait_for_function("() => document.querySelector('#player').currentTime < 5")
    wait_for_time(page, 0.3)
    assert max(gaps_within(recorded(page), TONES[0]), default=0) < MAX_GAP_SECONDS


def test_takes_are_switched_without_a_silence(recording: Watched, songs: list[Track]) -> None:
    page = recording.open(f"/tracks/{songs[0].pk}/compare/{songs[1].pk}/")
    page.wait_for_selector("[data-compare][data-ready]")
    page.locator("h1").click()
    record(page)
    page.keyboard.press(" ")
    wait_for_time(page, 1)
    wait_until_ready(page)
    for before, after in ((400, 600), (600, 400)) * 4:
        recorded(page)
        wait_for_time(page, time_of(page) + 0.2)
        page.keyboard.press("x")
        page.wait_for_function(IS_ALONE)
        wait_for_time(page, time_of(page) + 0.2)
        assert -MAX_OVERLAP_SECONDS < gap_between(recorded(page), before, after) <= 0


def test_where_only_the_element_that_one_pressed_may_play_the_music_goes_on_by_that(
    recording: Watched, songs: list[Track]
) -> None:
    page = playing(recording, songs, 1)
    page.evaluate(ONE_MAY_PLAY)
    wait_until_ready(page)
    seek(page, SECONDS - 1)
    page.wait_for_function(f"(id) => ({DOCK})() === id", arg=songs[1].pk)
    wait_for_time(page, 0.2)
    assert page.evaluate("document.querySelector('#player') === window.pressed")
