"""TemPolor's lyrics and stems: one text, one zip."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.tempolor_bodies import read, update_of
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    Completeness,
    CueKind,
    ErrorKind,
    TaskState,
    Timing,
    TrackKind,
    TrackState,
)
from tracks.providers.base import SubmittedWith
from tracks.providers.tempolor import parser

ZIP = "https://x.example/stems.zip?sig=a%2Bb&exp=9"


def test_the_documented_lyric_is_whole_and_has_its_sections() -> None:
    (update,) = read(load("tempolor/lyrics-callback-documented.json"), "lyrics")
    (track,) = update.tracks
    assert (update.external_id, update.operation, update.state) == ("123", "lyrics", None)
    assert (track.external_id, track.kind, track.title) == ("123", TrackKind.LYRICS, "Moonlight Whisper")
    assert (track.state, track.completeness) == (TrackState.READY, Completeness.WHOLE)
    assert track.lyrics_text.startswith("[Intro]\n\n[Verse]\nThe moonlight passes")
    assert track.lyrics is not None
    assert track.lyrics.timing is Timing.PLAIN
    kinds = [cue.kind for cue in track.lyrics.cues]
    assert (kinds.count(CueKind.SECTION), kinds.count(CueKind.LINE)) == (7, 16)


def test_a_lyric_in_an_answer_is_the_same() -> None:
    (update,) = parser.parse_query(load("tempolor/lyrics-query.json"), "lyrics")
    assert update.tracks[0].lyrics_text.endswith("Bring the boats back home")


def test_a_lyric_under_the_plural_is_read_as_well() -> None:
    assert update_of("lyrics", status="succeeded", lyrics="Words").tracks[0].lyrics_text == "Words"


def test_several_lyrics_are_one_update_each() -> None:
    items = [{"item_id": one, "status": "succeeded", "lyric": one} for one in ("1", "2")]
    updates = read({"lyrics": items}, "lyrics")
    assert [update.tracks[0].external_id for update in updates] == ["1", "2"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("waiting", TrackState.PENDING),
        ("running", TrackState.PENDING),
        ("succeeded", TrackState.READY),
        ("main_succeeded", TrackState.READY),
        ("part_failed", TrackState.READY),
        ("failed", TrackState.FAILED),
        ("Succeeded", TrackState.READY),
        ("archived", None),
        (None, None),
        (7, None),
    ],
)
@pytest.mark.parametrize(("key", "result"), [("lyrics", {"lyric": "Words"}), ("stems", {"stems_url": ZIP})])
def test_every_status(key: str, result: dict[str, str], status: Any, state: Any) -> None:
    (track,) = update_of(key, status=status, **result).tracks
    whole = Completeness.WHOLE if state is TrackState.READY else None
    assert (track.state, track.completeness) == (state, whole)


@pytest.mark.parametrize(
    ("key", "result"),
    [
        ("lyrics", {}),
        ("lyrics", {"lyric": " \n"}),
        ("lyrics", {"lyric": 7}),
        ("stems", {}),
        ("stems", {"stems_url": "xxxxxx"}),
        ("stems", {"stems_url": ["https://x.example/a.zip"]}),
    ],
)
def test_success_without_a_result_is_a_claim_of_the_task_only(key: str, result: dict[str, Any]) -> None:
    update = update_of(key, status="succeeded", **result)
    assert update.state is TaskState.DONE
    assert (update.tracks[0].state, update.tracks[0].completeness) == (TrackState.PENDING, None)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("lyrics", "TemPolor could not write these lyrics."),
        ("stems", "TemPolor could not take this recording apart."),
    ],
)
def test_a_failure_without_a_message_names_what_could_not_be_made(key: str, said: str) -> None:
    fault = update_of(key, status="failed").tracks[0].error
    assert fault is not None
    assert (fault.kind, fault.message) == (ErrorKind.UPSTREAM, said)
    assert "song" not in fault.message + fault.advice


def test_stems_are_one_zip_of_a_track_without_an_id() -> None:
    (update,) = read(load("tempolor/stems-callback.json"), "stems")
    (track,) = update.tracks
    assert (update.external_id, update.operation) == ("mss_9301", "stems")
    assert (track.external_id, track.kind, track.position) == ("", TrackKind.FILES, 0)
    assert (track.state, track.completeness) == (TrackState.READY, Completeness.WHOLE)
    archive, *stems = track.assets
    assert (archive.kind, archive.state, archive.url) == (AssetKind.ARCHIVE, AssetState.LINKED, ZIP)
    assert [(one.kind, one.state, one.label, one.member, one.url) for one in stems] == [
        (AssetKind.STEM, AssetState.WAITING, label, name, "")
        for label, name in (
            ("original", "originalaudio.flac"),
            ("vocals", "originalaudio_vocals.flac"),
            ("bass", "originalaudio_bass.flac"),
            ("drums", "originalaudio_drums.flac"),
            ("other", "originalaudio_other.flac"),
        )
    ]


def test_the_documented_stems_have_no_link_and_say_so() -> None:
    (update,) = read(load("tempolor/stems-callback-documented.json"), "stems")
    (asset,) = update.tracks[0].assets
    assert (asset.state, asset.url) == (AssetState.FAILED, "xxxxxx")
    assert asset.error.endswith("it is asked again.")


def test_stems_in_the_making_are_pending() -> None:
    (update,) = parser.parse_query(load("tempolor/stems-query-running.json"), "stems")
    assert update.tracks[0].state is TrackState.PENDING
    assert update.tracks[0].assets == ()


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("song-callback-documented", "generate"),
        ("instrumental-callback-wav", "instrumental"),
        ("lyrics-callback-documented", "lyrics"),
        ("stems-callback", "stems"),
    ],
)
def test_a_body_of_a_task_that_we_did_not_send_names_its_operation(name: str, operation: str) -> None:
    (update,) = parser.parse_callback(load(f"tempolor/{name}.json"), SubmittedWith())
    assert update.operation == operation
