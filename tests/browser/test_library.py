"""The library in a real browser: judged and opened in place, endless, alive, and chosen from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.accessible import assert_accessible
from tests.support.browsing import Watched, log_in
from tests.support.factories import make_lines, make_staff, make_task, make_track
from tests.support.known_song import LINES, archive_file
from tests.support.playing import wait_for_time
from tests.support.songs import make_archived_asset
from tracks.models import Playlist, Task, Track
from tracks.services.events import record_event
from tracks.services.review import edit
from tracks.views.pagination import PAGE_SIZE

pytestmark = pytest.mark.django_db(transaction=True)

LOOK_NOW = "document.dispatchEvent(new Event('visibilitychange'))"
TOPS = """() => Object.fromEntries([...document.querySelectorAll("[data-rows] .row")]
  .map((row) => [row.dataset.trackId, row.getBoundingClientRect().top]))"""
TASKS = (
    "() => [...document.querySelectorAll('[data-rows] .row:not(.row-take)')].map((row) => row.dataset.task)"
)
FIRST_IN_SIGHT = """() => [...document.querySelectorAll(".row")]
  .find((row) => row.getBoundingClientRect().top > 200).dataset.trackId"""
DRAWN_AT = """(place) => [...document.querySelectorAll("[data-rows] .row")][place]
  .querySelector("a").checkVisibility({ contentVisibilityAuto: true })"""
HEIGHTS = "() => [...document.querySelectorAll('[data-rows] .row')].map((row) => row.offsetHeight)"
# What a finger finds at the upper and at the lower edge of each: the element itself, or what is in it.
TOUCHED = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
  const { left, top, width, height } = element.getBoundingClientRect();
  const found = [top + 2, top + height - 2].map((y) => document.elementFromPoint(left + width / 2, y));
  return { width, height, isFound: found.every((one) => element.contains(one)) };
})"""
PLAYED = "() => Number(document.querySelector('.row-take.is-now .wave-clip')?.getAttribute('width')) > 0"


def make_played(sound: Path, task: Task | None = None, **over: Any) -> Track:
    sung = " ".join(text for text, *_ in LINES)
    track = make_track(task or make_task(status="succeeded"), archive="complete", lyrics_text=sung, **over)
    archive_file(track, sound)
    make_lines(track, *LINES)
    return track


def make_listed(**over: Any) -> Track:
    """A song whose sound nobody asks for, with a cover that we draw."""
    track = make_track(make_task(status="succeeded"), archive="complete", **over)
    make_archived_asset(track)
    return track


def row(page: Page, song: Track) -> Any:
    return page.locator(f"[data-rows] [data-track-id='{song.pk}']").first


def open_library(window: Watched, path: str = "/") -> Page:
    """With its scripts at work: until then its links lead away."""
    page = window.open(path)
    page.wait_for_function("() => document.querySelector('[data-choice]:not([hidden])')")
    return page


def test_a_request_is_opened_played_and_judged_by_keyboard(window: Watched, sound: Path) -> None:
    task = make_task(status="succeeded")
    first, second = (make_played(sound, task, position=place, title="Owls") for place in range(2))
    make_played(sound, title="Mice")
    page = open_library(window)
    for key in ("ArrowDown", "ArrowDown", "e"):
        page.keyboard.press(key)
    expect(page.locator(".row-take")).to_have_count(2)
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    wait_for_time(page, 0.2)
    expect(page.get_by_label("Pause take B of Owls")).to_be_visible()
    page.wait_for_function(PLAYED)
    page.keyboard.press("a")
    page.keyboard.press("4")
    taken = page.locator(f".row-take[data-track-id='{second.pk}']")
    expect(taken.get_by_label("Approve Owls")).to_have_attribute("aria-pressed", "true")
    expect(taken.locator(".stars input:checked")).to_have_value("4")
    row(page, first).get_by_label("Reject Owls").click()
    expect(page.locator(".notice")).to_contain_text("Rejected: Owls")
    assert_accessible(page)
    page.keyboard.press("e")
    expect(page.locator(".row-take")).to_have_count(0)
    second.refresh_from_db()
    assert (second.review, second.rating) == ("approved", 4)
    assert Track.objects.get(pk=first.pk).review == "rejected"


