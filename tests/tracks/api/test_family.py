"""A track's family over the API, and two tracks compared."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.support.answers import refusal
from tests.support.factories import make_asset, make_lines, make_task, make_track
from tracks.models import Task, Track
from tracks.queries import lineage

pytestmark = pytest.mark.django_db


def child_of(source: Track | None, **over: Any) -> Track:
    return make_track(make_task(provider="suno", operation="extend", source_track=source, **over))


def family(api: APIClient, track: Track) -> dict[str, Any]:
    answer = api.get(f"/api/v1/tracks/{track.pk}/family/")
    assert answer.status_code == 200
    return dict(answer.json())


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


def test_a_song_by_itself(api: APIClient) -> None:
    song = child_of(None)
    found = family(api, song)
    assert found["track"]["id"] == song.pk
    assert (found["source"], found["ancestors"], found["siblings"], found["made_from_it"]) == (
        None,
        [],
        [],
        [],
    )


def test_ancestors_are_listed_nearest_first(api: APIClient) -> None:
    oldest = child_of(None)
    middle = child_of(oldest)
    found = family(api, child_of(middle))
    assert found["source"]["id"] == middle.pk
    assert ids(found["ancestors"]) == [middle.pk, oldest.pk]


def test_takes_are_siblings_and_files_are_not(api: APIClient) -> None:
    song = child_of(None)
    take = make_track(song.task, position=1)
    make_track(song.task, kind="files", position=2)
    assert ids(family(api, song)["siblings"]) == [take.pk]


def test_what_was_made_from_it_comes_with_its_tracks_and_files(api: APIClient) -> None:
    song = child_of(None)
    files = make_track(make_task(provider="suno", operation="wav", source_track=song), kind="files")
    make_asset(files, kind="audio_hi")
    waiting = make_task(provider="suno", operation="video", source_track=song)
    made = family(api, song)["made_from_it"]
    assert ids(made) == [waiting.pk, files.task.pk]
    assert (made[0]["operation"], made[0]["tracks"]) == ("video", [])
    assert [asset["kind"] for asset in made[1]["tracks"][0]["assets"]] == ["audio_hi"]


def test_a_long_line_of_ancestors_is_cut(api: APIClient) -> None:
    song = child_of(None)
    for _ in range(lineage.MAX_GENERATIONS + 3):
        song = child_of(song)
    assert len(family(api, song)["ancestors"]) == lineage.MAX_GENERATIONS


def test_a_circle_has_an_end(api: APIClient) -> None:
    one = child_of(None)
    two = child_of(one)
    Task.objects.filter(pk=one.task_id).update(source_track=two)
    assert ids(family(api, one)["ancestors"]) == [two.pk]


def test_a_larger_family_takes_no_more_queries(api: APIClient) -> None:
    def queries(track: Track) -> int:
        with CaptureQueriesContext(connection) as captured:
            family(api, track)
        return len(captured)

    small, large = child_of(None), child_of(None)
    for track, size in ((small, 1), (large, 20)):
        for place in range(size):
            make_asset(child_of(track))
            make_track(track.task, position=place + 1)
    assert queries(large) == queries(small)


def compared(api: APIClient, one: Track, other: Track) -> dict[str, Any]:
    answer = api.get(f"/api/v1/tracks/{one.pk}/compare/{other.pk}/")
    assert answer.status_code == 200
    return dict(answer.json())


def test_differences_are_named_and_lines_listed_as_changes(api: APIClient) -> None:
    one, two = child_of(None, params={}), child_of(None, params={})
    Track.objects.filter(pk=two.pk).update(style="Polka", duration_ms=97_500)
    make_lines(one, "verse", ("Moonlight", 0, 10), ("Owls dance", 10, 20))
    make_lines(two, "verse", ("Moonlight", 0, 10), ("Owls sing", 10, 20))
    found = compared(api, one, two)
    assert ids(found["tracks"]) == [one.pk, two.pk]
    assert found["differing"] == ["style", "duration"]
    assert found["goes_on_at"] is None
    assert [(line["change"], line["text"]) for line in found["lyrics"]] == [
        ("kept", "verse"),
        ("kept", "Moonlight"),
        ("removed", "Owls dance"),
        ("added", "Owls sing"),
    ]
    assert [line["is_section"] for line in found["lyrics"]] == [True, False, False, False]


def test_an_extension_says_where_it_goes_on(api: APIClient) -> None:
    one = child_of(None)
    two = child_of(one, params={"continueAt": 61.5})
    assert compared(api, one, two)["goes_on_at"] == 61.5
    assert compared(api, two, one)["goes_on_at"] == -61.5


def test_the_same_track_differs_in_nothing(api: APIClient) -> None:
    song = child_of(None)
    make_lines(song, ("Moonlight", 0, 10))
    found = compared(api, song, song)
    assert found["differing"] == []
    assert [line["change"] for line in found["lyrics"]] == ["kept"]


@pytest.mark.parametrize(
    "path", ["999/family/", "ID/compare/999/", "999/compare/ID/", f"ID/compare/{10**30}/"]
)
def test_what_is_not_here_is_not_found(api: APIClient, path: str) -> None:
    song = child_of(None)
    refusal(api.get(f"/api/v1/tracks/{path.replace('ID', str(song.pk))}"), 404)
