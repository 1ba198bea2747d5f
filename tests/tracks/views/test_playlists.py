"""The playlists' pages: what they show, and every change that their forms make without scripts."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.clients import session_client
from tests.support.factories import make_staff, make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_song
from tracks.models import Playlist, Track
from tracks.services.playlists import (
    add_to_playlist,
    change_playlist,
    create_playlist,
    move_in_playlist,
    set_playlist,
)


@pytest.fixture
def songs(ada: User) -> list[Track]:
    return [make_song(title=title) for title in ("Cats", "owls", "Bees")]


@pytest.fixture
def night(ada: User, songs: list[Track]) -> Playlist:
    made = create_playlist("Night Drive", "For the\n<way> home", ada)
    add_to_playlist(made.pk, [song.pk for song in songs], ada)
    made.refresh_from_db()
    return made


def order(playlist: Playlist) -> list[str]:
    entries = playlist.entries.order_by("position").select_related("track")
    return [entry.track.title for entry in entries]


def post(client: Client, playlist: Playlist, **fields: object) -> Page:
    return Page(client.post(f"/playlists/{playlist.pk}/", fields, follow=True))


def test_the_list_shows_each_with_count_length_and_maker(staff: Client, night: Playlist) -> None:
    create_playlist("Empty one", "", make_staff("bob"))
    page = Page(staff.get("/playlists/"))
    assert "Empty one 0 songs – bob" in page.words
    assert "Night Drive For the <way> home 3 songs 4 min 48 s ada" in page.words
    assert page.words.index("Empty one 0 songs") < page.words.index("Night Drive For")
    assert f"/playlists/{night.pk}/" in [one.get("href") for one in page.named("a")]


def test_one_is_made_and_a_name_is_taken_once(staff: Client) -> None:
    assert "No playlists yet" in Page(staff.get("/playlists/")).words
    made = Page(staff.post("/playlists/", {"name": " Ｎight  Drive "}, follow=True))
    assert "No songs yet" in made.words
    answer = staff.post("/playlists/", {"name": "night drive"})
    assert "There is a playlist" in Page(answer, 400).words
    assert "A name needs a letter" in Page(staff.post("/playlists/", {"name": "\u200b"}), 400).words
    assert "A playlist needs a name." in Page(staff.post("/playlists/", {"name": ""}), 400).words
    assert [one.name for one in Playlist.objects.all()] == ["Ｎight Drive"]


def test_the_page_shows_the_songs_in_their_order(staff: Client, night: Playlist, songs: list[Track]) -> None:
    page = Page(staff.get(f"/playlists/{night.pk}/"))
    assert page.tracks() == [str(song.pk) for song in songs]
    assert [one["data-place"] for one in page.with_attribute("data-place")] == ["1", "2", "3"]
    assert "3 songs 4 min 48 s" in page.words
    assert "For the <way> home" in page.words
    links = {one.get("href"): one for one in page.named("a")}
    for name in ("export.m3u8", "export.zip"):
        assert "download" in links[f"/api/v1/playlists/{night.pk}/{name}"]
    [play] = page.with_attribute("data-play-all")
    assert play["href"] == f"/tracks/{songs[0].pk}/"


def test_songs_are_moved_and_removed(staff: Client, night: Playlist, songs: list[Track]) -> None:
    cats, owls, bees = (song.pk for song in songs)
    post(staff, night, do="move", track=bees, to=1)
    assert order(night) == ["Bees", "Cats", "owls"]
    # The last of two fields counts: a button's, behind the field for a place.
    post(staff, night, do="move", track=bees, to=["", "2"])
    assert order(night) == ["Cats", "Bees", "owls"]
    assert "Type a place" in post(staff, night, do="move", track=bees, to="").words
    page = post(staff, night, do=["move", "remove"], track=owls, to="")
    assert "Removed from this playlist." in page.words
    assert order(night) == ["Cats", "Bees"]
    for fields in ({"do": "remove"}, {"do": "move", "to": 1}):
        assert "not in this playlist any more" in post(staff, night, track=owls, **fields).words
    assert Track.objects.filter(pk=owls).exists()
    assert order(night) == ["Cats", "Bees"]
    assert cats


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        ("title", ["Bees", "Cats", "owls"]),
        ("rating", ["owls", "Cats", "Bees"]),
        ("newest", ["Bees", "owls", "Cats"]),
        ("oldest", ["Cats", "owls", "Bees"]),
    ],
)
def test_it_is_sorted_once(staff: Client, night: Playlist, by: str, wanted: list[str]) -> None:
    Track.objects.filter(title="owls").update(rating=5)
    assert "Sorted: " in post(staff, night, do="order", by=by).words
    assert order(night) == wanted


def test_what_a_page_does_not_offer_changes_nothing(staff: Client, night: Playlist) -> None:
    before = order(night)
    for fields in ({"do": "order", "by": "mood"}, {"do": "bogus"}, {}):
        Page(staff.post(f"/playlists/{night.pk}/", fields), 400)
    assert order(night) == before
    for path in ("/playlists/999999/", f"/playlists/{2**70}/", "/playlists/999999/changed.json"):
        assert staff.get(path).status_code == 404
    assert staff.post("/playlists/999999/", {"do": "delete"}).status_code == 404


def test_it_is_renamed_and_deleted(staff: Client, night: Playlist) -> None:
    create_playlist("Day", "", make_staff("bob"))
    fields = {"do": "rename", "initial-name": "Night Drive", "initial-description": "For the\r\n<way> home"}
    page = post(staff, night, **fields, name="Late Drive", description="For the\r\n<way> home")
    assert '<h1 dir="auto">Late Drive</h1>' in page.html
    night.refresh_from_db()
    assert night.description == "For the\n<way> home"
    taken = staff.post(f"/playlists/{night.pk}/", {"do": "rename", "name": "DAY"})
    assert "There is a playlist" in Page(taken, 400).words
    assert "Its songs stay" in post(staff, night, do="delete").words
    assert [one.name for one in Playlist.objects.all()] == ["Day"]
    assert Track.objects.count() == 3


def test_what_somebody_else_changed_meanwhile_is_told(staff: Client, night: Playlist, ada: User) -> None:
    [seen] = {
        one["value"]
        for one in Page(staff.get(f"/playlists/{night.pk}/")).with_attribute("name")
        if one["name"] == "seen"
    }
    url = f"/playlists/{night.pk}/changed.json"
    assert staff.get(url).json() == {"updated_at": seen}
    change_playlist(night.pk, {"name": "Theirs"}, ada)
    ids = list(night.entries.order_by("position").values_list("track_id", flat=True))
    move_in_playlist(night.pk, ids[0], 2, ada)
    assert staff.get(url).json() != {"updated_at": seen}
    page = post(staff, night, do="move", track=ids[2], to=1, seen=seen)
    assert "changed by somebody else while you had it open" in page.words
    assert order(night) == ["Bees", "owls", "Cats"]
    mine = {"do": "rename", "initial-name": "Night Drive", "name": "Mine"}
    refused = Page(staff.post(f"/playlists/{night.pk}/", mine), 409)
    assert "Somebody else changed the name meanwhile, to: “Theirs”." in refused.words
    assert 'value="Mine"' in refused.html
    same = {"do": "rename", "initial-name": "Night Drive", "name": "Night Drive", "description": "New"}
    post(staff, night, **same)
    night.refresh_from_db()
    assert (night.name, night.description) == ("Theirs", "New")


def test_who_may_only_look_sees_no_forms(night: Playlist) -> None:
    client = session_client(make_staff("vera", "viewer"))
    for path in ("/playlists/", f"/playlists/{night.pk}/"):
        page = Page(client.get(path))
        posted = [one.get("action") for one in page.named("form") if one.get("method") == "post"]
        assert set(posted) <= {"/admin/logout/", "/"}
        assert page.with_attribute("data-drag") == []


def test_ten_thousand_open_in_as_many_queries_as_three(staff: Client, night: Playlist, ada: User) -> None:
    few = queries(staff, night)
    task = make_task()
    first = make_track(task)
    many = Track.objects.bulk_create(
        Track(task=task, provider=first.provider, external_id=f"t{n}", title=f"Song {n}")
        for n in range(9_990)
    )
    set_playlist(night.pk, [one.pk for one in many], ada)
    page = Page(staff.get(f"/playlists/{night.pk}/"))
    assert "9,990 songs" in page.words
    assert len(page.html) < 150_000
    assert queries(staff, night) <= few
    [more] = [one["href"] for one in page.named("a") if one.get("rel") == "next"]
    second = Page(staff.get(f"/playlists/{night.pk}/{more}"))
    assert second.with_attribute("data-place")[0]["data-place"] == str(len(page.tracks()) + 1)


def queries(client: Client, playlist: Playlist) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/playlists/{playlist.pk}/")
    return len(asked)


def test_the_rail_and_the_library_lead_to_it(staff: Client, night: Playlist) -> None:
    page = Page(staff.get(f"/playlists/{night.pk}/"))
    current = [one["href"] for one in page.named("a") if one.get("aria-current") == "true"]
    assert current == [f"/playlists/{night.pk}/"]
    assert "/playlists/" in [one.get("href") for one in page.named("a")]
    library = Page(staff.get("/", {"playlist": str(night.pk)}))
    assert library.html.count(f'href="/playlists/{night.pk}/"') == 3  # rail, its short form, and the title
