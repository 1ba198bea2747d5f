"""Playlists in a real browser: played through, reordered by keyboard and by hand, and without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import Watched, log_in
from tests.support.factories import make_staff, make_task, make_track
from tests.support.known_song import archive_file, write_tone
from tests.support.playing import wait_for_time
from tracks.models import Playlist, Track
from tracks.services.playlists import add_to_playlist, create_playlist, move_in_playlist
from tracks.views.pagination import PAGE_SIZE

pytestmark = pytest.mark.django_db(transaction=True)

LOOK_NOW = "document.dispatchEvent(new Event('visibilitychange'))"
TOPS = "() => [...document.querySelectorAll('.row')].map((row) => row.getBoundingClientRect().top)"
NAMES = ("Cats", "Owls", "Bees", "Mice")


def make_played(name: str, sound: Path) -> Track:
    track = make_track(make_task(status="succeeded"), archive="complete", title=name)
    archive_file(track, sound)
    return track


def open_menu(page: Page, name: str) -> None:
    page.locator("summary", has_text=f"Move or remove {name}").click()


@pytest.fixture
def bob(transactional_db: None) -> User:
    return make_staff("bob")


@pytest.fixture
def night(bob: User, sound: Path) -> Playlist:
    made = create_playlist("Night Drive", "", bob)
    add_to_playlist(made.pk, [make_played(name, sound).pk for name in NAMES], bob)
    return made


def order(playlist: Playlist) -> list[str]:
    return [one.track.title for one in playlist.entries.order_by("position").select_related("track")]


def expect_order(page: Page, *names: str) -> None:
    expect(page.locator("[data-rows] .row-title")).to_have_text(names)
    expect(page.locator("[data-rows] .place")).to_have_text([str(n + 1) for n in range(len(names))])


def drag(page: Page, name: str, to: str, below: bool) -> None:
    """By its number, to the upper or lower part of another row."""
    page.locator(f"[data-title={name}] [data-drag]").hover()
    page.mouse.down()
    box: Any = page.locator(f".row[data-title={to}]").bounding_box()
    before = page.evaluate(TOPS)
    page.mouse.move(box["x"] + 80, box["y"] + box["height"] * (0.8 if below else 0.2), steps=4)
    expect(page.locator(".is-behind, .is-before")).to_have_count(1)
    assert page.evaluate(TOPS) == before
    page.mouse.up()


def test_it_is_played_through_and_reordered(window: Watched, night: Playlist, bob: User) -> None:
    page = window.open(f"/playlists/{night.pk}/")
    page.get_by_role("link", name="Play all").click()
    wait_for_time(page, 0.2)
    page.keyboard.press("q")
    expect(page.locator(".queue-title")).to_have_text(NAMES)
    page.keyboard.press("q")

    page.locator("[data-title=Mice] .row-title").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    expect_order(page, "Cats", "Mice", "Owls", "Bees")
    expect(page.locator(".row[data-title=Mice]")).to_be_focused()
    drag(page, "Cats", "Owls", below=True)
    expect_order(page, "Mice", "Owls", "Cats", "Bees")
    drag(page, "Bees", "Mice", below=False)
    expect_order(page, "Bees", "Mice", "Owls", "Cats")
    open_menu(page, "Owls")
    page.get_by_label("New place of Owls, of 4").fill("1")
    page.keyboard.press("Enter")
    expect_order(page, "Owls", "Bees", "Mice", "Cats")

    page.keyboard.press("Delete")
    expect_order(page, "Bees", "Mice", "Cats")
    expect(page.locator("[data-count-words]")).to_have_text("3 songs")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notice")).to_contain_text("Back in its place: Owls")
    expect_order(page, "Owls", "Bees", "Mice", "Cats")
    assert order(night) == ["Owls", "Bees", "Mice", "Cats"]

    page.get_by_text("Sort", exact=True).click()
    page.get_by_role("button", name="By title").click()
    expect(page.locator(".notice")).to_contain_text("Sorted: by title")
    expect_order(page, "Bees", "Cats", "Mice", "Owls")
    page.get_by_role("button", name="Undo").click()
    expect_order(page, "Owls", "Bees", "Mice", "Cats")
    assert page.evaluate("!document.querySelector('#player').paused")


def test_a_long_one_goes_on_playing_on_other_pages(window: Watched, bob: User, tmp_path: Path) -> None:
    sound = write_tone(tmp_path / "short.wav", 2)
    made = create_playlist("Long", "", bob)
    add_to_playlist(made.pk, [make_played(f"Song {place}", sound).pk for place in range(1, 56)], bob)
    page = window.open(f"/playlists/{made.pk}/")
    page.get_by_role("link", name="Play all").click()
    wait_for_time(page, 0.1)
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Playlists", level=1)).to_be_visible()
    page.keyboard.press("q")
    for pages, count in ((1, 2 * PAGE_SIZE), (2, 55)):
        page.get_by_role("button", name=f"Song {pages * PAGE_SIZE - 2}", exact=True).click()
        expect(page.locator(".queue-head")).to_contain_text(f"{count} songs")


def test_what_others_change_is_told_and_shown(window: Watched, night: Playlist, bob: User) -> None:
    page = window.open(f"/playlists/{night.pk}/")
    ids = list(night.entries.order_by("position").values_list("track_id", flat=True))
    page.locator("[data-title=Cats] .row-title").focus()
    before = page.evaluate(TOPS)
    move_in_playlist(night.pk, ids[3], 0, bob)
    page.evaluate(LOOK_NOW)
    show = page.get_by_role("button", name="Somebody else changed this playlist: show")
    expect(show).to_be_visible()
    assert page.evaluate(TOPS) == before
    show.click()
    expect_order(page, "Mice", "Cats", "Owls", "Bees")
    move_in_playlist(night.pk, ids[3], 3, bob)
    page.locator("[data-title=Owls] .row-title").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".notice")).to_contain_text("Somebody else changed this playlist meanwhile.")
    expect_order(page, *order(night))
    page.route("**/api/v1/playlists/**", lambda route: route.abort())
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".notice")).to_contain_text("Not saved, so it is as before.")
    expect_order(page, *order(night))
    window.complaints[:] = [one for one in window.complaints if "Failed to load" not in one]


def test_without_scripts_its_forms_do_all(browser: Browser, live_server: Any, night: Playlist) -> None:
    plain = Watched(browser, live_server.url, java_script_enabled=False)
    log_in(plain, make_staff())
    page = plain.open("/playlists/")
    page.get_by_role("link", name="Night Drive").last.click()
    open_menu(page, "Bees")
    page.get_by_role("button", name="Move up").locator("visible=true").click()
    expect_order(page, "Cats", "Bees", "Owls", "Mice")
    open_menu(page, "Cats")
    page.get_by_label("New place of Cats, of 4").fill("4")
    page.keyboard.press("Enter")
    expect_order(page, "Bees", "Owls", "Mice", "Cats")
    open_menu(page, "Owls")
    page.get_by_role("button", name="Remove from the playlist").locator("visible=true").click()
    expect_order(page, "Bees", "Mice", "Cats")
    page.get_by_role("link", name="Play all").click()
    expect(page.locator("h1")).to_contain_text("Bees")
    page.go_back()
    page.get_by_text("Edit", exact=True).click()
    page.get_by_text("Delete the playlist").click()
    page.get_by_role("button", name="Delete it for everyone").click()
    expect(page.get_by_text("No playlists yet")).to_be_visible()
    assert not Playlist.objects.exists()
    plain.context.close()
