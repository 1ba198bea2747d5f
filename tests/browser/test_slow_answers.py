"""What comes late, fails or is pressed twice: nothing typed is lost, and no newer state is replaced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, Route, expect

from tests.support.browsing import Watched
from tests.support.clients import session_client
from tests.support.factories import make_staff, make_task, make_track
from tests.support.known_song import archive_file, write_tone
from tests.support.playing import seek, wait_for_time
from tests.support.songs import make_archived_asset
from tracks.models import Playlist, Track
from tracks.services.playlists import add_to_playlist, create_playlist
from tracks.views.pagination import PAGE_SIZE

pytestmark = pytest.mark.django_db(transaction=True)

# A link that the page does not have, followed as one that it has.
FOLLOW = """(address) => {
  const link = Object.assign(document.createElement("a"), { href: address });
  document.querySelector("main").append(link);
  link.click();
}"""
BULK = "**/api/v1/tracks/bulk/"


@pytest.fixture(autouse=True)
def refused(window: Watched) -> Iterator[None]:
    """Words about a request that failed are no complaint here."""
    yield
    said = ("Failed to load resource", "navigation failed")
    window.complaints[:] = [one for one in window.complaints if not any(words in one for words in said)]


@pytest.fixture
def bob(transactional_db: None) -> User:
    return make_staff("bob")


def make_listed(title: str) -> Track:
    track = make_track(make_task(status="succeeded"), archive="complete", title=title)
    make_archived_asset(track)
    return track


def make_long(bob: User, count: int) -> Playlist:
    made = create_playlist("Long", "", bob)
    add_to_playlist(made.pk, [make_listed(f"Song {place}").pk for place in range(1, count + 1)], bob)
    return made


def hold(page: Page, address: str) -> list[Route]:
    """Requests of this address wait until the test lets them go."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    return held


def choose_all(page: Page, count: int) -> None:
    boxes = page.locator("[data-rows] .check input")
    expect(boxes).to_have_count(count)
    page.locator("[data-inspector-toggle]").wait_for()
    boxes.first.click()
    boxes.last.click(modifiers=["Shift"])


def test_a_list_that_cannot_go_on_asks_once(window: Watched, bob: User) -> None:
    made = make_long(bob, 2 * PAGE_SIZE)
    page = window.page
    asked: list[str] = []
    page.on("requestfailed", lambda request: asked.append(request.url))
    page.route("**/playlists/*/?cursor=*", lambda route: route.abort())
    window.open(f"/playlists/{made.pk}/")
    page.evaluate("document.querySelector('main').scrollTop = 1e6")
    expect(page.locator(".notice")).to_contain_text("More songs could not be loaded")
    page.evaluate("async () => { for (let n = 0; n < 40; n++) await new Promise(requestAnimationFrame); }")
    # At first for a window that is not full, then for a reader at the end of the list.
    assert len(asked) <= 2
    page.unroute("**/playlists/*/?cursor=*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-rows] .row")).to_have_count(2 * PAGE_SIZE)


def test_a_refused_move_keeps_the_rows_that_came_later(window: Watched, bob: User) -> None:
    made = make_long(bob, 2 * PAGE_SIZE)
    page = window.open(f"/playlists/{made.pk}/")
    rows = page.locator("[data-rows] .row")
    expect(rows.first).to_be_visible()
    page.evaluate("document.querySelector('main').scrollTop = 1e6")
    expect(rows).to_have_count(2 * PAGE_SIZE)
    page.route("**/api/v1/playlists/**", lambda route: route.abort())
    page.locator("[data-title='Song 3'] .row-title").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".notice")).to_contain_text("Not saved, so it is as before.")
    expect(page.locator("[data-rows] .row-title")).to_have_text(
        [f"Song {place}" for place in range(1, 2 * PAGE_SIZE + 1)]
    )


