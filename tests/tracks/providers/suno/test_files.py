"""Files made from a song: each callback and each details form, in both hosts' spellings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.suno_bodies import read, record
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    Completeness,
    ErrorKind,
    TaskState,
    TaskUpdate,
    TrackKind,
    TrackState,
)

WAV = [("audio_hi", "", "https://x.example/1.wav")]
TWO_STEMS = [
    ("stem", "instrumental", "https://x.example/i.mp3"),
    ("stem", "vocal", "https://x.example/v.mp3"),
]
PIANO = [*TWO_STEMS, ("stem", "piano", "https://x.example/p.mp3")]
VIDEO = [("video", "", "https://x.example/1.mp4")]
IMAGES = [("image", "1", "https://x.example/1.png"), ("image", "2", "https://x.example/2.png")]
MADE = [
    ("callback-wav", "wav", WAV),
    ("callback-wav-kie", "wav", WAV),
    ("callback-vocal-removal", "vocal-removal", TWO_STEMS),
    ("callback-vocal-separation-kie", "vocal-removal", PIANO),
    ("callback-video", "video", VIDEO),
    ("callback-cover-image", "cover-image", IMAGES),
    ("record-wav", "wav", WAV),
    ("record-wav-kie", "wav", WAV),
    ("record-vocal-removal", "vocal-removal", TWO_STEMS),
    ("record-vocal-removal-kie", "vocal-removal", TWO_STEMS),
    ("record-video", "video", VIDEO),
    ("record-cover-image", "cover-image", IMAGES),
]
FAILED = [
    ("callback-wav-failed", "wav", "500", ErrorKind.UPSTREAM, "The conversion failed."),
    ("callback-video-failed", "video", "400", ErrorKind.CONTENT, "The video could not be made."),
    ("callback-cover-image-failed", "cover-image", "501", ErrorKind.UPSTREAM, "Cover generation failed."),
    ("record-wav-failed", "wav", "500", ErrorKind.UPSTREAM, "The conversion failed."),
    ("record-video-failed", "video", "500", ErrorKind.UPSTREAM, "The video could not be made."),
    ("record-cover-image-failed", "cover-image", "501", ErrorKind.UPSTREAM, "Cover generation failed."),
]


def said_by(name: str, operation: str = "") -> Any:
    body = load(f"suno/{name}.json")
    return record(body, operation=operation) if name.startswith("record-") else read(body, "kie", operation)


def files(update: TaskUpdate) -> list[tuple[str, str, str]]:
    found = [(str(asset.kind), asset.label, asset.url) for track in update.tracks for asset in track.assets]
    return sorted(found, key=lambda file: (file[0], file[1] == "piano", file[1]))


@pytest.mark.parametrize(("name", "operation", "expected"), MADE)
def test_files_are_one_whole_track_without_an_id(name: str, operation: str, expected: Any) -> None:
    update = said_by(name, operation)
    (track,) = update.tracks
    assert (update.external_id, update.state, update.error) == ("aa11", TaskState.DONE, None)
    assert (track.external_id, track.position, track.kind) == ("", 0, TrackKind.FILES)
    assert (track.state, track.completeness) == (TrackState.READY, Completeness.WHOLE)
    assert files(update) == expected
    assert {asset.state for asset in track.assets} == {AssetState.LINKED}


@pytest.mark.parametrize(("name", "operation", "expected"), MADE)
def test_the_operation_is_known_by_the_shape(name: str, operation: str, expected: Any) -> None:
    update = said_by(name)
    assert update.operation == operation
    assert files(update) == expected


@pytest.mark.parametrize("name", [name for name, *_ in MADE if name.startswith("callback-")])
def test_the_one_callback_of_files_is_done(name: str) -> None:
    assert said_by(name).stage == "done"


def test_the_details_are_no_callback() -> None:
    assert said_by("record-wav").stage == ""


def test_a_stage_beside_a_file_is_still_the_one_callback() -> None:
    body = {
        "code": 200,
        "msg": "",
        "data": {"callbackType": "complete", **load("suno/callback-wav.json")["data"]},
    }
    assert (read(body).stage, read(body).state) == ("done", TaskState.DONE)


@pytest.mark.parametrize(("name", "operation", "code", "kind", "message"), FAILED)
def test_a_failure_has_no_track_and_its_reason(
    name: str, operation: str, code: str, kind: ErrorKind, message: str
) -> None:
    update = said_by(name, operation)
    assert (update.external_id, update.state, update.tracks) == ("aa11", TaskState.FAILED, ())
    assert (update.error.code, update.error.kind, update.error.message) == (code, kind, message)
    assert update.stage == ("error" if name.startswith("callback-") else "")


@pytest.mark.parametrize("name", ["record-wav", "record-vocal-removal", "record-video", "record-cover-image"])
def test_times_are_read_in_every_spelling(name: str) -> None:
    (track,) = said_by(name).tracks
    assert track.created_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert track.finished_at == datetime(2026, 1, 1, 0, 10, tzinfo=UTC)


def test_every_stem_is_named_after_its_key() -> None:
    (track,) = said_by("callback-vocal-removal-split").tracks
    assert [asset.label for asset in track.assets] == [
        "backing_vocals",
        "bass",
        "brass",
        "drums",
        "fx",
        "guitar",
        "keyboard",
        "percussion",
        "strings",
        "synth",
        "vocal",
    ]


def test_stems_that_are_only_listed_are_taken_from_the_list() -> None:
    body = load("suno/record-vocal-removal-kie.json")
    body["data"]["response"] |= {"instrumentalUrl": None, "vocalUrl": ""}
    assert files(record(body, "kie", "vocal-removal")) == [
        ("stem", "instrumental", "https://o.example/i.mp3"),
        ("stem", "vocal", "https://o.example/v.mp3"),
    ]


def test_a_listed_group_of_several_words_is_named_like_its_key() -> None:
    listed = [{"audio_url": "https://o.example/b.mp3", "stem_type_group_name": "Backing Vocals"}]
    body = {"data": {"taskId": "aa11", "successFlag": "SUCCESS", "response": {"originData": listed}}}
    assert files(record(body)) == [("stem", "backing_vocals", "https://o.example/b.mp3")]


def test_our_own_address_is_no_stem() -> None:
    (track,) = said_by("record-vocal-removal").tracks
    assert not any("home.example" in asset.url for asset in track.assets)


def test_no_more_stems_than_any_song_has() -> None:
    info = {f"part{n}_url": f"https://x.example/{n}.mp3" for n in range(500)}
    (track,) = read({"code": 200, "data": {"task_id": "aa11", "vocal_removal_info": info}}).tracks
    assert len(track.assets) == 40


@pytest.mark.parametrize(
    ("operation", "inner"),
    [
        ("wav", {"audioWavUrl": ""}),
        ("wav", {}),
        ("vocal-removal", {"vocal_removal_info": {"origin_url": "", "vocal_url": None}}),
        ("vocal-removal", {"vocal_separation_info": None}),
        ("video", {"video_url": None}),
        ("cover-image", {"images": []}),
        ("cover-image", {"images": [None, ""]}),
    ],
)
def test_a_success_without_a_file_is_done_without_a_track(operation: str, inner: Any) -> None:
    update = read({"code": 200, "msg": "success", "data": {"task_id": "aa11", **inner}}, operation=operation)
    assert (update.state, update.tracks, update.error) == (TaskState.DONE, (), None)


def test_a_link_that_is_none_is_a_failed_asset_and_polled_again() -> None:
    update = read({"code": 200, "data": {"task_id": "aa11", "audioWavUrl": "None"}})
    (track,) = update.tracks
    assert (track.state, track.completeness) == (TrackState.PENDING, None)
    assert [asset.state for asset in track.assets] == [AssetState.FAILED]


def test_one_good_picture_of_two_is_ready_with_a_gap() -> None:
    images = ["https://x.example/1.png", "None"]
    (track,) = read({"code": 200, "data": {"taskId": "aa11", "images": images}}).tracks
    assert (track.state, track.completeness) == (TrackState.READY, Completeness.GAP)


@pytest.mark.parametrize(
    ("flag", "state"),
    [
        (0, TaskState.RUNNING),
        (1, TaskState.DONE),
        ("1", TaskState.DONE),
        (2, TaskState.RUNNING),
        (3, TaskState.FAILED),
        ("PENDING", TaskState.RUNNING),
        ("SUCCESS", TaskState.DONE),
        ("CREATE_TASK_FAILED", TaskState.FAILED),
        ("GENERATE_COVER_FAILED", TaskState.FAILED),
        (7, None),
        (True, None),
        (None, None),
    ],
)
def test_every_flag_of_the_details(flag: Any, state: Any) -> None:
    body = {"code": 200, "msg": "success", "data": {"taskId": "aa11", "response": None, "successFlag": flag}}
    assert record(body, operation="cover-image").state is state


def test_a_callback_that_went_wrong_hides_no_file() -> None:
    body = load("suno/record-wav.json")
    body["data"]["status"] = "CALLBACK_EXCEPTION"
    update = record(body, operation="wav")
    assert (update.state, update.tracks[0].completeness) == (TaskState.DONE, Completeness.WHOLE)


def test_a_callback_that_went_wrong_without_a_file_is_waited_for() -> None:
    body = {"code": 200, "data": {"taskId": "aa11", "status": "CALLBACK_EXCEPTION", "response": None}}
    assert record(body, operation="wav").state is TaskState.RUNNING


def test_a_file_of_a_task_that_still_runs_is_not_final() -> None:
    body = load("suno/record-wav.json")
    body["data"]["status"] = "PENDING"
    (track,) = record(body, operation="wav").tracks
    assert (track.state, track.completeness) == (TrackState.READY, Completeness.OPEN)


@pytest.mark.parametrize("box", ["resultJson", "response"])
def test_a_result_as_text_inside_the_json_is_opened(box: str) -> None:
    body = {
        "data": {"taskId": "aa11", "status": "SUCCESS", box: '{"audioWavUrl": "https://x.example/1.wav"}'}
    }
    assert files(record(body, operation="wav")) == WAV


def test_the_kinds_of_the_files() -> None:
    kinds = {asset.kind for name, _, _ in MADE for track in said_by(name).tracks for asset in track.assets}
    assert kinds == {AssetKind.AUDIO_HI, AssetKind.STEM, AssetKind.VIDEO, AssetKind.IMAGE}
