"""The ways in which Suno API's own pages and hosts disagree, each with the payload that shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.suno_bodies import read, record
from tests.support.suno_service import provider
from tracks.domain.updates import AssetKind, TaskState, TaskUpdate
from tracks.providers.base import SubmittedWith
from tracks.providers.suno import parser, word_timing
from tracks.providers.suno.operations import OPERATIONS

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def of(name: str, operation: str = "", dialect: str = "sunoapi") -> Any:
    body = load(f"suno/{name}.json")
    return record(body, dialect, operation) if name.startswith("record") else read(body, dialect, operation)


def links(update: TaskUpdate) -> list[str]:
    return [asset.url for track in update.tracks for asset in track.assets]


def test_axis_1_id_of_the_task() -> None:
    for name in ("callback-complete", "callback-lyrics", "callback-cover-image", "record-info-snake"):
        assert parser.task_id(load(f"suno/{name}.json")) == of(name).external_id == "aa11"


def test_axis_2_list_of_results() -> None:
    names = ["callback-complete", "record-info-success", "record-info-snake", "record-info-result-json"]
    assert {of(name).tracks[0].external_id for name in names} == {"c1"}
    names = ["callback-lyrics", "callback-lyrics-old", "record-lyrics", "record-lyrics-copy"]
    assert {of(name).tracks[0].title for name in names} == {"Harbour Lights"}
    assert links(of("callback-cover-image")) == links(of("record-cover-image"))


def test_axis_3_keys_of_links() -> None:
    for one, other in [
        ("callback-wav", "callback-wav-kie"),
        ("record-wav", "record-wav-kie"),
        ("callback-video", "record-video"),
    ]:
        assert links(of(one)) == links(of(other)) != []
    for name in ("callback-complete", "record-info-success"):
        urls = {asset.kind: asset.url for asset in of(name).tracks[0].assets}
        assert urls[AssetKind.AUDIO] == "https://x.example/1.mp3"
        assert urls[AssetKind.IMAGE] == "https://x.example/1.jpeg"
        assert of(name).tracks[0].stream_url == "https://x.example/s1"


def test_axis_4_two_spellings_in_one_object() -> None:
    assert of("callback-complete").tracks[0].created_at == MOMENT
    body = load("suno/record-vocal-removal-kie.json")
    body["data"]["response"] |= {"vocalUrl": None, "instrumentalUrl": None}
    assert links(record(body)) == ["https://o.example/v.mp3", "https://o.example/i.mp3"]


def test_axis_5_times() -> None:
    for name in (
        "callback-complete",
        "record-info-snake",
        "record-video",
        "record-cover-image",
        "record-wav",
    ):
        assert of(name).tracks[0].created_at == MOMENT


def test_axis_6_durations() -> None:
    lengths = [of(name).tracks[-1].duration_ms for name in ("callback-complete", "callback-first")]
    assert lengths == [180_500, None]
    assert of("callback-kie-add-vocals-complete").tracks[0].duration_ms == 180_500
    assert of("record-info-result-json").tracks[0].duration_ms is None


def test_axis_7_keys_of_the_state() -> None:
    assert {of(name).state for name in ("record-wav", "record-wav-kie", "record-cover-image")} == {
        TaskState.DONE
    }


def test_axis_8_codes_of_errors() -> None:
    assert of("record-info-failed").error.code == "501"
    assert of("record-wav-failed").error.code == "500"
    assert of("record-lyrics-failed").error.code == "GENERATE_LYRICS_FAILED"
    assert {of(name).error for name in ("record-cover-image", "record-info-snake", "record-wav")} == {None}


def test_axis_9_stages_of_failure() -> None:
    names = ["callback-error-413", "callback-failed-stage-413", "callback-wav-failed"]
    assert [of(name).state for name in names] == [TaskState.FAILED] * 3
    assert [of(name).stage for name in names] == ["error", "failed", "error"]
    assert [of(name).error.kind for name in names] == ["copyright", "input", "upstream"]


def test_axis_10_bodies_of_failure() -> None:
    said = {
        "callback-error-413": "Uploaded audio matches existing work of art.",
        "callback-failed-stage-413": "The style is too long.",
        "callback-replace-section-failed": "The section could not be replaced.",
        "callback-replace-section-failed-null": "The section could not be replaced.",
        "callback-wav-failed": "The conversion failed.",
        "record-info-failed": "Audio generation failed.",
        "record-video-failed": "The video could not be made.",
    }
    for name, message in said.items():
        assert (of(name).external_id, of(name).error.message, of(name).tracks) == ("aa11", message, ())
    assert of("callback-lyrics-kie").tracks[1].error.message == "A word is blocked."


def test_axis_11_objects_of_stems() -> None:
    labels = [
        [asset.label for asset in of(name).tracks[0].assets]
        for name in ("callback-vocal-removal", "callback-vocal-separation-kie", "record-vocal-removal")
    ]
    assert labels == [
        ["instrumental", "vocal"],
        ["instrumental", "vocal", "piano"],
        ["instrumental", "vocal"],
    ]


def test_axis_12_names_of_the_callback_field() -> None:
    assert {operation.callback_field for operation in OPERATIONS.values()} == {"callBackUrl"}
    assert "https://home.example/cb" not in links(of("record-vocal-removal"))


def test_axis_13_codes_by_host_and_channel() -> None:
    body = {"code": 429, "msg": "no", "data": {"callbackType": "error", "task_id": "aa11"}}
    assert [read(body, host).error.kind for host in ("sunoapi", "kie")] == ["credit", "rate"]


def test_axis_14_types_of_data() -> None:
    assert word_timing.parse_credits(load("suno/credits.json")).amount == Decimal(100)
    assert of("callback-complete").tracks
    for nothing in ("https://x.example/download", None):
        assert parser.parse_submit({"code": 200, "msg": "success", "data": nothing}) is None
    assert read({"code": 500, "msg": "no", "data": None}).state is TaskState.FAILED


def test_axis_15_text_inside_the_json() -> None:
    assert of("record-info-instrumental").tracks[0].prompt == "calm piano"
    assert of("record-lyrics").tracks[0].prompt == "a calm harbour"


def test_axis_16_retention() -> None:
    assert provider().retention == timedelta(days=14)


SNAKE = {
    "id": "c1",
    "audio_url": "https://x.example/1.mp3",
    "image_url": "https://x.example/1.jpeg",
    "createTime": "2026-01-01 00:00:00",
    "duration": 180.5,
}
CAMEL = {
    "id": "c1",
    "audioUrl": "https://x.example/1.mp3",
    "imageUrl": "https://x.example/1.jpeg",
    "createTime": 1767225600000,
    "duration": "180.5",
}
BOXES: list[Callable[[list[Any]], dict[str, Any]]] = [
    lambda songs: {"data": songs},
    lambda songs: {"sunoData": songs},
    lambda songs: {"response": {"data": songs}},
    lambda songs: {"response": {"sunoData": songs}},
    lambda songs: {"response": json.dumps({"sunoData": songs})},
    lambda songs: {"resultJson": json.dumps({"sunoData": songs})},
    lambda songs: {"response": {"resultJson": json.dumps(songs)}},
]
STATES: list[dict[str, Any]] = [
    {"callbackType": "complete"},
    {"status": "SUCCESS", "errorCode": None},
    {"successFlag": "SUCCESS", "errorCode": 200},
    {"successFlag": 1},
]


@pytest.mark.parametrize("spelling", ["task_id", "taskId"])
@pytest.mark.parametrize("song", [SNAKE, CAMEL], ids=["snake", "camel"])
@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("state", STATES, ids=str)
def test_the_axes_are_crossed_at_will(
    spelling: str, song: dict[str, Any], box: Callable[[list[Any]], dict[str, Any]], state: dict[str, Any]
) -> None:
    """A host that mixes them in another way than those that were seen is read as well, by either channel."""
    body = {"code": 200, "msg": "ok", "data": {spelling: "aa11", **state, **box([song])}}
    for update in (read(body), record(body)):
        (track,) = update.tracks
        assert (update.external_id, update.state, update.error) == ("aa11", TaskState.DONE, None)
        assert (track.external_id, track.created_at, track.duration_ms) == ("c1", MOMENT, 180_500)
        assert links(update) == ["https://x.example/1.mp3", "https://x.example/1.jpeg"]


@pytest.mark.parametrize("spelling", ["task_id", "taskId"])
def test_a_signed_callback_names_its_task_in_either_spelling(spelling: str) -> None:
    body = {"code": 200, "msg": "", "data": {spelling: "aa11", "callbackType": "complete", "data": []}}
    (update,) = provider(webhook_key="hook").parse_callback(body, SubmittedWith("generate"))
    assert update.external_id == "aa11"