def test_a_late_answer_of_a_playlist_wipes_no_other_page(window: Watched, bob: User) -> None:
    made = make_long(bob, PAGE_SIZE + 5)
    page = window.open(f"/playlists/{made.pk}/?cursor={second_page(made, bob)}")
    held = hold(page, "**/api/v1/playlists/**")
    page.locator("[data-rows] .row-title").first.focus()
    row = page.locator("[data-rows] .row").first
    row.locator("summary").click()
    row.get_by_label("New place of").fill("1")
    page.keyboard.press("Enter")
    page.evaluate("0")
    page.evaluate(FOLLOW, "/playlists/")
    name = page.get_by_label("Name of a new playlist")
    name.fill("Half typed")
    with page.expect_response("**/api/v1/playlists/**"):
        held[0].continue_()
    page.evaluate("async () => { for (let n = 0; n < 20; n++) await new Promise(requestAnimationFrame); }")
    expect(name).to_have_value("Half typed")
    page.go_back()
    expect(page.get_by_role("button", name="Somebody else changed this playlist: show")).to_be_visible()


def second_page(playlist: Playlist, user: User) -> str:
    """The cursor of the page after the first."""
    return cursor_in(session_client(user).get(f"/playlists/{playlist.pk}/").content.decode())


def cursor_in(page: str) -> str:
    link = page.split('rel="next" href="?cursor=')[1]
    return link.split('"')[0].replace("&amp;", "&")


def test_a_playlist_begun_in_its_middle_plays_on_to_its_end(
    window: Watched, bob: User, tmp_path: Path
) -> None:
    made = make_long(bob, 2 * PAGE_SIZE + 5)
    client, cursor = session_client(bob), second_page(made, bob)
    last = cursor_in(client.get(f"/playlists/{made.pk}/?cursor={cursor}").content.decode())
    page = window.open(f"/playlists/{made.pk}/?cursor={last}")
    page.get_by_role("link", name="Play all").click()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Playlists", level=1)).to_be_visible()
    page.keyboard.press("q")
    page.route(f"**/playlists/{made.pk}/?cursor=*", lambda route: route.abort(), times=1)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name=f"Song {PAGE_SIZE - 3}", exact=True).click()
    for place in (PAGE_SIZE - 1, 2 * PAGE_SIZE - 1):
        page.get_by_role("button", name=f"Song {place}", exact=True).click()
        expect(page.locator(".queue-head")).to_contain_text(
            f"{min(place + 1 + PAGE_SIZE, 2 * PAGE_SIZE + 5)} songs"
        )


def test_the_last_of_two_reviews_of_many_wins(window: Watched) -> None:
    songs = [make_listed(f"Song {place}") for place in range(2)]
    page = window.open("/")
    choose_all(page, 2)
    held = hold(page, BULK)
    with page.expect_request(BULK):
        page.keyboard.press("a")
    page.keyboard.press("r")
    page.evaluate("0")
    assert len(held) == 1  # two on their way at once could arrive the other way round
    with page.expect_request(BULK):
        held[0].continue_()
    page.evaluate("0")
    held[1].continue_()
    expect(page.locator(".notice")).to_contain_text("2 songs rejected")
    assert {Track.objects.get(pk=song.pk).review for song in songs} == {"rejected"}


def test_a_name_for_many_stays_until_it_is_saved_and_is_sent_once(window: Watched) -> None:
    make_listed("One")
    make_listed("Two")
    page = window.open("/")
    choose_all(page, 2)
    page.keyboard.press("t")
    tag = page.locator("[data-bulk-new-tag] input[name=tag]")
    page.route(BULK, lambda route: route.abort(), times=1)
    tag.fill("autumn")
    tag.press("Enter")
    expect(page.locator(".notice")).to_contain_text("Nothing was done.")
    expect(tag).to_have_value("autumn")
    page.keyboard.press("Escape")
    page.locator("main").focus()
    page.keyboard.press("p")
    name = page.get_by_label("Name of a new playlist")
    held = hold(page, "**/api/v1/playlists/")
    name.fill("Autumn")
    name.press("Enter")
    name.press("Enter")
    page.evaluate("0")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator(".notice")).to_contain_text("2 songs added to the playlist")


