"""Many tracks in one call: each as a single one, a result for each, and nothing is bought twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from tests.support.answers import attrs, refusal
from tests.support.clients import token_client
from tests.support.factories import make_asset, make_staff, make_task, make_track
from tests.support.songs import make_archived_asset
from tracks.models import Event, Task, Track
from tracks.services import playlists
from tracks.services.bulk import BulkKind, do_to_many

pytestmark = pytest.mark.django_db
BULK = "/api/v1/tracks/bulk/"


def many(api: APIClient, ids: list[int], do: str, **value: Any) -> list[dict[str, Any]]:
    answer = api.post(BULK, {"ids": ids, "do": do, **value})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert sum(body["counts"].values()) == len(body["results"])
    assert [row["id"] for row in body["results"]] == list(dict.fromkeys(ids))
    return list(body["results"])


def outcomes(rows: list[dict[str, Any]]) -> list[str]:
    return [row["outcome"] for row in rows]


def make_suno_song(**over: Any) -> Track:
    return make_track(make_task(provider="suno", status="succeeded"), **over)


def test_many_are_reviewed_as_one_is_and_the_earlier_word_is_told(api: APIClient) -> None:
    new, approved = make_track(), make_track(review="approved")
    rows = many(api, [approved.pk, 999_999, new.pk, new.pk], "review", value="approved")
    assert outcomes(rows) == ["unchanged", "missing", "changed"]
    assert [row["before"] for row in rows] == ["approved", None, "new"]
    assert rows[1]["detail"] == "There is no track 999999."
    event = Event.objects.get(kind="track.reviewed")
    assert (event.track_id, event.data["by"], event.data["to"]) == (new.pk, "ada", {"review": "approved"})


def test_many_are_rated_and_the_rating_is_taken_back(api: APIClient) -> None:
    one, two = make_track(rating=3), make_track()
    assert outcomes(many(api, [one.pk, two.pk], "rate", value=3)) == ["unchanged", "changed"]
    rows = many(api, [one.pk, two.pk], "rate", value=None)
    assert [row["before"] for row in rows] == [3, 3]
    assert set(Track.objects.values_list("rating", flat=True)) == {None}


def test_many_are_tagged_and_untagged(api: APIClient) -> None:
    one, two = make_track(), make_track()
    assert outcomes(many(api, [one.pk], "tag", value="Summer")) == ["changed"]
    rows = many(api, [one.pk, two.pk, 999_999], "tag", value=["SUMMER", "summer"])
    assert outcomes(rows) == ["unchanged", "changed", "missing"]
    assert outcomes(many(api, [two.pk, one.pk], "untag", value=["summer", "x"])) == ["changed", "changed"]
    assert outcomes(many(api, [one.pk], "untag", value="summer")) == ["unchanged"]


def test_many_join_a_playlist_in_their_order(api: APIClient, ada: User) -> None:
    a, b, c = (make_track().pk for _ in range(3))
    playlist = playlists.create_playlist("Drive", "", ada)
    many(api, [b], "playlist", value=playlist.pk)
    rows = many(api, [c, b, 999_999, a], "playlist", value=playlist.pk)
    assert outcomes(rows) == ["changed", "unchanged", "missing", "changed"]
    assert list(playlist.entries.values_list("track_id", flat=True)) == [b, c, a]
    refusal(api.post(BULK, {"ids": [a], "do": "playlist", "value": 999_999}), 404)


def test_many_are_parked_and_taken_back(api: APIClient) -> None:
    one, two = make_track(), make_track()
    assert outcomes(many(api, [one.pk, two.pk], "park", value="too long")) == ["changed", "changed"]
    assert outcomes(many(api, [one.pk], "park", value="too long")) == ["unchanged"]
    assert set(Track.objects.values_list("parked_reason", "parked_by")) == {("too long", "ada")}
    assert outcomes(many(api, [one.pk, 999_999], "unpark")) == ["changed", "missing"]
    assert list(Track.objects.filter(parked_at__isnull=False)) == [two]


def test_many_are_archived_again(api: APIClient) -> None:
    lost, whole = make_track(), make_track()
    make_asset(lost, status="failed")
    make_archived_asset(whole)
    rows = many(api, [lost.pk, whole.pk, 999_999], "archive")
    assert outcomes(rows) == ["changed", "unchanged", "missing"]
    assert "nothing to archive" in rows[1]["detail"]


def test_stems_are_ordered_of_the_songs_own_provider_once(api: APIClient) -> None:
    suno, tempolor, failed = make_suno_song(), make_track(), make_track(status="failed")
    make_archived_asset(tempolor)
    ids = [suno.pk, tempolor.pk, failed.pk, 999_999]
    first, second = many(api, ids, "stems"), many(api, ids, "stems")
    assert outcomes(first) == ["changed", "changed", "refused", "missing"]
    assert outcomes(second) == ["unchanged", "unchanged", "refused", "missing"]
    assert [row["task"] for row in first] == [row["task"] for row in second]
    assert "which failed" in first[2]["detail"]
    assert "Nothing was ordered again." in second[0]["detail"]
    made = Task.objects.filter(source_track__isnull=False).order_by("pk")
    assert [(task.provider, task.operation, task.source_track_id) for task in made] == [
        ("suno", "vocal-removal", suno.pk),
        ("tempolor", "stems", tempolor.pk),
    ]


def test_what_was_asked_for_otherwise_or_failed_is_ordered(api: APIClient) -> None:
    song = make_suno_song()
    many(api, [song.pk], "stems")
    default = {"type": "separate_vocal"}
    assert outcomes(many(api, [song.pk], "stems", value=default)) == ["unchanged"]
    assert outcomes(many(api, [song.pk], "stems", value={"type": "split_stem"})) == ["changed"]
    for task in Task.objects.filter(source_track=song):
        task.status, task.finished_at = "failed", task.created_at
        task.save()
    assert outcomes(many(api, [song.pk], "stems", value=default)) == ["changed"]
    rows = many(api, [song.pk], "stems", value={"type": "loud", "artist": "x"})
    assert outcomes(rows) == ["refused"]
    assert "type must be one of" in rows[0]["detail"]


def test_a_wav_is_ordered_where_the_song_has_none(api: APIClient) -> None:
    suno, with_wav, without = make_suno_song(), make_track(), make_track()
    make_archived_asset(with_wav, kind="audio_hi")
    rows = many(api, [suno.pk, with_wav.pk, without.pk], "wav")
    assert outcomes(rows) == ["changed", "unchanged", "refused"]
    assert "came with this file" in rows[1]["detail"]
    assert "no provider makes the lossless file" in rows[2]["detail"]


@pytest.mark.parametrize(
    ("role", "do", "value"),
    [
        ("viewer", "review", "approved"),
        ("viewer", "tag", "x"),
        ("curator", "archive", None),
        ("curator", "stems", None),
    ],
)
def test_each_asks_for_what_it_asks_of_one(role: str, do: str, value: Any) -> None:
    track = make_suno_song()
    client = token_client(make_staff("bob", role))
    answer = client.post(BULK, {"ids": [track.pk], "do": do, "value": value})
    assert "You may not" in refusal(answer, 403)["detail"]
    scoped = token_client(make_staff("eve", "operator"), role)
    assert (
        "this token has the role"
        in refusal(scoped.post(BULK, {"ids": [track.pk], "do": do, "value": value}), 403)["detail"]
    )
    assert not Event.objects.exists()


BODIES: list[Any] = [
    *({}, [], {"ids": [1]}, {"ids": [], "do": "archive"}, {"ids": [1] * 1001, "do": "archive"}),
    *({"ids": ["1"], "do": "archive"}, {"ids": [True], "do": "archive"}, {"ids": 1, "do": "archive"}),
    *({"ids": [1], "do": "sing"}, {"ids": [1], "do": "archive", "value": 1}, {"ids": [1], "do": "archive"}),
    {"ids": [1], "do": "archive", "value": None},
    *({"ids": [1], "do": "review"}, {"ids": [1], "do": "review", "value": "loud"}),
    *(
        {"ids": [1], "do": "rate"},
        {"ids": [1], "do": "rate", "value": "3"},
        {"ids": [1], "do": "rate", "value": 6},
    ),
    *({"ids": [1], "do": "rate", "value": 2.0}, {"ids": [1], "do": "rate", "value": True}),
    *({"ids": [1], "do": "tag", "value": []}, {"ids": [1], "do": "tag", "value": [1]}),
    *({"ids": [1], "do": "tag", "value": " "}, {"ids": [1], "do": "untag", "value": ["x" * 65]}),
    *({"ids": [1], "do": "playlist", "value": "1"}, {"ids": [1], "do": "stems", "value": []}),
    *({"ids": [1], "do": "wav", "value": {}}, {"ids": [1], "do": "wav", "more": 1}),
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body)[:60])
def test_a_body_is_judged_like_the_schema(api: APIClient, schema: dict[str, Any], body: Any) -> None:
    described = schema["paths"]["/api/v1/tracks/bulk/"]["post"]["requestBody"]["content"]["application/json"]
    judge = Draft202012Validator({**described["schema"], "components": schema["components"]})
    answer = api.post(BULK, body)
    assert answer.status_code == (200 if judge.is_valid(body) else 400), answer.content
    assert answer.status_code == 200 or attrs(answer)


def test_what_is_so_already_costs_no_query_each(ada: User) -> None:
    task = make_task()
    rows = [Track(task=task, provider="suno", external_id=str(number), rating=4) for number in range(300)]
    ids = [track.pk for track in Track.objects.bulk_create(rows)]
    playlist = playlists.create_playlist("Drive", "", ada)
    with CaptureQueriesContext(connection) as seen:
        do_to_many(BulkKind.RATE, ids, 4, ada)
        do_to_many(BulkKind.TAG, ids, ["x"], ada)
        do_to_many(BulkKind.PLAYLIST, ids, playlist.pk, ada)
    assert len(seen) < 40


@pytest.mark.django_db(transaction=True)
def test_a_double_click_buys_nothing_twice() -> None:
    songs = [make_suno_song() for _ in range(3)]
    people = [make_staff("ada"), make_staff("bob")]

    def click(user: User) -> list[str]:
        try:
            return outcomes(many(token_client(user), [song.pk for song in songs], "stems"))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(click, people * 2))
    assert sorted(outcome for each in told for outcome in each) == ["changed"] * 3 + ["unchanged"] * 9
    assert Task.objects.filter(operation="vocal-removal").count() == 3
