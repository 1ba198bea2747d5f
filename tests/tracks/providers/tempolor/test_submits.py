"""TemPolor's answers to a submit: one task, and a track to wait for in each of its places."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.payloads import load
from tracks.domain.updates import TaskState, TimingState, TrackKind, TrackState
from tracks.providers.base import SubmittedWith
from tracks.providers.tempolor import parser


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        (["9001", "9002"], ["9001", "9002"]),
        ([9001, "9001", "", None, 7.5, "9002"], ["9001", "9002"]),
        ("9001", ["9001"]),
    ],
)
def test_a_submit_answer_is_one_task_with_a_pending_track_for_each_id(ids: Any, found: Any) -> None:
    update = parser.parse_submit({"status": 200000, "data": {"item_ids": ids}}, SubmittedWith("generate"))
    assert update is not None
    assert (update.external_id, update.state) == (found[0], TaskState.RUNNING)
    assert [(track.external_id, track.position, track.state) for track in update.tracks] == [
        (item_id, place, TrackState.PENDING) for place, item_id in enumerate(found)
    ]


@pytest.mark.parametrize("data", [None, {}, {"item_ids": []}, {"item_ids": [None, "x" * 300]}, "9001"])
def test_a_submit_answer_without_ids_is_none(data: Any) -> None:
    assert parser.parse_submit({"status": 200000, "data": data}, SubmittedWith("generate")) is None


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("generate", TrackKind.SONG),
        ("extend", TrackKind.SONG),
        ("instrumental", TrackKind.SONG),
        ("lyrics", TrackKind.LYRICS),
    ],
)
def test_the_pending_track_is_of_the_kind_that_is_made(operation: str, kind: TrackKind) -> None:
    update = parser.parse_submit(load("tempolor/submit-answer.json"), SubmittedWith(operation))
    assert update is not None
    assert [(track.external_id, track.kind) for track in update.tracks] == [("9001", kind)]


def test_stems_are_known_by_their_place_and_the_task_by_the_item() -> None:
    answer = {"status": 200000, "data": {"item_ids": ["mss_9301"]}}
    update = parser.parse_submit(answer, SubmittedWith("stems"))
    assert update is not None
    (track,) = update.tracks
    assert update.external_id == "mss_9301"
    assert (track.external_id, track.kind, track.position) == ("", TrackKind.FILES, 0)


@pytest.mark.parametrize(
    ("operation", "params", "timing"),
    [
        ("generate", {"instrumental": True}, TimingState.INSTRUMENTAL),
        ("generate", {"instrumental": False}, None),
        ("generate", {}, None),
        ("instrumental", {}, TimingState.INSTRUMENTAL),
    ],
)
def test_what_is_not_sung_is_known_from_the_start(operation: str, params: Any, timing: Any) -> None:
    update = parser.parse_submit(load("tempolor/submit-answer.json"), SubmittedWith(operation, params))
    assert update is not None
    assert update.tracks[0].timing_state is timing