def test_a_decision_is_newer_than_facts_that_were_asked_for_before_it(window: Watched, sound: Path) -> None:
    track = make_track(make_task(status="succeeded"), archive="complete", title="Owls")
    archive_file(track, sound)
    page = window.open("/")
    page.locator("[data-inspector-toggle]").wait_for()
    before: list[tuple[Route, Any]] = []
    facts = f"**/tracks/{track.pk}/player.json"
    page.route(facts, lambda route: before.append((route, route.fetch())), times=1)
    page.locator("[data-rows] [data-play]").first.click()
    wait_for_time(page, 0.1)
    page.locator("[data-rows] [data-review=approved]").first.click()
    approved = page.locator("[data-dock] [data-review=approved]")
    expect(approved).to_have_attribute("aria-pressed", "true")
    route, answer = before[0]
    with page.expect_response(facts):
        route.fulfill(response=answer)
    page.evaluate("0")
    expect(approved).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-dock] .wave-clip")).to_have_count(1)


def test_facts_of_which_a_part_came_are_asked_for_again(window: Watched, song: Track) -> None:
    page = window.open("/")
    page.locator("[data-inspector-toggle]").wait_for()
    page.route(
        f"**/tracks/{song.pk}/player.json",
        lambda route: route.fulfill(status=200, content_type="application/json", body='{"id": 1, "ti'),
        times=1,
    )
    page.locator("[data-rows] [data-play]").first.click()
    wait_for_time(page, 0.1)
    page.keyboard.press("a")
    expect(page.locator(".notice")).to_contain_text("Approved: Owls at Dusk")


def test_an_offset_that_was_not_saved_is_the_servers_again(window: Watched, song: Track) -> None:
    page = window.open(f"/tracks/{song.pk}/")
    place = page.locator('[data-offset-of="song"]')
    later = place.locator('[data-offset-step="50"]')
    expect(later).to_be_attached()
    page.route(f"**/api/v1/tracks/{song.pk}/", lambda route: route.abort())
    later.evaluate("(button) => { button.click(); button.click(); }")
    expect(place.locator("output")).to_have_text("0 ms")


def test_a_songs_offset_counts_in_the_dock_at_once(window: Watched, song: Track) -> None:
    page = window.open(f"/tracks/{song.pk}/")
    line = page.locator("[data-dock-line]")
    place = page.locator('[data-offset-of="song"]')
    page.evaluate("document.querySelector('#player').currentTime = 1.05")
    expect(line).to_have_text("Moonlight guides the silent flight")
    for _ in range(2):
        place.locator('[data-offset-step="50"]').evaluate("(button) => button.click()")
    expect(line).not_to_have_text("Moonlight guides the silent flight")


