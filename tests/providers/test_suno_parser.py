"""Suno API's bodies: every stage and status, both spellings, and whatever else may come."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.providers.payloads import anything, bent, check_storable, load, names
from tracks.providers.base import Unreadable
from tracks.providers.suno import parser
from tracks.updates import (
    AssetKind,
    AssetState,
    Completeness,
    CueKind,
    ErrorKind,
    TaskState,
    TaskUpdate,
    Timing,
    TrackState,
)

DONE = {"id": "c1", "audio_url": "https://x.example/1.mp3", "stream_audio_url": "https://x.example/s1"}
STREAMING = {"id": "c2", "audio_url": "", "stream_audio_url": "https://x.example/s2"}
PENDING = {"id": "c3"}
LYRIC = "[Verse]\nUnder silver beams it flies"


def read(body: Any, dialect: str = "sunoapi") -> Any:
    return parser.task(body, dialect)


def callback(stage: Any, listed: Any = (), code: Any = 200, msg: str = "said", **inner: Any) -> Any:
    data = {"callbackType": stage, "task_id": "aa11", "data": list(listed), **inner}
    return read({"code": code, "msg": msg, "data": data})


def polled(status: Any, listed: Any = (), **inner: Any) -> Any:
    data = {"taskId": "aa11", "status": status, "response": {"sunoData": list(listed)}, **inner}
    return read({"code": 200, "msg": "success", "data": data})


def track_of(**row: Any) -> Any:
    return callback("complete", [{"id": "c1", **row}]).tracks[0]


def states(update: TaskUpdate) -> list[tuple[str, TrackState | None, Completeness | None]]:
    return [(track.external_id, track.state, track.completeness) for track in update.tracks]


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


def test_the_files_of_a_song_are_four_and_no_stream() -> None:
    (track,) = read(load("suno/callback-complete.json")).tracks
    assert [(asset.kind, asset.url) for asset in track.assets] == [
        (AssetKind.AUDIO, "https://x.example/1.mp3"),
        (AssetKind.SOURCE_AUDIO, "https://o.example/1.mp3"),
        (AssetKind.IMAGE, "https://x.example/1.jpeg"),
        (AssetKind.SOURCE_IMAGE, "https://o.example/1.jpeg"),
    ]


def test_the_first_stage_has_one_take_ready_and_one_streaming() -> None:
    update = read(load("suno/callback-first.json"))
    assert update.state is TaskState.RUNNING
    assert states(update) == [
        ("c1", TrackState.READY, Completeness.OPEN),
        ("c2", TrackState.STREAMING, None),
    ]
    assert [track.position for track in update.tracks] == [0, 1]


def test_kies_add_vocals_lacks_sources_and_tags() -> None:
    (track,) = read(load("suno/callback-kie-add-vocals-complete.json"), "kie").tracks
    assert (track.style, track.duration_ms) == ("", 180_500)
    assert [asset.kind for asset in track.assets] == [AssetKind.AUDIO, AssetKind.IMAGE]


def test_a_pending_poll_is_running() -> None:
    update = read(load("suno/record-info-pending.json"))
    assert (update.external_id, update.state, update.tracks) == ("aa11", TaskState.RUNNING, ())


def test_a_failed_poll_takes_code_and_words_from_where_they_are() -> None:
    update = read(load("suno/record-info-failed.json"))
    assert update.state is TaskState.FAILED
    assert (update.error.code, update.error.kind) == ("501", ErrorKind.UPSTREAM)
    assert update.error.message == "Audio generation failed."


@pytest.mark.parametrize("name", ["record-info-snake", "record-info-result-json"])
def test_other_shapes_of_a_poll_hold_the_same_song(name: str) -> None:
    update = read(load(f"suno/{name}.json"))
    assert update.state is TaskState.DONE
    assert states(update) == [("c1", TrackState.READY, Completeness.WHOLE)]


def test_a_failure_without_a_list_tells_its_error() -> None:
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


@pytest.mark.parametrize(
    ("update", "completeness"),
    [
        (callback("first", [DONE, STREAMING, PENDING]), Completeness.OPEN),
        (callback("complete", [DONE, STREAMING, PENDING]), Completeness.WHOLE),
        (callback("error", [DONE, STREAMING, PENDING], code=500), Completeness.OPEN),
        (polled("FIRST_SUCCESS", [DONE, STREAMING, PENDING]), Completeness.OPEN),
        (polled("SUCCESS", [DONE, STREAMING, PENDING]), Completeness.WHOLE),
        (polled("GENERATE_AUDIO_FAILED", [DONE, STREAMING, PENDING]), Completeness.OPEN),
        (polled("CALLBACK_EXCEPTION", [DONE, STREAMING, PENDING]), Completeness.OPEN),
        (polled("REMIXING", [DONE, STREAMING, PENDING]), Completeness.OPEN),
    ],
)
def test_what_has_its_audio_is_ready_at_every_stage(
    update: TaskUpdate, completeness: Completeness | None
) -> None:
    assert states(update) == [
        ("c1", TrackState.READY, completeness),
        ("c2", TrackState.STREAMING, None),
        ("c3", TrackState.PENDING, None),
    ]


def test_a_callback_exception_with_all_its_music_is_done() -> None:
    update = polled("CALLBACK_EXCEPTION", [DONE, {**DONE, "id": "c4"}])
    assert update.state is TaskState.DONE
    assert {track.completeness for track in update.tracks} == {Completeness.WHOLE}


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
    update = read({"code": 200, "data": {"taskId": "aa11", "status": "SUCCESS", **inner}})
    assert states(update) == [("c1", TrackState.READY, Completeness.WHOLE)]


@pytest.mark.parametrize("key", ["audio_url", "audioUrl"])
@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/s1",
        "https://o.example/s1",
        "https://cdn.example/None.mp3",
        "None",
        "/a.mp3",
    ],
)
def test_no_final_link_is_kept_as_a_failed_file_and_makes_nothing_ready(key: str, url: Any) -> None:
    streams = {"stream_audio_url": "https://x.example/s1", "sourceStreamAudioUrl": "https://o.example/s1"}
    track = track_of(**{key: url}, **streams)
    (asset,) = track.assets
    assert (track.state, track.completeness) == (TrackState.STREAMING, None)
    assert (asset.kind, asset.state, asset.url) == (AssetKind.AUDIO, AssetState.FAILED, "")
    assert asset.error.endswith("it is asked again.")


@pytest.mark.parametrize("url", ["", None, 5, [], {}])
def test_no_link_at_all_is_no_file(url: Any) -> None:
    assert track_of(audio_url=url).assets == ()


def test_an_item_without_an_id_hides_no_other_and_keeps_its_place() -> None:
    update = callback("complete", [{"audio_url": "https://x.example/0.mp3"}, DONE])
    assert [(track.external_id, track.position) for track in update.tracks] == [("c1", 1)]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("2026-01-01 00:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T02:00:00+02:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        (1767225600000, datetime(2026, 1, 1, tzinfo=UTC)),
        ("1767225600", datetime(2026, 1, 1, tzinfo=UTC)),
        ("soon", None),
        (5, None),
        (None, None),
    ],
)
def test_every_spelling_of_a_time(given: Any, found: Any) -> None:
    assert track_of(createTime=given).created_at == found


@pytest.mark.parametrize(
    ("given", "found"),
    [(180.5, 180_500), ("180.5", 180_500), (None, None), ("", None), (-1, None), (0, None)],
)
def test_every_spelling_of_a_duration(given: Any, found: Any) -> None:
    assert track_of(duration=given).duration_ms == found


@pytest.mark.parametrize(
    ("param", "prompt", "sung"),
    [
        ({"instrumental": False}, LYRIC, True),
        ({"instrumental": False}, "one line", True),
        ({"instrumental": True}, LYRIC, False),
        ({"instrumental": "true"}, LYRIC, False),
        (None, LYRIC, True),
        (None, "one line\nand another", True),
        (None, "[Verse] one line", True),
        (None, "a calm piano piece", False),
        (None, "[Instrumental]", False),
        ("broken", LYRIC, True),
    ],
)
def test_what_of_a_result_is_sung(param: Any, prompt: str, sung: bool) -> None:
    param = json.dumps(param) if isinstance(param, dict) else param
    (track,) = polled("SUCCESS", [{**DONE, "prompt": prompt}], param=param).tracks
    assert track.lyrics_text == (prompt if sung else "")
    assert (track.lyrics is not None) == sung


def test_the_sections_of_a_lyric_are_no_sung_lines() -> None:
    lyrics = track_of(prompt=LYRIC).lyrics
    assert lyrics.timing is Timing.PLAIN
    assert [(cue.kind, cue.text) for cue in lyrics.cues] == [
        (CueKind.SECTION, "Verse"),
        (CueKind.LINE, "Under silver beams it flies"),
    ]


def test_what_was_asked_is_the_prompt() -> None:
    param = json.dumps({"prompt": "a calm harbour", "instrumental": False})
    (track,) = polled("SUCCESS", [{**DONE, "prompt": LYRIC}], param=param).tracks
    assert track.prompt == "a calm harbour"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        "task",
        7,
        {"code": 200, "msg": "success", "data": None},
        {"code": 200, "msg": "success", "data": 100},
        {"code": 500},
        {"code": 500, "error": "Bad Gateway"},
        {"songs": [{"item_id": "9001", "status": "succeeded"}]},
        {"data": {"callbackType": None, "data": [{"title": "T"}]}},
    ],
)
def test_what_is_no_body_of_suno_is_unreadable(body: Any) -> None:
    with pytest.raises(Unreadable):
        read(body)


def test_an_unknown_word_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            callback("interlude")
    assert [record.getMessage() for record in caplog.records] == ["Unknown Suno stage: 'interlude'"]


@given(body=anything)
def test_any_json_is_read_or_unreadable(body: Any) -> None:
    check_readable(body)


@given(data=st.data())
@pytest.mark.parametrize("name", names("suno"))
def test_any_bent_payload_is_read_or_unreadable(name: str, data: Any) -> None:
    check_readable(data.draw(bent(load(name))))


def check_readable(body: Any) -> None:
    parser.submitted(body)
    try:
        update = read(body)
    except Unreadable:
        return
    check_storable(update)
