"""The tasks of Suno API's bodies: every stage and status, every shape, and whatever else may come."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.suno_bodies import DONE, callback, polled, read, record, states
from tracks.domain.updates import Completeness, ErrorKind, TaskState, TrackState


def test_the_documented_text_callback_is_running_without_tracks() -> None:
    update = read(load("suno/callback-text-documented.json"))
    assert (update.external_id, update.state, update.tracks) == ("2fac****9f72", TaskState.RUNNING, ())


@pytest.mark.parametrize("name", ["callback-complete", "record-info-success"])
def test_a_complete_song(name: str) -> None:
    update = read(load(f"suno/{name}.json"))
    (track,) = update.tracks
    assert (update.external_id, update.state, update.error) == ("aa11", TaskState.DONE, None)
    assert states(update) == [("c1", TrackState.READY, Completeness.WHOLE)]
    assert (track.title, track.style, track.model) == ("T", "rock", "chirp-v5")
    assert (track.duration_ms, track.stream_url) == (180_500, "https://x.example/s1")
    assert track.created_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert track.lyrics_text == "[Verse] ..."


def test_the_first_stage_has_one_take_ready_and_one_streaming() -> None:
    update = read(load("suno/callback-first.json"))
    assert update.state is TaskState.RUNNING
    assert states(update) == [
        ("c1", TrackState.READY, Completeness.OPEN),
        ("c2", TrackState.STREAMING, None),
    ]
    assert [track.position for track in update.tracks] == [0, 1]


def test_a_pending_poll_is_running() -> None:
    update = record(load("suno/record-info-pending.json"))
    assert (update.external_id, update.state, update.tracks) == ("aa11", TaskState.RUNNING, ())


def test_a_failed_poll_takes_code_and_message_from_where_they_are() -> None:
    update = record(load("suno/record-info-failed.json"))
    assert update.state is TaskState.FAILED
    assert (update.error.code, update.error.kind) == ("501", ErrorKind.UPSTREAM)
    assert update.error.message == "Audio generation failed."


@pytest.mark.parametrize("name", ["record-info-snake", "record-info-result-json"])
def test_other_shapes_of_a_poll_hold_the_same_song(name: str) -> None:
    update = record(load(f"suno/{name}.json"))
    assert update.state is TaskState.DONE
    assert states(update) == [("c1", TrackState.READY, Completeness.WHOLE)]


def test_a_failure_without_a_list_has_its_error() -> None:
    update = read(load("suno/callback-replace-section-failed.json"))
    assert (update.state, update.error.code) == (TaskState.FAILED, "501")
    assert update.error.message == "The section could not be replaced."


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("text", TaskState.RUNNING),
        ("first", TaskState.RUNNING),
        ("complete", TaskState.DONE),
        ("error", TaskState.FAILED),
        ("failed", TaskState.FAILED),
        ("Complete", TaskState.DONE),
        ("encore", None),
        (None, None),
        (3, None),
    ],
)
def test_every_stage(stage: Any, state: Any) -> None:
    assert callback(stage).state is state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("PENDING", TaskState.RUNNING),
        ("TEXT_SUCCESS", TaskState.RUNNING),
        ("FIRST_SUCCESS", TaskState.RUNNING),
        ("SUCCESS", TaskState.DONE),
        ("CREATE_TASK_FAILED", TaskState.FAILED),
        ("GENERATE_AUDIO_FAILED", TaskState.FAILED),
        ("GENERATE_SOMETHING_FAILED", TaskState.FAILED),
        ("SENSITIVE_WORD_ERROR", TaskState.FAILED),
        ("CALLBACK_EXCEPTION", TaskState.RUNNING),
        ("REMIXING", None),
        (None, None),
    ],
)
def test_every_status(status: Any, state: Any) -> None:
    assert polled(status).state is state


def test_a_callback_exception_with_all_its_music_is_done() -> None:
    update = polled("CALLBACK_EXCEPTION", [DONE, {**DONE, "id": "c4"}])
    assert update.state is TaskState.DONE
    assert {track.completeness for track in update.tracks} == {Completeness.WHOLE}


def test_one_song_after_a_callback_that_went_wrong_may_be_the_first_of_two() -> None:
    assert polled("CALLBACK_EXCEPTION", [DONE]).state is TaskState.RUNNING


def test_sensitive_words_are_content_whatever_the_code() -> None:
    fault = polled("SENSITIVE_WORD_ERROR", errorCode=500, errorMessage="A word is blocked.").error
    assert (fault.kind, fault.code, fault.message) == (ErrorKind.CONTENT, "500", "A word is blocked.")


@pytest.mark.parametrize("code", [None, 200, "200", 0, ""])
def test_no_error_code_leaves_the_status_as_the_code(code: Any) -> None:
    fault = polled("CREATE_TASK_FAILED", errorCode=code).error
    assert (fault.code, fault.kind) == ("CREATE_TASK_FAILED", ErrorKind.UPSTREAM)
    assert fault.message != "success"


@pytest.mark.parametrize("code", [200, "200", None])
def test_an_error_code_of_200_is_no_error(code: Any) -> None:
    update = polled("SUCCESS", [DONE], errorCode=code)
    assert (update.state, update.error) == (TaskState.DONE, None)


@pytest.mark.parametrize("code", [501, "501", 501.0])
def test_an_error_code_may_be_text(code: Any) -> None:
    assert polled("GENERATE_AUDIO_FAILED", errorCode=code).error.code == "501"


@pytest.mark.parametrize("code", [200, "200", 0, None, "fine"])
def test_a_code_that_is_no_error_leaves_the_stage_as_it_is(code: Any) -> None:
    assert callback("complete", [DONE], code=code).state is TaskState.DONE


def test_a_code_other_than_200_is_a_failure_at_any_stage() -> None:
    update = callback("complete", [DONE], code=531)
    assert (update.state, update.error.code) == (TaskState.FAILED, "531")
    assert states(update) == [("c1", TrackState.READY, Completeness.OPEN)]


@pytest.mark.parametrize(
    "body", [{"code": 500, "msg": "broken", "data": None}, {"code": 500, "msg": "broken"}]
)
def test_a_failure_without_data_is_a_failure(body: Any) -> None:
    update = read(body)
    assert (update.external_id, update.state, update.error.message) == ("", TaskState.FAILED, "broken")


@pytest.mark.parametrize("listed", [None, [], "", {}])
def test_a_failure_may_have_any_empty_list(listed: Any) -> None:
    body = {"code": 400, "msg": "no", "data": {"callbackType": "error", "taskId": "aa11", "data": listed}}
    assert read(body).tracks == ()


@pytest.mark.parametrize(
    "body",
    [
        {"code": 200, "msg": "", "data": {"task_id": "aa11", "callbackType": "text"}},
        {"code": 200, "msg": "", "data": {"taskId": "aa11", "callback_type": "text"}},
        {"code": 200, "data": {"response": {"taskId": "aa11"}, "status": "PENDING"}},
        {"code": 200, "data": {"response": {"task_id": "aa11"}, "status": "PENDING"}},
        {"code": 200, "taskId": "aa11", "data": {"callbackType": "text"}},
        {"callbackType": "text", "task_id": "aa11", "data": []},
        {"callbackType": "text", "task_id": "aa11"},
    ],
)
def test_the_task_is_found_wherever_it_stands(body: Any) -> None:
    update = read(body)
    assert (update.external_id, update.state) == ("aa11", TaskState.RUNNING)


@pytest.mark.parametrize(
    "inner",
    [
        {"data": [DONE]},
        {"sunoData": [DONE]},
        {"response": {"sunoData": [DONE]}},
        {"response": {"data": [DONE]}},
        {"response": {"suno_data": [DONE]}},
        {"response": [DONE]},
        {"response": json.dumps({"sunoData": [DONE]})},
        {"resultJson": json.dumps([DONE])},
        {"resultJson": json.dumps({"data": [DONE]})},
        {"response": {"resultJson": json.dumps({"sunoData": [DONE]})}},
        {"response": {"sunoData": []}, "result_json": json.dumps({"sunoData": [DONE]})},
    ],
)
def test_the_list_is_found_under_each_of_its_names(inner: Any) -> None:
    update = record({"code": 200, "data": {"taskId": "aa11", "status": "SUCCESS", **inner}})
    assert states(update) == [("c1", TrackState.READY, Completeness.WHOLE)]


def test_an_unknown_word_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            callback("interlude")
    assert [record.getMessage() for record in caplog.records] == ["Unknown Suno stage: 'interlude'"]


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("callback-text-documented", "text"),
        ("callback-first", "first"),
        ("callback-complete", "complete"),
        ("callback-bare-complete", "complete"),
        ("callback-error-413", "error"),
        ("callback-failed-stage-413", "failed"),
        ("callback-replace-section-failed", "error"),
        ("callback-wav-failed", "error"),
        ("record-info-success", ""),
    ],
)
def test_a_callback_has_its_stage(name: str, stage: str) -> None:
    assert read(load(f"suno/{name}.json")).stage == stage


@pytest.mark.parametrize("stage", ["encore", None, 3])
def test_a_stage_that_we_do_not_know_is_none(stage: Any) -> None:
    assert callback(stage).stage == ""


def test_songs_have_no_certain_operation() -> None:
    """Several operations make songs, and their bodies are alike."""
    assert read(load("suno/callback-complete.json")).operation == ""