def test_the_list_goes_on_and_returns_to_its_place(window: Watched, sound: Path) -> None:
    played = make_played(sound, title="Owls")
    songs = [played, *(make_listed(title=f"Song {place}") for place in range(119))]
    page = open_library(window)
    rows = page.locator("[data-rows] .row")
    expect(rows).to_have_count(PAGE_SIZE)
    while (count := rows.count()) < 120:
        page.evaluate("document.querySelector('main').scrollTop = 1e6")
        expect(rows).not_to_have_count(count)
    assert page.evaluate(TASKS) == [str(song.task_id) for song in reversed(songs)]
    page.evaluate("document.querySelector('main').scrollTop -= 200")
    page.wait_for_function("() => location.search.startsWith('?cursor=') && history.state.row")
    seen = page.evaluate(FIRST_IN_SIGHT)
    page.evaluate(f"document.querySelector('[data-track-id=\"{played.pk}\"] .row-title').click()")
    expect(page.locator("[data-page-song]")).to_be_visible()
    page.go_back()
    expect(rows).to_have_count(120)
    assert page.evaluate(FIRST_IN_SIGHT) == seen
    page.reload()
    expect(page.get_by_role("link", name="Newer songs")).to_have_count(1)
    page.wait_for_function(f"() => ({FIRST_IN_SIGHT})() === '{seen}'")


def test_what_is_out_of_sight_is_not_drawn(window: Watched) -> None:
    for place in range(60):
        make_listed(title=f"Song {place}")
    window.page.set_viewport_size({"width": 1280, "height": 260})
    page = open_library(window)
    expect(page.locator("[data-rows] .row")).to_have_count(PAGE_SIZE)
    assert page.evaluate(DRAWN_AT, 0) is True
    last = PAGE_SIZE - 1
    assert page.evaluate(DRAWN_AT, last) is False
    heights = page.evaluate(HEIGHTS)
    page.evaluate("document.querySelector('[data-rows] .row:last-child').scrollIntoView()")
    page.wait_for_function(f"() => ({DRAWN_AT})({last})")
    assert page.evaluate(HEIGHTS)[:PAGE_SIZE] == heights


def test_all_of_the_view_is_played_from_its_top_over_its_pages(window: Watched, sound: Path) -> None:
    songs = [make_played(sound, title=f"Song {place}") for place in range(PAGE_SIZE + 10)]
    top = songs[-1]
    page = open_library(window)
    page.get_by_role("button", name="Play all").click()
    wait_for_time(page, 0.2)
    expect(page.locator("[data-dock]")).to_have_attribute("data-dock-track", str(top.pk))
    page.keyboard.press("q")
    queue = page.get_by_label("Queue", exact=True).locator("li")
    expect(queue).to_have_count(PAGE_SIZE)
    row(page, top).locator(".row-title").click()
    expect(page.locator("[data-page-song]")).to_be_visible()
    queue.nth(PAGE_SIZE - 2).locator(".queue-title").click()
    expect(queue).to_have_count(PAGE_SIZE + 10)
    expect(queue.last).to_contain_text(songs[0].title)


def test_covers_have_the_size_that_was_chosen(window: Watched) -> None:
    make_listed()
    page = open_library(window, "/?as=covers")
    width = "document.querySelector('.card').offsetWidth"
    small = page.evaluate(width)
    page.get_by_label("Size of covers").select_option("large")
    assert page.evaluate(width) > small
    large = page.evaluate(width)
    page.reload()
    expect(page.get_by_label("Size of covers")).to_have_value("large")
    assert page.evaluate(width) == large


def test_a_note_beside_the_list_plays_its_moment(window: Watched, sound: Path) -> None:
    song = make_played(sound, title="Owls")
    song.track_notes.create(at_ms=9_500, text="Breath is cut", by="ada")
    page = open_library(window)
    page.keyboard.press("ArrowDown")
    page.get_by_role("link", name="Play from 0:09").click()
    wait_for_time(page, 9.5)
    expect(page.locator("[data-dock]")).to_have_attribute("data-dock-track", str(song.pk))
    page.get_by_role("link", name="Play from 0:09").click()
    assert page.url.endswith("/")


def test_chosen_takes_are_counted_as_takes(window: Watched, sound: Path) -> None:
    task = make_task(status="succeeded")
    for place in range(3):
        make_played(sound, task, position=place)
    page = open_library(window)
    page.locator("[data-rows] .check input").click()
    bar = page.get_by_role("region", name="Selection")
    expect(bar.locator("[data-bulk-count]")).to_have_text("1 song selected")
    expect(bar.locator("[data-bulk-takes]")).to_have_text("3 takes")
    page.keyboard.press("a")
    expect(page.locator(".notice")).to_contain_text("3 takes approved")
    page.keyboard.press("z")
    expect(page.locator(".notice")).to_contain_text("Undone: 3 takes")