def test_a_song_that_becomes_playable_holds_back_no_visit(window: Watched, song: Track, sound: Path) -> None:
    song.assets.all().delete()
    Track.objects.update(archive="pending")
    page = window.page
    page.clock.install()
    window.open(f"/tracks/{song.pk}/")
    page.evaluate("document.activeElement.blur()")
    held = hold(page, "**/tasks/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    archive_file(song, sound)
    Track.objects.update(archive="complete")
    with page.expect_response(f"**/tracks/{song.pk}/"):
        page.clock.fast_forward(5000)
    page.evaluate("0")
    held[0].continue_()
    expect(page.get_by_role("heading", name="Tasks", level=1)).to_be_visible()


def test_a_song_played_from_its_page_does_not_end_the_queue(window: Watched, tmp_path: Path) -> None:
    sound = write_tone(tmp_path / "short.wav", 2)
    for title, review in (("Alone", "approved"), ("Second", "new"), ("First", "new")):
        track = make_track(make_task(status="succeeded"), archive="complete", title=title, review=review)
        archive_file(track, sound)
    alone = Track.objects.get(title="Alone")
    page = window.open("/?review=new")
    page.locator("[data-title=First] [data-play]").first.click()
    wait_for_time(page, 0.1)
    page.keyboard.press("k")
    page.evaluate(FOLLOW, f"/tracks/{alone.pk}/")
    expect(page.locator("[data-dock-title]")).to_have_text("Alone")
    page.keyboard.press("q")
    expect(page.locator(".queue-title")).to_have_text(["First", "Second"])
    page.keyboard.press("q")
    page.keyboard.press("k")
    page.keyboard.press("q")
    expect(page.locator(".queue-title")).to_have_text(["First", "Alone", "Second"])
    expect(page.locator("[data-dock-title]")).to_have_text("Second")


def test_the_second_of_two_sequences_of_keys_has_its_time(window: Watched, song: Track) -> None:
    page = window.page
    page.clock.install()
    window.open("/")
    page.locator("[data-inspector-toggle]").wait_for()
    page.keyboard.press("g")
    page.clock.run_for(1000)
    page.keyboard.press("x")
    page.keyboard.press("g")
    page.clock.run_for(1000)
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Tasks", level=1)).to_be_visible()


def test_pages_that_are_gone_are_let_go(window: Watched, song: Track) -> None:
    page = window.open("/playlists/")
    page.evaluate("window.first = new WeakRef(document.querySelector('main'))")
    for place in range(14):
        page.evaluate(FOLLOW, f"/playlists/?place={place}")
        page.wait_for_function("(place) => location.search === `?place=${place}`", arg=place)
    developer = window.context.new_cdp_session(page)
    developer.send("HeapProfiler.enable")
    developer.send("HeapProfiler.collectGarbage")
    assert page.evaluate("window.first.deref() === undefined")


def test_a_form_that_is_tried_again_after_its_session_ended_keeps_what_was_typed(window: Watched) -> None:
    page = window.open("/tasks/new/?provider=suno&operation=lyrics")
    page.get_by_label("Description").fill("a harbour,\nwith gulls")
    page.route("**/tasks/new/*", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="Send to Suno").click()
    expect(page.locator(".notice")).to_contain_text("It is not known whether this was saved")
    window.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Try again").click()
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("listen closely")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("with gulls")).to_be_visible()


def test_a_page_of_a_newer_version_comes_although_its_address_names_a_place(
    window: Watched, song: Track
) -> None:
    page = window.open("/tasks/")
    page.evaluate(FOLLOW, f"/tracks/{song.pk}/#files")
    expect(page.locator("[data-page-song]")).to_be_visible()
    page.reload()
    page.go_back()
    expect(page.get_by_role("heading", name="Tasks", level=1)).to_be_visible()
    page.reload()
    page.evaluate("document.documentElement.dataset.version = 'older'")
    page.go_forward()
    expect(page.locator("[data-page-song]")).to_be_visible()


def test_a_drag_ends_with_its_page(window: Watched, bob: User) -> None:
    made = make_long(bob, PAGE_SIZE)
    page = window.open("/")
    expect(page.locator("[data-rows] .row")).to_have_count(PAGE_SIZE)
    page.evaluate(FOLLOW, f"/playlists/{made.pk}/")
    page.locator("[data-title='Song 3'] [data-drag]").hover()
    page.mouse.down()
    page.mouse.move(400, 895, steps=3)
    page.evaluate("history.back()")
    page.wait_for_function("() => document.querySelector('[data-library]')")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.evaluate("document.querySelector('main').scrollTop = 0")
    page.evaluate("async () => { for (let n = 0; n < 20; n++) await new Promise(requestAnimationFrame); }")
    assert page.evaluate("document.querySelector('main').scrollTop") == 0


def test_words_that_could_not_be_copied_are_told_of(window: Watched, song: Track) -> None:
    page = window.open(f"/tracks/{song.pk}/")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".notice")).to_contain_text("did not let the page copy the words")


def test_the_lyric_editor_knows_of_a_loop_that_was_there_before_it(window: Watched, song: Track) -> None:
    page = window.open(f"/tracks/{song.pk}/")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    for moment in (1, 3):
        seek(page, moment)
        page.keyboard.press("l")
    page.evaluate(FOLLOW, f"/tracks/{song.pk}/lyrics/edit/")
    expect(page.locator("[data-do=loop-line]")).to_have_attribute("aria-pressed", "true")
