"""One audio element for the whole site: the music goes on from page to page, and from song to song."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.browsing import Watched, log_in
from tests.support.factories import make_lines, make_staff, make_task, make_track
from tests.support.known_song import LINES, archive_file, write_tone
from tests.support.playing import seek, time_of, wait_for_time, wait_until_paused
from tracks.models import Track

pytestmark = pytest.mark.django_db(transaction=True)

# Samples the sound's clock against the computer's; both are read together, so that a busy page shows no gap.
WATCH = """() => {
  const audio = document.querySelector("#player");
  window.heard = { events: [], clocks: [], element: audio };
  for (const name of ["pause", "waiting", "emptied", "ended", "stalled", "ratechange"]) {
    audio.addEventListener(name, () => window.heard.events.push(name));
  }
  const sample = () => window.heard.clocks.push([performance.now() / 1000, audio.currentTime]);
  setInterval(sample, 20);
}"""
TRACK_OF_DOCK = "() => Number(document.querySelector('[data-dock]').dataset.dockTrack)"
# A link that the page does not have, followed as one that it has.
FOLLOW = """(address) => {
  const link = Object.assign(document.createElement("a"), { href: address });
  document.querySelector("main").append(link);
  link.click();
}"""
# A seek, a load or a silence would move one clock against the other.
MAX_GAP_SECONDS = 0.05


@pytest.fixture(scope="module")
def minute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tone(tmp_path_factory.mktemp("sound") / "minute.wav", 60)


@pytest.fixture
def songs(transactional_db: None, minute: Path) -> list[Track]:
    """Four songs, the last of them the first in the list."""
    made = []
    for title in ("Harbour Lights", "Paper Lanterns", "雨后的街", "אור בחלון"):
        track = make_track(make_task(status="succeeded"), archive="complete", title=title)
        asset = archive_file(track, minute)
        asset.duration_ms = 60_000
        asset.save()
        make_lines(track, "verse", *LINES)
        made.append(track)
    return made


def play(page: Page, song: Track) -> None:
    page.locator(f"[data-track-id='{song.pk}'] [data-play]").first.click()
    wait_for_time(page, 0.2)


def is_same_element(page: Page) -> bool:
    return bool(page.evaluate("window.heard?.element === document.querySelector('audio#player')"))


def gaps(clocks: list[tuple[float, float]]) -> Iterator[float]:
    """By how much the sound fell behind, or jumped, between two samples, in seconds."""
    for (before, heard_before), (after, heard) in itertools.pairwise(clocks):
        yield abs((after - before) - (heard - heard_before))


def test_the_music_goes_on_over_twenty_navigations(window: Watched, songs: list[Track]) -> None:
    page = window.open("/")
    play(page, songs[1])
    page.evaluate(WATCH)
    visited = 0
    for song in songs:
        page.locator(f"[data-track-id='{song.pk}'] .row-title").first.click()
        expect(page).to_have_title(f"{song.title} · musicgen")
        page.go_back()
        expect(page.locator(f"[data-track-id='{song.pk}']").first).to_be_visible()
        page.go_forward()
        expect(page).to_have_title(f"{song.title} · musicgen")
        page.go_back()
        visited += 4
    page.keyboard.press("/")
    page.keyboard.type("lanterns")
    page.keyboard.press("Enter")
    expect(page.locator("main [data-track-id]")).to_have_count(1)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    expect(page.locator(".notice")).to_contain_text("Approved: Paper Lanterns")
    for key, heading in (("o", "New"), ("t", "Tasks"), ("l", "songs")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page.locator("h1")).to_contain_text(heading)
        visited += 1
    page.go_back()
    visited += 2
    assert visited >= 20
    assert is_same_element(page)
    heard = page.evaluate("() => ({ events: window.heard.events, clocks: window.heard.clocks })")
    assert heard["events"] == []
    assert page.evaluate(TRACK_OF_DOCK) == songs[1].pk
    assert max(gaps(heard["clocks"])) <= MAX_GAP_SECONDS
    songs[1].refresh_from_db()
    assert songs[1].review == "approved"


def test_the_page_that_one_returns_to_is_alive_however_long_ago_it_was(
    window: Watched, songs: list[Track]
) -> None:
    page = window.open("/")
    for place in range(12):
        page.evaluate(FOLLOW, f"/tasks/?place={place}")
        page.wait_for_function("(place) => location.search === `?place=${place}`", arg=place)
    page.evaluate("history.go(-12)")
    expect(page.locator(".row").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".row.is-focused")).to_have_count(1)


def test_the_next_song_is_in_memory_when_its_turn_comes(window: Watched, songs: list[Track]) -> None:
    page = window.open("/")
    play(page, songs[3])
    seek(page, 55)
    page.wait_for_function(
        "(id) => Number(document.querySelector('[data-dock]').dataset.dockTrack) === id", arg=songs[2].pk
    )
    assert page.evaluate("document.querySelector('#player').src").startswith("blob:")
    wait_for_time(page, 0.3)
    expect(page.locator("[data-dock-title]")).to_have_text("雨后的街")
    assert page.evaluate("navigator.mediaSession.metadata.title") == "雨后的街"


def test_a_jump_in_a_song_that_is_still_loading_moves_no_other_song(
    window: Watched, songs: list[Track]
) -> None:
    page = window.open("/")
    page.route(f"**/tracks/{songs[0].pk}/media/*", lambda route: None)
    page.locator(f"[data-track-id='{songs[0].pk}'] [data-play]").first.click()
    page.keyboard.press(".")
    play(page, songs[1])
    assert time_of(page) < 8


def test_speed_and_volume_are_remembered(window: Watched, songs: list[Track]) -> None:
    page = window.open("/")
    page.keyboard.press(">")
    page.keyboard.press("m")
    page = window.open(f"/tracks/{songs[0].pk}/")
    assert page.evaluate(
        "[document.querySelector('#player').playbackRate, document.querySelector('#player').muted]"
    ) == [
        1.25,
        True,
    ]
    expect(page.locator("[data-do=speed]")).to_have_text("1.25×")


def test_two_tabs_do_not_play_at_once(window: Watched, songs: list[Track]) -> None:
    first = window.open("/")
    play(first, songs[0])
    second = window.context.new_page()
    second.goto("/")
    play(second, songs[1])
    wait_until_paused(first, True)
    wait_until_paused(second, False)
    play_key(first)
    wait_until_paused(second, True)


def play_key(page: Page) -> None:
    page.bring_to_front()
    page.locator("main").focus()
    page.keyboard.press("Space")
    wait_until_paused(page, False)


def test_a_page_that_the_browser_loads_anew_has_the_song_at_its_place(
    window: Watched, songs: list[Track]
) -> None:
    page = window.open("/")
    play(page, songs[0])
    seek(page, 30)
    page.reload()
    page.wait_for_function("() => document.querySelector('#player').currentTime >= 29")
    assert page.evaluate(TRACK_OF_DOCK) == songs[0].pk
    assert page.evaluate("document.querySelector('#player').paused")


def test_the_queue_can_be_changed(window: Watched, songs: list[Track]) -> None:
    page = window.open("/")
    play(page, songs[3])
    page.keyboard.press("q")
    panel = page.locator(".queue-panel")
    expect(panel.locator("li")).to_have_count(4)
    panel.get_by_role("button", name="Remove 雨后的街").click()
    panel.get_by_role("button", name="Move Harbour Lights up").click()
    panel.get_by_role("button", name="Repeat: off").click()
    expect(panel.get_by_role("button", name="Repeat: all")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.locator("main").focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-dock-title]")).to_have_text("Harbour Lights")


def test_a_decision_is_undone_and_a_refused_one_is_taken_back(window: Watched, songs: list[Track]) -> None:
    page = window.open("/")
    play(page, songs[0])
    page.keyboard.press("4")
    expect(page.locator(".notice")).to_contain_text("4 of 5 stars")
    page.keyboard.press("z")
    expect(page.locator(".notice")).to_contain_text("Undone")
    songs[0].refresh_from_db()
    assert songs[0].rating is None
    songs[0].delete()
    page.keyboard.press("r")
    expect(page.locator(".notice[data-tone=bad]")).to_contain_text("not saved. It is no longer there")
    expect(page.locator("[data-dock] [data-review=rejected]")).to_have_attribute("aria-pressed", "false")
    window.complaints.clear()  # the refusal itself


def test_decisions_are_saved_one_after_the_other(window: Watched, songs: list[Track]) -> None:
    page = window.open("/")
    play(page, songs[0])
    page.wait_for_function("() => document.querySelector('[data-dock] .wave-clip')")
    address = f"**/api/v1/tracks/{songs[0].pk}/"
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    for key in ("a", "r"):
        page.keyboard.press(key)
    expect(page.locator("[data-dock] [data-review=rejected]")).to_have_attribute("aria-pressed", "true")
    assert len(held) == 1  # two on their way at once could arrive the other way round
    page.keyboard.press("z")  # takes back what was decided last, although that is not saved yet
    for later in (2, 3):
        with page.expect_request(address):
            held[-1].continue_()
        page.evaluate("0")  # by then the route has the request too
        assert len(held) == later
    held[-1].continue_()
    expect(page.locator(".notice")).to_contain_text("Undone: Harbour Lights")
    songs[0].refresh_from_db()
    assert songs[0].review == "approved"


def test_a_viewer_has_no_buttons_to_decide(browser: Browser, live_server: Any, songs: list[Track]) -> None:
    watched = Watched(browser, live_server.url)
    log_in(watched, make_staff(role="viewer"))
    page = watched.open("/")
    play(page, songs[0])
    page.keyboard.press("a")
    expect(page.locator("[data-dock] [data-review]")).to_have_count(0)
    songs[0].refresh_from_db()
    assert songs[0].review == "new"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Play or pause")
    expect(page.get_by_role("dialog", name="Keys")).not_to_contain_text("Approve")
    assert watched.complaints == []
    watched.context.close()
