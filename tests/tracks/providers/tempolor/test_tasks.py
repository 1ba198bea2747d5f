"""What TemPolor's bodies come to, once the rules have put them together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.tempolor_bodies import LINK, read
from tracks.domain.fold import Folded, StatementValue, fold
from tracks.domain.statuses import TaskStatus, TrackStatus
from tracks.domain.updates import Source, TaskUpdate, TrackKind
from tracks.providers.base import SubmittedWith
from tracks.providers.tempolor import parser

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def submitted(operation: str, *ids: str) -> TaskUpdate:
    update = parser.parse_submit({"data": {"item_ids": list(ids)}}, SubmittedWith(operation))
    assert update is not None
    return update


def folded(answer: TaskUpdate, *heard: TaskUpdate) -> Folded:
    said = [
        StatementValue(Source.SUBMIT, answer, NOW, NOW),
        *(StatementValue(Source.CALLBACK, one, NOW, NOW) for one in heard),
    ]
    return fold(said, timedelta(days=3))


def item(item_id: str, status: str, **more: Any) -> TaskUpdate:
    (update,) = read({"songs": [{"item_id": item_id, "status": status, **more}]})
    return update


def test_stems_stay_one_track() -> None:
    (callback,) = read(load("tempolor/stems-callback.json"), "stems")
    result = folded(submitted("stems", "mss_9301"), callback, callback)
    assert (result.external_id, result.status) == ("mss_9301", TaskStatus.SUCCEEDED)
    (track,) = result.tracks
    assert (track.external_id, track.kind, track.status) == ("", TrackKind.FILES, TrackStatus.READY)
    assert [asset.kind for asset in track.assets] == ["archive", *["stem"] * 5]


def test_stems_that_failed_fail_the_task_with_a_reason() -> None:
    (callback,) = read({"stems": [{"item_id": "mss_9301", "status": "failed"}]}, "stems")
    result = folded(submitted("stems", "mss_9301"), callback)
    assert result.status is TaskStatus.FAILED
    assert result.error is not None
    assert result.error.message == "TemPolor could not take this recording apart."


@pytest.mark.parametrize("key", ["lyrics", "stems"])
def test_success_without_a_result_goes_on_being_asked(key: str) -> None:
    (callback,) = read({key: [{"item_id": "9001", "status": "succeeded"}]}, key)
    assert folded(submitted(key, "9001"), callback).status is TaskStatus.RUNNING


def test_lyrics_are_a_text_for_each_item() -> None:
    bodies = [{"item_id": one, "status": "succeeded", "lyric": f"Words {one}"} for one in ("1", "2")]
    result = folded(submitted("lyrics", "1", "2"), *read({"lyrics": bodies}, "lyrics"))
    assert result.status is TaskStatus.SUCCEEDED
    assert [(track.kind, track.lyrics_text) for track in result.tracks] == [
        (TrackKind.LYRICS, "Words 1"),
        (TrackKind.LYRICS, "Words 2"),
    ]


def test_a_gap_and_a_failure_are_partial() -> None:
    result = folded(
        submitted("generate", "9001", "9002"), *read(load("tempolor/song-callback-two-items.json"))
    )
    assert result.status is TaskStatus.PARTIAL
    assert [track.status for track in result.tracks] == [TrackStatus.READY, TrackStatus.FAILED]


EMPTY = item("1", "succeeded")
FILLED = item("1", "succeeded", audio_url=LINK)
FIRST = item("2", "main_succeeded", audio_url=LINK)
LAST = item("2", "succeeded", audio_url=LINK)


@pytest.mark.parametrize("order", list(permutations([EMPTY, FILLED, FIRST])))
def test_an_item_without_its_song_ends_no_wait_for_its_siblings(order: tuple[TaskUpdate, ...]) -> None:
    answer = submitted("generate", "1", "2")
    assert folded(answer, *order).status is TaskStatus.RUNNING
    assert folded(answer, *order, LAST).status is TaskStatus.SUCCEEDED