def test_the_list_lives_while_it_is_used_and_no_row_moves(window: Watched, sound: Path) -> None:
    mice, owls, cats = (make_played(sound, title=title) for title in ("Mice", "Owls", "Cats"))
    waiting = make_task(status="running", params={"prompt": "a lullaby"})
    page = open_library(window)
    row(page, owls).get_by_label("Play Owls").focus()
    row(page, cats).hover()
    before = page.evaluate(TOPS)
    for song in (mice, owls, cats):
        edit(song.pk, {"rating": 3}, "bob")
    failed = {"status": "failed", "finished_at": timezone.now(), "error_message": "a quoted song"}
    Task.objects.filter(pk=waiting.pk).update(**failed)
    record_event("task.status", waiting)
    new = make_played(sound, title="Newcomer")
    record_event("track.created", new.task, track=new)
    page.evaluate(LOOK_NOW)
    for song in (mice, owls):
        expect(row(page, song)).to_have_attribute("data-rating", "3")
    expect(page.get_by_label("Play Owls")).to_be_focused()
    expect(page.get_by_text("failed: a quoted song.")).to_be_visible()
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    assert row(page, cats).get_attribute("data-rating") == ""
    assert page.evaluate(TOPS) == before
    row(page, mice).hover()
    page.evaluate(LOOK_NOW)
    expect(row(page, cats)).to_have_attribute("data-rating", "3")
    page.get_by_role("button", name="1 new").click()
    expect(row(page, new)).to_be_visible()


def test_the_list_asks_one_question_at_a_time(window: Watched) -> None:
    make_listed()
    page = open_library(window)
    held: list[Route] = []
    page.route("**/changes.json?*", lambda route: held.append(route))
    for _ in range(3):
        page.evaluate(LOOK_NOW)
    page.evaluate("0")
    assert len(held) == 1
    held[0].continue_()


