"""Lyrics without music: several versions, each host's spelling, and versions that failed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.suno_bodies import read, record
from tracks.domain.updates import Completeness, CueKind, ErrorKind, TaskState, Timing, TrackKind, TrackState

WHOLE = ["callback-lyrics", "callback-lyrics-old", "record-lyrics", "record-lyrics-copy"]
FIRST = "[Verse]\nThe harbour sleeps\nThe lanterns glow"


def said_by(name: str, operation: str = "lyrics", **params: Any) -> Any:
    body = load(f"suno/{name}.json")
    return (
        record(body, operation=operation)
        if name.startswith("record-")
        else read(body, "kie", operation, **params)
    )


def version(**row: Any) -> Any:
    inner = {"callbackType": "complete", "taskId": "aa11", "data": [row]}
    return read({"code": 200, "msg": "", "data": inner}, operation="lyrics")


@pytest.mark.parametrize("name", WHOLE)
def test_each_version_is_a_track_by_its_place(name: str) -> None:
    update = said_by(name)
    assert (update.external_id, update.state, update.error) == ("aa11", TaskState.DONE, None)
    assert [(track.external_id, track.position, track.kind) for track in update.tracks] == [
        ("", 0, TrackKind.LYRICS),
        ("", 1, TrackKind.LYRICS),
    ]
    assert {(track.state, track.completeness) for track in update.tracks} == {
        (TrackState.READY, Completeness.WHOLE)
    }
    assert [track.title for track in update.tracks] == ["Harbour Lights", "Homeward"]


@pytest.mark.parametrize("name", WHOLE)
def test_a_version_holds_its_text_and_lines(name: str) -> None:
    track = said_by(name).tracks[0]
    assert track.lyrics_text == FIRST
    assert track.lyrics.timing is Timing.PLAIN
    assert [cue.kind for cue in track.lyrics.cues] == [CueKind.SECTION, CueKind.LINE, CueKind.LINE]
    assert (track.timing_state, track.assets) == (None, ())


@pytest.mark.parametrize("name", [*WHOLE, "callback-lyrics-kie"])
def test_lyrics_are_known_by_their_shape(name: str) -> None:
    update = said_by(name, operation="")
    assert update.operation == "lyrics"
    assert len(update.tracks) == 2


@pytest.mark.parametrize("name", ["callback-lyrics", "callback-lyrics-old", "callback-lyrics-kie"])
def test_the_one_callback_is_complete(name: str) -> None:
    assert said_by(name).stage == "complete"


def test_a_variant_that_failed_has_the_reason_beside_one_that_did_not() -> None:
    good, bad = said_by("callback-lyrics-kie").tracks
    assert (good.state, good.error) == (TrackState.READY, None)
    assert (bad.state, bad.completeness) == (TrackState.FAILED, None)
    assert (bad.error.kind, bad.error.message) == (ErrorKind.UPSTREAM, "A word is blocked.")
    assert bad.error.advice


def test_what_was_asked_is_the_prompt() -> None:
    assert said_by("record-lyrics").tracks[0].prompt == "a calm harbour"
    assert said_by("callback-lyrics", prompt="a calm harbour").tracks[0].prompt == "a calm harbour"


def test_a_failed_callback_without_a_list() -> None:
    update = said_by("callback-lyrics-failed")
    assert (update.external_id, update.state, update.tracks) == ("aa11", TaskState.FAILED, ())
    assert (update.error.code, update.error.kind, update.stage) == ("400", ErrorKind.CONTENT, "error")
    assert update.error.message == "The prompt holds words that are not allowed."


def test_failed_details_without_a_code() -> None:
    update = said_by("record-lyrics-failed")
    assert (update.state, update.error.code) == (TaskState.FAILED, "GENERATE_LYRICS_FAILED")
    assert (update.error.kind, update.error.message) == (ErrorKind.UPSTREAM, "No lyrics were made.")


@pytest.mark.parametrize("spelling", ["errorMessage", "error_message"])
def test_all_versions_may_fail_at_the_stage_error(spelling: str) -> None:
    row = {"text": "", "title": "", "status": "failed", spelling: "A word is blocked."}
    body = {"code": 400, "msg": "no", "data": {"callbackType": "error", "taskId": "aa11", "data": [row, row]}}
    update = read(body, operation="lyrics")
    assert [track.state for track in update.tracks] == [TrackState.FAILED] * 2
    assert {track.error.message for track in update.tracks} == {"A word is blocked."}
    assert update.error.kind is ErrorKind.CONTENT


@pytest.mark.parametrize("status", ["complete", "", None, "humming", 3])
def test_a_version_without_its_text_is_still_to_come(status: Any) -> None:
    body = {
        "code": 200,
        "data": {"callbackType": "complete", "taskId": "aa11", "data": [{"text": "", "status": status}]},
    }
    (track,) = read(body, operation="lyrics").tracks
    assert (track.state, track.completeness) == (TrackState.PENDING, None)


@pytest.mark.parametrize("status", ["complete", "COMPLETE", "", None, "humming"])
def test_a_version_with_its_text_is_ready(status: Any) -> None:
    body = {
        "code": 200,
        "data": {"callbackType": "complete", "taskId": "aa11", "data": [{"text": "la", "status": status}]},
    }
    assert read(body).tracks[0].state is TrackState.READY


@pytest.mark.parametrize(("text", "state"), [("la", TaskState.DONE), ("", TaskState.RUNNING)])
def test_after_a_callback_that_went_wrong_the_texts_decide(text: str, state: TaskState) -> None:
    data = {"taskId": "aa11", "status": "CALLBACK_EXCEPTION", "response": {"lyricsData": [{"text": text}]}}
    assert record({"code": 200, "data": data}, operation="lyrics").state is state


def test_sensitive_words_are_content() -> None:
    body = {"code": 200, "data": {"taskId": "aa11", "status": "SENSITIVE_WORD_ERROR", "response": None}}
    update = record(body, operation="lyrics")
    assert (update.state, update.error.kind) == (TaskState.FAILED, ErrorKind.CONTENT)


def test_songs_are_no_lyrics() -> None:
    assert read(load("suno/callback-complete.json")).operation == ""
