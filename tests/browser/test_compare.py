"""The compare page in a real browser: one track plays, and switching keeps the position."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Watched
from tests.support.factories import make_task, make_track
from tests.support.known_song import archive_file, write_tone
from tracks.models import Track

pytestmark = pytest.mark.django_db(transaction=True)

NEAR = 0.3
NOW = """() => Object.fromEntries([...document.querySelectorAll("[data-audio]")].map(
  (one) => [one.dataset.audio, { time: one.currentTime, paused: one.paused }]))"""

# Each time that one begins to play: the positions of both.
NOTE_SWITCHES = """() => {
  window.switches = [];
  const [a, b] = ["a", "b"].map((side) => document.querySelector(`[data-audio=${side}]`));
  for (const one of [a, b]) one.addEventListener("playing", () =>
    window.switches.push({ to: one.dataset.audio, a: a.currentTime, b: b.currentTime }));
}"""


@pytest.fixture
def short_sound(tmp_path: Path) -> Path:
    return write_tone(tmp_path / "short.wav", 5, hertz=330)


def another(sound: Path, **over: object) -> Track:
    values = {"provider": "suno", "status": "succeeded"} | over
    track = make_track(make_task(**values), archive="complete", title="Another")
    archive_file(track, sound)
    return track


def opened(window: Watched, one: Track, other: Track) -> Page:
    page = window.open(f"/tracks/{one.pk}/compare/{other.pk}/")
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-audio]')].every((a) => a.readyState >= 3)"
    )
    return page


@pytest.fixture
def pair(window: Watched, song: Track, sound: Path) -> Page:
    return opened(window, song, another(sound))


def seek(page: Page, side: str, time: float) -> None:
    page.evaluate(
        "([side, time]) => { document.querySelector(`[data-audio=${side}]`).currentTime = time; }",
        [side, time],
    )
    page.wait_for_function("(side) => !document.querySelector(`[data-audio=${side}]`).seeking", arg=side)


def wait_for(page: Page, side: str, time: float) -> None:
    reached = "([side, time]) => document.querySelector(`[data-audio=${side}]`).currentTime >= time"
    page.wait_for_function(reached, arg=[side, time])


def playing(page: Page) -> list[str]:
    return [side for side, now in page.evaluate(NOW).items() if not now["paused"]]


def time_of(page: Page, side: str) -> float:
    return float(page.evaluate(NOW)[side]["time"])


@pytest.mark.parametrize("way", ["button", "b", "x"])
def test_switching_while_it_plays_keeps_the_position_and_one_plays(pair: Page, way: str) -> None:
    pair.evaluate(NOTE_SWITCHES)
    pair.keyboard.press(" ")
    wait_for(pair, "a", 1.5)
    if way == "button":
        pair.get_by_role("button", name="B plays").click()
    else:
        pair.keyboard.press(way)
    wait_for(pair, "b", 2.0)
    assert playing(pair) == ["b"]
    pair.keyboard.press("a")
    wait_for(pair, "a", 2.5)
    assert playing(pair) == ["a"]
    switches = pair.evaluate("window.switches")
    assert [one["to"] for one in switches] == ["a", "b", "a"]
    assert all(abs(one["a"] - one["b"]) < NEAR for one in switches[1:])


def test_switching_at_rest_stays_at_rest(pair: Page) -> None:
    seek(pair, "a", 12.0)
    pair.keyboard.press("x")
    assert time_of(pair, "b") == pytest.approx(12.0, abs=0.01)
    assert playing(pair) == []
    expect(pair.get_by_role("button", name="B plays")).to_have_attribute("aria-pressed", "true")


def test_keys_and_slider_move_the_one_that_plays(pair: Page) -> None:
    pair.keyboard.press("b")
    pair.keyboard.press("ArrowRight")
    pair.keyboard.press("ArrowRight")
    pair.keyboard.press("ArrowLeft")
    assert time_of(pair, "b") == pytest.approx(5.0, abs=0.01)
    assert time_of(pair, "a") == 0
    slider = pair.get_by_role("slider", name="Position")
    slider.fill("15.5")
    assert time_of(pair, "b") == pytest.approx(15.5, abs=0.01)
    expect(slider).to_have_attribute("aria-valuetext", "0:15 of 0:20, B")


def test_where_the_other_is_over_it_says_so(window: Watched, song: Track, short_sound: Path) -> None:
    page = opened(window, song, another(short_sound))
    seek(page, "a", 9.0)
    page.keyboard.press(" ")
    page.keyboard.press("b")
    expect(page.get_by_role("alert")).to_have_text("B is shorter: it has ended at 0:05.")
    assert playing(page) == []


def test_an_extension_can_be_played_from_where_it_continues(
    window: Watched, song: Track, sound: Path
) -> None:
    longer = another(sound, operation="extend", source_track=song, params={"continueAt": 8.0})
    page = opened(window, song, longer)
    seek(page, "a", 10.0)
    page.get_by_label("B begins where A is continued").check()
    page.get_by_role("button", name="B plays").click()
    assert time_of(page, "b") == pytest.approx(2.0, abs=0.01)
    page.get_by_role("button", name="A plays").click()
    assert time_of(page, "a") == pytest.approx(10.0, abs=0.01)
    page.get_by_label("B begins where A is continued").uncheck()
    page.get_by_role("button", name="B plays").click()
    assert time_of(page, "b") == pytest.approx(10.0, abs=0.01)


def test_a_song_without_sound_leaves_the_other_to_be_playing(window: Watched, song: Track) -> None:
    page = opened(window, make_track(make_task(), status="pending"), song)
    expect(page.get_by_role("button", name="A plays")).to_be_disabled()
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for(page, "b", 0.2)
    assert playing(page) == ["b"]
