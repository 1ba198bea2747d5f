"""Which of TemPolor's callbacks a body is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.tempolor_bodies import LINK, read, update_of
from tracks.providers.tempolor import parser
from tracks.providers.tempolor.operations import OPERATIONS


@pytest.mark.parametrize(
    ("event", "stage"),
    [
        ("audio_chunk", "audio_chunk"),
        ("audio_complete", "audio_complete"),
        ("mp3_complete", "audio_complete"),
        ("WAV_COMPLETE", "wav_complete"),
        ("lrcsections_complete", "lrcsections_complete"),
        ("encore_complete", ""),
        (7, ""),
    ],
)
def test_the_event_is_the_stage(event: Any, stage: str) -> None:
    assert update_of(status="succeeded", event=event, audio_url=LINK).stage == stage


@pytest.mark.parametrize(
    ("item", "stage"),
    [
        ({"status": "running", "audio_url": LINK}, "audio_chunk"),
        ({"status": "running"}, ""),
        (
            {"status": "main_succeeded", "audio_hi_status": "running", "lyrics_sections_status": "waiting"},
            "audio_complete",
        ),
        ({"status": "main_succeeded", "audio_hi_status": "waiting"}, "audio_complete"),
        ({"status": "main_succeeded"}, ""),
        (
            {
                "status": "main_succeeded",
                "audio_hi_status": "sub_failed",
                "lyrics_sections_status": "waiting",
            },
            "",
        ),
        (
            {"status": "succeeded", "audio_hi_status": "sub_succeeded"},
            "",
        ),
        ({"status": "failed"}, ""),
    ],
)
def test_without_an_event_only_a_certain_stage_is_given(item: dict[str, Any], stage: str) -> None:
    link = {} if item["status"] == "failed" or item == {"status": "running"} else {"audio_url": LINK}
    assert update_of(event=None, **{**link, **item}).stage == stage


@pytest.mark.parametrize(
    ("key", "status", "stage"),
    [
        ("lyrics", "succeeded", "complete"),
        ("lyrics", "failed", "complete"),
        ("lyrics", "running", ""),
        ("stems", "succeeded", "complete"),
        ("stems", "failed", "complete"),
        ("stems", "waiting", ""),
        ("stems", "other", ""),
    ],
)
def test_lyrics_and_stems_have_one_stage_once_they_are_final(key: str, status: str, stage: str) -> None:
    assert update_of(key, status=status).stage == stage


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("song-callback-documented", "generate"),
        ("song-callback-main-succeeded", "extend"),
        ("instrumental-callback-wav", "instrumental"),
        ("lyrics-callback-documented", "lyrics"),
        ("stems-callback", "stems"),
    ],
)
def test_the_stage_is_one_that_the_operation_declares(name: str, operation: str) -> None:
    (update,) = read(load(f"tempolor/{name}.json"), operation)
    assert update.stage in OPERATIONS[operation].stages


def test_an_answer_is_no_callback() -> None:
    (update,) = parser.parse_query(load("tempolor/lyrics-query.json"), "lyrics")
    assert update.stage == ""