def test_songs_are_chosen_and_done_with_at_once(window: Watched, sound: Path) -> None:
    songs = [make_played(sound, title=f"Song {place}") for place in range(5)]
    page = open_library(window)
    boxes = page.locator("[data-rows] .check input")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    bar = page.get_by_role("region", name="Selection")
    expect(bar).to_contain_text("3 songs selected")
    assert_accessible(page)
    page.keyboard.press("a")
    expect(page.locator(".notice")).to_contain_text("3 songs approved")
    assert Track.objects.filter(review="approved").count() == 3
    assert overlap(page, ".notice", "[data-bulk]") is False
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notice")).to_contain_text("Undone: 3 songs")
    assert Track.objects.filter(review="approved").count() == 0
    page.keyboard.press("r")
    expect(page.locator(".notice")).to_contain_text("3 songs rejected")
    page.keyboard.press("z")
    expect(page.locator(".notice")).to_contain_text("Undone: 3 songs")
    assert Track.objects.filter(review="rejected").count() == 0
    page.keyboard.press("p")
    page.get_by_label("Name of a new playlist").fill("Autumn")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("3 songs added to the playlist")
    expect(bar.locator("summary", has_text="Playlist")).to_be_focused()
    listed = Playlist.objects.get(name="Autumn").entries.values_list("track", flat=True)
    assert list(listed) == [song.pk for song in reversed(songs[2:])]
    bar.locator("summary", has_text="Playlist").click()
    bar.get_by_role("button", name="Autumn").click()
    expect(page.locator(".notice")).to_contain_text("3 songs in it already")
    ids = ",".join(map(str, listed))
    zip_link = bar.get_by_role("link", name="Zip")
    expect(zip_link).to_have_attribute("href", f"/api/v1/tracks/export.zip?ids={ids}")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    expect(row(page, songs[2])).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    for key in ("ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(bar).to_contain_text("2 songs selected")


def overlap(page: Page, one: str, other: str) -> bool:
    """Whether two elements cover each other."""
    first, second = (page.locator(each).bounding_box() for each in (one, other))
    assert first
    assert second
    return first["y"] < second["y"] + second["height"] and second["y"] < first["y"] + first["height"]


def test_z_takes_back_what_was_pressed_last_although_it_is_not_saved_yet(
    window: Watched, sound: Path
) -> None:
    older, newer = make_played(sound, title="Older"), make_played(sound, title="Newer")
    page = open_library(window)
    row(page, older).locator("[data-review=approved]").click()
    expect(page.locator(".notice")).to_contain_text("Approved: Older")
    held: list[Route] = []
    page.route(f"**/api/v1/tracks/{newer.pk}/", lambda route: held.append(route), times=1)
    with page.expect_request(f"**/api/v1/tracks/{newer.pk}/"):
        row(page, newer).locator("[data-review=rejected]").click()
    page.keyboard.press("z")
    held[0].continue_()
    expect(page.locator(".notice")).to_contain_text("Undone: Newer")
    assert [Track.objects.get(pk=song.pk).review for song in (older, newer)] == ["approved", "new"]


def test_back_and_forward_return_the_focus(window: Watched, sound: Path) -> None:
    song = make_played(sound, title="Owls")
    page = open_library(window)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("o")
    page.wait_for_url(f"**/tracks/{song.pk}/")
    page.go_back()
    expect(row(page, song)).to_be_focused()
    page.go_forward()
    expect(page.locator("main")).to_be_focused()


def test_what_is_searched_and_filtered_stands_in_the_address(window: Watched, sound: Path) -> None:
    found = make_played(sound, title="Owls at Dusk")
    make_listed(title="Mice")
    page = open_library(window)
    page.keyboard.press("/")
    page.keyboard.type(LINES[0][0].split()[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    expect(page.locator("[data-rows] .row")).to_have_count(1)
    page.locator(".hit").click()
    wait_for_time(page, LINES[0][1] / 1000)
    expect(page.locator("[data-dock]")).to_have_attribute("data-dock-track", str(found.pk))
    expect(page.locator(".insp-title")).to_have_text("Owls at Dusk")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Status").select_option("failed")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/?q=*&status=failed")
    expect(page.locator(".empty h2")).to_have_text("Nothing matches")
    page.get_by_role("link", name="Clear").click()
    page.wait_for_url("**/?status=failed")


def test_a_phone_chooses_by_a_long_press_and_shows_a_sheet(
    browser: Browser, live_server: Any, sound: Path
) -> None:
    songs = [make_played(sound, title=f"Song {place}") for place in range(3)]
    size: Any = {"width": 390, "height": 844}
    watched = Watched(browser, live_server.url, viewport=size, has_touch=True, is_mobile=True)
    log_in(watched, make_staff())
    page = open_library(watched)

    def press(name: str) -> None:
        touched = row(page, songs[2]).locator(".row-meta")
        touched.dispatch_event(name, {"pointerType": "touch", "bubbles": True})

    press("pointerdown")
    expect(page.get_by_role("region", name="Selection")).to_contain_text("1 song selected")
    press("pointerup")
    press("click")
    row(page, songs[1]).locator(".row-meta").tap()
    expect(page.get_by_role("region", name="Selection")).to_contain_text("2 songs selected")
    page.get_by_role("button", name="Clear the selection").tap()
    page.get_by_role("button", name="Song in detail").tap()
    expect(page.locator(".insp-title")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(page)
    assert watched.complaints == []
    watched.context.close()


def test_targets_are_as_large_as_a_finger(browser: Browser, live_server: Any, sound: Path) -> None:
    task = make_task(status="succeeded")
    first, _ = (make_played(sound, task, position=place, title="Owls") for place in range(2))
    size: Any = {"width": 390, "height": 844}
    watched = Watched(browser, live_server.url, viewport=size, has_touch=True, is_mobile=True)
    log_in(watched, make_staff())
    page = open_library(watched)
    page.get_by_role("link", name="2 takes of Owls").tap()
    expect(page.locator(".row-take")).to_have_count(2)
    touched = [page.evaluate(TOUCHED, selector) for selector in (".takes", ".row-title")]
    page.goto(f"/tracks/{first.pk}/")
    page.get_by_role("link", name="LRC").first.scroll_into_view_if_needed()
    touched.append(page.evaluate(TOUCHED, ".song-side .side-tools a[download]"))
    for one in (each for found in touched for each in found):
        assert one["height"] >= 44
        assert one["width"] >= 44
    assert [len(found) > 0 for found in touched] == [True, True, True]
    assert all(one["isFound"] for found in touched[:2] for one in found), touched
    watched.context.close()


def test_without_scripts_songs_are_judged_in_their_rows(
    browser: Browser, live_server: Any, sound: Path
) -> None:
    task = make_task(status="succeeded")
    song, _ = (make_played(sound, task, position=place, title="Owls") for place in range(2))
    watched = Watched(browser, live_server.url, java_script_enabled=False)
    log_in(watched, make_staff())
    page = watched.open("/?q=owls")
    page.get_by_role("button", name="Approve Owls").click()
    expect(page.get_by_role("status").first).to_have_text("Approved.")
    assert page.url.endswith("/?q=owls")
    assert Track.objects.get(pk=song.pk).review == "approved"
    page.get_by_role("link", name="2 takes of Owls").click()
    expect(page).to_have_url(f"{live_server.url}/tasks/{task.pk}/")
    watched.context.close()
