"""What goes wrong while somebody works costs nothing that was typed, and can be done again as it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect

from tests.support.browsing import Watched, log_in
from tests.support.playing import wait_for_time
from tests.support.room import make_played
from tracks.models import Playlist, Track

pytestmark = pytest.mark.django_db(transaction=True)


def forget(window: Watched, *expected: str) -> None:
    """What a browser says about requests that were to fail is no complaint."""
    window.complaints[:] = [one for one in window.complaints if not any(word in one for word in expected)]


def open_library(window: Watched, sound: Path) -> Page:
    make_played(sound, title="Owls")
    page = window.open("/")
    page.wait_for_function("() => document.querySelector('[data-choice]:not([hidden])')")
    return page


def test_after_a_login_in_another_tab_it_is_saved_as_told(window: Watched, song: Track) -> None:
    page = window.open(f"/tracks/{song.pk}/")
    note = page.locator("[data-note-text]")
    note.fill("too loud here")
    window.context.clear_cookies(name="sessionid")
    note.press("Enter")
    expect(page.locator("[data-note-fault]")).to_contain_text("log in again in another tab")
    # A login makes the token of pages that were open before an old one.
    window.context.clear_cookies(name="csrftoken")
    log_in(window, User.objects.get())
    window.context.new_page().goto(f"{window.address}/tasks/new/?provider=suno&operation=lyrics")
    note.press("Enter")
    expect(page.locator("[data-note-list]")).to_contain_text("too loud here")
    forget(window, "401")


@pytest.mark.parametrize(("key", "field"), [("t", "tag"), ("p", "name")], ids=["tag", "playlist"])
def test_a_name_that_was_not_saved_stays_typed(window: Watched, sound: Path, key: str, field: str) -> None:
    page = open_library(window, sound)
    page.locator("[data-rows] .check input").first.click()
    page.keyboard.press(key)
    name = page.locator(f"[data-bulk] input[name={field}]")
    name.fill("Autumn")
    window.context.set_offline(True)
    name.press("Enter")
    expect(page.locator(".notice")).to_contain_text("The server did not answer")
    expect(name).to_be_visible()
    expect(name).to_have_value("Autumn")
    window.context.set_offline(False)
    name.press("Enter")
    expect(page.locator(".notice")).to_contain_text("1 song")
    expect(name).to_be_hidden()
    forget(window, "ERR_INTERNET_DISCONNECTED")


def test_a_playlist_that_could_not_be_filled_is_filled_at_the_next_press(
    window: Watched, sound: Path
) -> None:
    page = open_library(window, sound)
    page.locator("[data-rows] .check input").first.click()
    page.keyboard.press("p")
    name = page.get_by_label("Name of a new playlist")
    name.fill("Autumn")
    page.route("**/api/v1/tracks/bulk/", lambda route: route.abort(), times=1)
    name.press("Enter")
    expect(page.locator(".notice")).to_contain_text("The server did not answer")
    page.keyboard.press("p")
    page.get_by_role("button", name="Autumn").click()
    expect(page.locator(".notice")).to_contain_text("1 song added to the playlist")
    assert Playlist.objects.get().entries.count() == 1
    forget(window, "ERR_FAILED")


def test_what_is_sent_again_after_the_session_ended_is_kept_by_the_login(window: Watched) -> None:
    page = window.open("/tasks/new/?provider=suno&operation=lyrics")
    page.get_by_label("Description").fill("a harbour")
    window.context.set_offline(True)
    page.get_by_role("button", name="Send to Suno").click()
    expect(page.locator(".notice")).to_contain_text("what you typed is still here")
    window.context.set_offline(False)
    window.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="You were logged out")).to_be_visible()
    forget(window, "ERR_INTERNET_DISCONNECTED", "navigation failed", "401", "403")


def play_next(page: Page, song: Track) -> Locator:
    """What the player says about a song that it cannot load."""
    page.locator(f"[data-track-id='{song.pk}'] [data-play]").first.click()
    return page.locator("[data-dock-fault]")


def test_a_song_that_the_server_does_not_send_says_so_and_plays_later(window: Watched, sound: Path) -> None:
    page = open_library(window, sound)
    window.context.set_offline(True)
    fault = play_next(page, Track.objects.get())
    expect(fault).to_have_text(
        "The server did not answer, so the song could not be loaded. It is not lost: press play to try again."
    )
    window.context.set_offline(False)
    page.locator("[data-dock] [data-do=toggle]").click()
    wait_for_time(page, 0.2)
    expect(fault).to_be_hidden()
    forget(window, "ERR_INTERNET_DISCONNECTED")


def test_a_song_that_is_played_after_the_session_ended_asks_for_a_login(window: Watched, sound: Path) -> None:
    page = open_library(window, sound)
    window.context.clear_cookies(name="sessionid")
    fault = play_next(page, Track.objects.get())
    expect(fault).to_contain_text("Your session has ended")
    log_in(window, User.objects.get())
    page.locator("[data-dock] [data-do=toggle]").click()
    wait_for_time(page, 0.2)
    forget(window, "401")


def test_a_double_click_decides_once(window: Watched, sound: Path) -> None:
    page = open_library(window, sound)
    row = page.locator("[data-rows] [data-track-id]").first
    row.hover()
    row.locator("[data-review=approved]").dblclick()
    expect(page.locator(".notice")).to_contain_text("Approved: Owls")
    row.locator("[data-play]").first.click()
    dock = page.locator("[data-dock]")
    dock.locator("[data-review=rejected]").dblclick()
    expect(page.locator(".notice")).to_contain_text("Rejected: Owls")
    dock.locator(".stars label").nth(3).dblclick()
    expect(page.locator(".notice")).to_contain_text("4 of 5 stars: Owls")
    song = Track.objects.get()
    assert (song.review, song.rating) == ("rejected", 4)


def test_a_page_looks_the_same_whatever_was_open_before(window: Watched, sound: Path) -> None:
    window.page.set_viewport_size({"width": 390, "height": 844})
    page = open_library(window, sound)
    page.evaluate("window.isSame = true")
    page.get_by_role("link", name="Order", exact=True).click()
    page.get_by_role("link", name="Suno").first.click()
    expect(page.get_by_role("link", name="Another kind")).to_be_visible()
    page.get_by_role("link", name="Library", exact=True).click()
    page.locator(".row-title").click()
    page.get_by_text("Make", exact=False).first.click()
    expect(page.locator(".menu-make a").first).to_be_in_viewport(ratio=1)
    assert page.evaluate("window.isSame")
