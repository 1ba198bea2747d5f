"""Tags over the API, the filters of the library, and searches that are saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from tests.support.answers import attrs, refusal
from tests.support.factories import make_asset, make_track
from tracks.models import Event, SavedSearch, Tag, Track
from tracks.services import playlists, tags

pytestmark = pytest.mark.django_db
SEARCHES = "/api/v1/searches/"


def found(api: APIClient, query: str) -> list[int]:
    answer = api.get(f"/api/v1/tracks/?{query}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_a_track_is_tagged_and_shows_it(api: APIClient) -> None:
    track = make_track()
    answer = api.patch(f"/api/v1/tracks/{track.pk}/", {"tags": ["summer", "Single", "SUMMER"], "rating": 4})
    assert (answer.json()["tags"], answer.json()["rating"]) == (["Single", "summer"], 4)
    assert api.get("/api/v1/tracks/").json()["results"][0]["tags"] == ["Single", "summer"]
    assert api.patch(f"/api/v1/tracks/{track.pk}/", {"notes": "x"}).json()["tags"] == ["Single", "summer"]
    assert api.patch(f"/api/v1/tracks/{track.pk}/", {"tags": []}).json()["tags"] == []
    refusal(api.patch("/api/v1/tracks/999999/", {"tags": ["a"]}), 404)
    assert not Tag.objects.exists()


@pytest.mark.parametrize(
    "value", ["a", None, [1], [None], [""], ["\u200b"], ["x" * 65], [["a"]], {"a": 1}, ["a"] * 101], ids=str
)
def test_what_is_no_list_of_names_is_refused(api: APIClient, value: Any) -> None:
    answer = api.patch(f"/api/v1/tracks/{make_track().pk}/", {"tags": value})
    assert all(str(name).startswith("tags") for name in attrs(answer))


def test_tags_come_by_name_with_their_numbers(api: APIClient, ada: User) -> None:
    one, two = make_track(), make_track()
    tags.set_tags(one.pk, ["zebra", "Apple", "apricot"], ada)
    tags.set_tags(two.pk, ["apple"], ada)
    rows = api.get("/api/v1/tags/").json()["results"]
    assert [(row["name"], row["count"]) for row in rows] == [("Apple", 2), ("apricot", 1), ("zebra", 1)]
    rows = api.get("/api/v1/tags/?q=AP&page_size=1").json()
    assert [row["name"] for row in rows["results"]] == ["Apple"]
    assert [row["name"] for row in api.get(rows["next"]).json()["results"]] == ["apricot"]


def test_tracks_are_found_by_what_people_say_of_them(api: APIClient, ada: User) -> None:
    one, two, three = (make_track(rating=rating) for rating in (5, 3, None))
    tags.set_tags(one.pk, ["Night"], ada)
    tags.add_tag([two.pk], "night", ada)
    playlist = playlists.create_playlist("Drive", "", ada)
    playlists.add_to_playlist(playlist.pk, [three.pk, one.pk], ada)
    assert found(api, "tag=NIGHT") == [two.pk, one.pk]
    assert found(api, f"playlist={playlist.pk}") == [three.pk, one.pk]
    assert found(api, f"playlist={playlist.pk}&tag=night") == [one.pk]
    assert found(api, "rating=4") == [one.pk]
    assert found(api, "rating=3&ordering=rating") == [two.pk, one.pk]
    assert found(api, f"q=owl&tag=night&playlist={playlist.pk}&ordering=-created_at") == [one.pk]
    assert found(api, "q=nothing&tag=night") == []
    assert found(api, "tag=unknown") == found(api, "playlist=999999") == []


def test_tracks_are_found_by_what_is_wrong_with_their_files(api: APIClient) -> None:
    flagged: dict[str, dict[str, Any]] = {
        "cut_end": {"is_cut": True},
        "damaged": {"gap_bytes": 7},
        "unusual": {"unusual": "an odd format"},
        "incomplete": {"status": "expired"},
    }
    made = {}
    for flag, values in flagged.items():
        made[flag] = make_track().pk
        make_asset(Track.objects.get(pk=made[flag]), **values)
    for flag, pk in made.items():
        assert found(api, f"flag={flag}") == [pk]
        assert found(api, f"no_flag={flag}") == sorted({*made.values()} - {pk}, reverse=True)
    assert attrs(api.get("/api/v1/tracks/?flag=ugly")) == {"flag"}


def test_tracks_are_found_by_their_age_in_days(api: APIClient) -> None:
    old, new = make_track(received_at=timezone.now() - timedelta(days=9)), make_track()
    assert found(api, "since=7") == [new.pk]
    assert found(api, "since=10") == [new.pk, old.pk]


def test_a_search_is_saved_listed_and_deleted(api: APIClient) -> None:
    query = {"q": "harbour lights", "rating": 4, "tag": "Ｎight", "status": ""}
    made = api.post(SEARCHES, {"name": "Good ones", "query": query})
    assert made.status_code == 201
    saved = made.json()
    assert saved["query"] == {"q": "harbour lights", "rating": "4", "tag": "Ｎight"}
    assert (saved["created_by"], api.get(SEARCHES).json()["results"]) == ("ada", [saved])
    assert found(api, saved["query_string"]) == []
    assert attrs(api.post(SEARCHES, {"name": "GOOD ones", "query": {}})) == {"name"}
    assert api.delete(f"{SEARCHES}{saved['id']}/").status_code == 204
    refusal(api.delete(f"{SEARCHES}{saved['id']}/"), 404)
    kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["search.saved", "search.deleted"]


@pytest.mark.parametrize(
    "query",
    [
        *({"cursor": "x"}, {"page_size": "5"}, {"artist": "x"}, {"rating": "6"}, {"ordering": "loud"}),
        *({"created_after": "yesterday"}, {"q": ["a"]}, {"q": None}, {"q": "x" * 501}, [], "q=a"),
    ],
    ids=str,
)
def test_a_search_that_the_list_would_refuse_is_not_saved(api: APIClient, query: Any) -> None:
    answer = api.post(SEARCHES, {"name": "Bad", "query": query})
    refusal(answer, 400)
    assert not SavedSearch.objects.exists()
