"""What Suno API's bodies come to together: callbacks and polls of one task, in either order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.suno_bodies import read, record
from tracks.domain.fold import Folded, StatementValue, fold
from tracks.domain.statuses import TaskStatus, TrackStatus
from tracks.domain.updates import Source, TaskUpdate, Timing, TimingState, TrackKind
from tracks.providers.suno import parser, word_timing

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SENT = parser.parse_submit(load("suno/submit-answer.json"))


def of(name: str, operation: str) -> TaskUpdate:
    body = load(f"suno/{name}.json")
    update = record(body, "kie", operation) if name.startswith("record") else read(body, "kie", operation)
    assert isinstance(update, TaskUpdate)
    return update


def folded(*updates: TaskUpdate) -> Folded:
    """In every order the same."""
    assert SENT
    said = [
        StatementValue(Source.SUBMIT, SENT, NOW, NOW),
        *(StatementValue(Source.CALLBACK, one, NOW, NOW) for one in updates),
    ]
    found = [fold(order, timedelta(days=14)) for order in permutations(said)]
    assert all(one == found[0] for one in found)
    return found[0]


@pytest.mark.parametrize(
    ("operation", "callback", "details", "files"),
    [
        ("wav", "callback-wav", "record-wav", 1),
        ("vocal-removal", "callback-vocal-removal", "record-vocal-removal-kie", 2),
        ("video", "callback-video", "record-video", 1),
        ("cover-image", "callback-cover-image", "record-cover-image", 2),
    ],
)
def test_a_callback_and_a_poll_of_files_are_one_result(
    operation: str, callback: str, details: str, files: int
) -> None:
    task = folded(of(callback, operation), of(details, operation))
    (track,) = task.tracks
    assert (task.status, task.external_id) == (TaskStatus.SUCCEEDED, "aa11")
    assert (track.kind, track.status, len(track.assets)) == (TrackKind.FILES, TrackStatus.READY, files)


def test_variants_of_lyrics_are_identified_by_their_position() -> None:
    task = folded(of("callback-lyrics", "lyrics"), of("record-lyrics-copy", "lyrics"))
    assert task.status is TaskStatus.SUCCEEDED
    assert [(track.kind, track.position, track.title) for track in task.tracks] == [
        (TrackKind.LYRICS, 0, "Harbour Lights"),
        (TrackKind.LYRICS, 1, "Homeward"),
    ]


def test_one_version_of_two_is_partial() -> None:
    task = folded(of("callback-lyrics-kie", "lyrics"))
    assert task.status is TaskStatus.PARTIAL
    assert task.error
    assert task.error.message == "A word is blocked."


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("wav", "callback-wav-failed"),
        ("video", "callback-video-failed"),
        ("cover-image", "record-cover-image-failed"),
        ("lyrics", "callback-lyrics-failed"),
        ("replace-section", "callback-replace-section-failed-null"),
    ],
)
def test_a_failure_is_one_with_its_reason(operation: str, name: str) -> None:
    task = folded(of(name, operation))
    assert (task.status, task.tracks) == (TaskStatus.FAILED, ())
    assert task.error
    assert task.error.advice


def test_files_that_are_there_beat_an_error_in_either_order() -> None:
    assert folded(of("callback-wav-failed", "wav"), of("record-wav", "wav")).status is TaskStatus.SUCCEEDED


def test_a_success_without_a_file_is_polled_again() -> None:
    empty: Any = {"code": 200, "msg": "success", "data": {"task_id": "aa11", "audioWavUrl": ""}}
    assert folded(read(empty, operation="wav")).status is TaskStatus.RUNNING


def test_word_timing_replaces_the_plain_lyric() -> None:
    song = of("callback-complete", "generate")
    timed = word_timing.parse_word_timing(load("suno/timestamped-lyrics.json"), "aa11", "c1")
    (track,) = folded(song, timed).tracks
    assert (track.timing_state, track.status) == (TimingState.THERE, TrackStatus.READY)
    assert track.lyrics
    assert track.lyrics.timing is Timing.WORD


def test_no_word_timing_yet_changes_nothing() -> None:
    song = of("callback-complete", "generate")
    silent = word_timing.parse_word_timing(load("suno/timestamped-lyrics-empty.json"), "aa11", "c1")
    assert folded(song, silent).tracks == folded(song).tracks
    assert folded(song).tracks[0].timing_state is TimingState.WAITING


def test_an_instrumental_is_one_by_request_or_by_lyric() -> None:
    unaware = of("record-info-success", "generate")
    aware = read(load("suno/callback-complete.json"), operation="generate", instrumental=True)
    assert folded(unaware, aware).tracks[0].timing_state is TimingState.INSTRUMENTAL
