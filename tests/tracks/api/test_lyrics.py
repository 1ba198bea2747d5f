"""Edited lyrics over REST: saved as versions, restored, moved, and looked through."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.support.answers import refusal
from tests.support.clients import token_client
from tests.support.factories import make_lines, make_staff, make_track
from tracks.models import LyricLine, Track

pytestmark = pytest.mark.django_db


@pytest.fixture
def track() -> Track:
    track = make_track(prompt="", lyrics_text="[verse]\nOwls dance\nin the moonlight", duration_ms=6000)
    make_lines(track, "verse", ("Owls dance", 1000, 3000), ("in the moonlight", 3000, 5000))
    LyricLine.objects.filter(track=track, position=1).update(
        words=[[1000, 1400, "Owls"], [1500, 3000, "dance"]]
    )
    Track.objects.filter(pk=track.pk).update(lyrics_timing="word")
    return track


def address(track: Track, rest: str = "") -> str:
    return f"/api/v1/tracks/{track.pk}/lyrics/{rest}"


def detail(api: APIClient, track: Track) -> dict[str, Any]:
    return dict(api.get(f"/api/v1/tracks/{track.pk}/").json())


def save(api: APIClient, track: Track, lines: Any, based_on: Any = "provider", **more: Any) -> Any:
    body = {"lines": lines, "based_on": based_on} | more
    return api.put(address(track), body, format="json")


def test_what_a_track_has_can_be_sent_back_changed(api: APIClient, track: Track) -> None:
    lines = detail(api, track)["lyrics"]
    lines[2]["text"] = "in the sunlight"
    answer = save(api, track, lines, note="as she sings it")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["lyrics_version"], told["lyrics_origin"], told["lyrics_timing"]) == (1, "edited", "word")
    assert told["lyrics"] == lines
    assert told["lint"] == [
        {
            "position": 2,
            "code": "other_text",
            "sentence": "Here is “sunlight”, ordered was “moonlight”.",
        }
    ]
    now = detail(api, track)
    assert (now["lyrics"], now["lyrics_version"], now["lyrics_origin"]) == (lines, 1, "edited")
    assert api.get(address(track, "lint/")).json()["lint"] == told["lint"]


def test_versions_are_listed_read_and_restored(api: APIClient, track: Track) -> None:
    own = detail(api, track)["lyrics"]
    save(api, track, [{"kind": "line", "text": "Hoo", "start": 1, "end": 2}], note="first")
    save(api, track, [{"kind": "line", "text": "Hoo hoo"}], 1)
    listed = api.get(address(track, "versions/")).json()
    assert [(one["version"], one["by"], one["note"], one["based_on"]) for one in listed["versions"]] == [
        (2, "ada", "", 1),
        (1, "ada", "first", None),
        (None, "", "", None),
    ]
    assert [one["is_shown"] for one in listed["versions"]] == [True, False, False]
    assert [one["lyrics_timing"] for one in listed["versions"]] == ["none", "line", "word"]
    assert listed["provider_is_newer"] is False
    first = api.get(address(track, "versions/1/")).json()
    assert [(line["text"], line["start"], line["end"]) for line in first["lyrics"]] == [("Hoo", 1.0, 2.0)]
    assert api.get(address(track, "versions/provider/")).json()["lyrics"] == own
    for version, text in ((1, "Hoo"), ("provider", "verse"), ("provider", "verse"), (2, "Hoo hoo")):
        answer = api.post(address(track, "restore/"), {"version": version}, format="json")
        assert (answer.status_code, answer.json()["lyrics"][0]["text"]) == (200, text)
    assert api.get(address(track, "versions/provider/")).json()["lyrics"] == own


@pytest.mark.parametrize("version", ["9", "0", "x", "99999999999999999999", "٣"])
def test_a_version_that_is_not_there(api: APIClient, track: Track, version: str) -> None:
    assert refusal(api.get(address(track, f"versions/{version}/")), 404)


def test_restoring_what_is_not_there(api: APIClient, track: Track) -> None:
    assert refusal(api.post(address(track, "restore/"), {"version": 4}, format="json"), 404)
    for wrong in (0, "2", True, None, 1.5):
        answer = api.post(address(track, "restore/"), {"version": wrong}, format="json")
        assert refusal(answer, 400)["attr"] == "version"


def test_who_saves_after_somebody_else_is_refused(api: APIClient, track: Track) -> None:
    save(api, track, [{"kind": "line", "text": "Hoo"}])
    error = refusal(save(api, track, [{"kind": "line", "text": "Hu"}]), 409)
    assert "version 1 by ada is shown" in error["detail"]
    assert [line["text"] for line in detail(api, track)["lyrics"]] == ["Hoo"]


@pytest.mark.parametrize(
    ("line", "attr"),
    [
        ({"kind": "line", "text": "Hoo", "start": 2, "end": 1}, "lines.1.end"),
        ({"kind": "line", "text": "Hoo", "start": -1}, "lines.1.start"),
        ({"kind": "line", "text": "Hoo", "start": "1"}, "lines.1.start"),
        ({"kind": "song", "text": "Hoo"}, "lines.1.kind"),
        ({"kind": "line", "text": "Hoo\nhoo"}, "lines.1.text"),
        ({"kind": "line", "text": "Hoo", "tune": 1}, "lines.1.tune"),
        (
            {
                "kind": "line",
                "text": "Hoo",
                "start": 1,
                "end": 2,
                "words": [{"start": 1, "end": 2, "text": "Hu"}],
            },
            "lines.1.words",
        ),
    ],
)
def test_an_unsound_line_is_named(api: APIClient, track: Track, line: dict[str, Any], attr: str) -> None:
    answer = save(api, track, [{"kind": "line", "text": "fine"}, line])
    assert refusal(answer, 400)["attr"] == attr
    assert detail(api, track)["lyrics_version"] is None


def test_lyrics_without_a_line(api: APIClient, track: Track) -> None:
    assert "at least one line" in refusal(save(api, track, []), 400)["detail"]


def test_the_offset_stands_beside_the_lines_and_in_the_files(api: APIClient, track: Track) -> None:
    before = detail(api, track)["lyrics"]
    answer = api.patch(f"/api/v1/tracks/{track.pk}/", {"lyrics_offset": -1.25}, format="json")
    assert (answer.json()["lyrics_offset"], answer.json()["lyrics"]) == (-1.25, before)
    files = {name: api.get(f"/api/v1/tracks/{track.pk}/lyrics.{name}") for name in ("lrc", "srt", "json")}
    assert "[00:00.00]Owls dance\n[00:01.75]in the moonlight\n" in files["lrc"].content.decode()
    assert "00:00:01,750 --> 00:00:03,750\nin the moonlight" in files["srt"].content.decode()
    lines = files["json"].json()["lyrics"]
    assert [(line["start"], line["end"]) for line in lines[1:]] == [(0.0, 1.75), (1.75, 3.75)]
    assert lines[1]["words"][0] == {"start": 0.0, "end": 0.15, "text": "Owls"}
    for wrong in (10.1, -11, "1", True, None):
        answer = api.patch(f"/api/v1/tracks/{track.pk}/", {"lyrics_offset": wrong}, format="json")
        assert refusal(answer, 400)["attr"] == "lyrics_offset"


def test_a_viewer_may_look_and_not_edit(track: Track) -> None:
    viewer = token_client(make_staff("vera", role="viewer"))
    assert viewer.get(address(track, "versions/")).status_code == 200
    assert viewer.get(address(track, "lint/")).status_code == 200
    assert "notes, lyrics, tags" in refusal(save(viewer, track, []), 403)["detail"]
    assert refusal(viewer.post(address(track, "restore/"), {"version": 1}, format="json"), 403)
    curator = token_client(make_staff("cora", role="curator"))
    assert save(curator, track, [{"kind": "line", "text": "Hoo"}]).status_code == 200


def test_newer_lyrics_of_the_provider_are_told_to_who_saw_the_older_ones(
    api: APIClient, track: Track
) -> None:
    shown = api.get(address(track)).json()
    assert shown["lyrics"] == detail(api, track)["lyrics"]
    LyricLine.objects.filter(track=track, position=2).update(start_ms=3100)
    error = refusal(save(api, track, shown["lyrics"], seen=shown["lyrics_digest"]), 409)
    assert "the provider gave others" in error["detail"]
    seen = api.get(address(track)).json()["lyrics_digest"]
    answer = save(api, track, [{"kind": "line", "text": "Hoo"}], seen=seen)
    assert answer.status_code == 200
    assert answer.json()["lyrics_digest"] != seen


def test_lines_are_looked_through_before_they_are_saved(api: APIClient, track: Track) -> None:
    lines = [
        {"kind": "line", "text": "Owls dance", "start": 3, "end": 1},
        {"kind": "line", "text": "in the moonlight", "start": 2.5, "end": 9},
    ]
    answer = api.post(address(track, "lint/"), {"lines": lines}, format="json")
    assert [(one["position"], one["code"]) for one in answer.json()["lint"]] == [
        (0, "overlap"),
        (0, "end_before_start"),
        (1, "beyond_song"),
    ]
    assert detail(api, track)["lyrics_version"] is None
    assert refusal(api.post(address(track, "lint/"), {"lines": 3}, format="json"), 400)
