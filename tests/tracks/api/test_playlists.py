"""Playlists over the API: everybody looks, curators write, the order is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.support.answers import attrs, refusal
from tests.support.factories import make_asset, make_track
from tracks.models import Playlist, PlaylistEntry, Track
from tracks.services import playlists
from tracks.services.tags import set_tags

pytestmark = pytest.mark.django_db
BASE = "/api/v1/playlists/"


@pytest.fixture
def playlist(ada: User) -> Playlist:
    return playlists.create_playlist("Night Drive", "For the way home", ada)


def make_ids(count: int) -> list[int]:
    return [make_track(duration_ms=1500).pk for _ in range(count)]


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_one_is_created_read_changed_and_deleted(api: APIClient) -> None:
    made = api.post(BASE, {"name": "  Night  Drive "})
    assert made.status_code == 201
    address = made["Location"]
    found = api.get(address).json()
    assert found == made.json()
    assert set(found) == {
        *("id", "name", "description", "count", "created_by", "created_at", "updated_at"),
        *("duration", "tracks"),
    }
    assert (found["name"], found["created_by"], found["tracks"]) == ("Night Drive", "ada", [])
    changed = api.patch(address, {"description": "Sunny", "name": "Day"}).json()
    assert (changed["name"], changed["description"]) == ("Day", "Sunny")
    assert api.delete(address).status_code == 204
    refusal(api.get(address), 404)
    refusal(api.delete(address), 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": " "},
        {"name": 5},
        {"name": "\u200b"},
        {"name": "x" * 201},
        {"name": "\x00"},
        [],
    ],
    ids=str,
)
def test_a_name_that_is_none_is_refused(api: APIClient, body: Any) -> None:
    refusal(api.post(BASE, body), 400)
    assert not Playlist.objects.exists()


def test_a_name_that_is_taken_is_refused_with_a_sentence(api: APIClient, playlist: Playlist) -> None:
    answer = api.post(BASE, {"name": "ＮＩＧＨＴ drive"})
    assert attrs(answer) == {"name"}
    assert "already" in refusal(answer, 400)["detail"]


def test_the_order_that_is_put_is_kept(api: APIClient, playlist: Playlist) -> None:
    a, b, c = make_ids(3)
    address = f"{BASE}{playlist.pk}/tracks/"
    assert api.put(address, [c, a, b]).json()["tracks"] == [c, a, b]
    assert ids(api.get(address)) == [c, a, b]
    assert api.put(address, {"ids": [b, c, b]}).json()["tracks"] == [b, c]
    assert api.put(address, {"tracks": [a]}).json()["duration"] == 1.5
    answer = api.put(address, [b, 999_999])
    assert "999999" in refusal(answer, 400)["detail"]
    assert ids(api.get(address)) == [a]


@pytest.mark.parametrize(
    "body", [{}, {"order": []}, ["1"], [True], [1.5], [0], [None], "1", [2**63], 7], ids=str
)
def test_what_is_no_list_of_ids_is_refused(api: APIClient, playlist: Playlist, body: Any) -> None:
    refusal(api.put(f"{BASE}{playlist.pk}/tracks/", body), 400)


def test_tracks_are_added_moved_and_taken_out(api: APIClient, playlist: Playlist) -> None:
    a, b, c = make_ids(3)
    address = f"{BASE}{playlist.pk}/tracks/"
    api.post(address, {"ids": [a, b]})
    added = api.post(address, {"ids": [c, b, 999_999], "at": 1}).json()
    assert added == {"added": [c], "already_in": [b], "missing": [999_999]}
    assert api.patch(f"{address}{a}/", {"to": 2}).json()["tracks"] == [c, b, a]
    assert api.delete(f"{address}{b}/").status_code == 204
    refusal(api.delete(f"{address}{b}/"), 404)
    refusal(api.patch(f"{address}{b}/", {"to": 0}), 404)
    assert ids(api.get(address)) == [c, a]
    assert attrs(api.patch(f"{address}{a}/", {"to": -1})) == {"to"}


def test_its_tracks_come_in_pages_of_track_rows(api: APIClient, playlist: Playlist) -> None:
    chosen = make_ids(5)
    chosen = [chosen[place] for place in (3, 1, 4, 0, 2)]
    api.put(f"{BASE}{playlist.pk}/tracks/", chosen)
    first = api.get(f"{BASE}{playlist.pk}/tracks/?page_size=2").json()
    second = api.get(first["next"]).json()
    last = api.get(second["next"]).json()
    assert [row["id"] for page in (first, second, last) for row in page["results"]] == chosen
    assert last["next"] is None
    assert api.get(second["previous"]).json()["results"] == first["results"]
    row = api.get("/api/v1/tracks/").json()["results"][-1]
    assert next(one for one in second["results"] + last["results"] if one["id"] == row["id"]) == row


def test_lists_are_sorted_and_counted(api: APIClient, ada: User) -> None:
    made = [playlists.create_playlist(name, "", ada).pk for name in ("b", "C", "a")]
    playlists.add_to_playlist(made[1], make_ids(3), ada)
    assert ids(api.get(BASE)) == made[::-1]
    by_name = api.get(f"{BASE}?ordering=name&page_size=2").json()
    assert [(row["name"], row["count"]) for row in by_name["results"]] == [("a", 0), ("b", 0)]
    assert [(row["name"], row["count"]) for row in api.get(by_name["next"]).json()["results"]] == [("C", 3)]
    assert ids(api.get(f"{BASE}?ordering=-updated_at"))[0] == made[1]


@pytest.mark.parametrize("address", ["playlists/", "playlists/{}/tracks/", "tracks/", "tags/"])
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(
    api: APIClient, ada: User, playlist: Playlist, address: str
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            track = make_track()
            make_asset(track)
            set_tags(track.pk, [f"tag {Track.objects.count()}", "all"], ada)
            playlists.add_to_playlist(playlist.pk, [track.pk], ada)
            playlists.create_playlist(f"{count} {number}", "", ada)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert api.get("/api/v1/" + address.format(playlist.pk)).json()["results"]
        return len(seen)

    fill(1)
    few = queries()
    fill(5)
    assert queries() == few


def test_a_deleted_playlist_takes_no_track_along(api: APIClient, playlist: Playlist) -> None:
    api.put(f"{BASE}{playlist.pk}/tracks/", make_ids(2))
    api.delete(f"{BASE}{playlist.pk}/")
    assert (Track.objects.count(), PlaylistEntry.objects.count()) == (2, 0)


@pytest.mark.django_db(transaction=True)
def test_the_feed_tells_of_playlists_without_a_task(api: APIClient, playlist: Playlist) -> None:
    event = api.get("/api/v1/events/").json()["results"][0]
    assert (event["kind"], event["task"], event["track"]) == ("playlist.created", None, None)
    assert event["data"] == {"by": "ada", "playlist": playlist.pk, "name": "Night Drive"}
