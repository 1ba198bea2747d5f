"""Every state in words: true whatever the status, the tries and the errors are."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracks.domain.statuses import ArchiveStatus, AssetStatus, TaskStatus, TrackStatus
from tracks.domain.updates import AssetKind, TimingState, TrackKind
from tracks.models import Asset, Task, Track
from tracks.presentation import labels
from tracks.presentation.labels import StateLabel
from tracks.presentation.song_exception import exception

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
IN_4_MIN, PAST = NOON + timedelta(minutes=4), NOON - timedelta(minutes=4)
TONES = {"ok", "warn", "bad", "wait", "quiet"}
TASKS = [
    Task(status=status, submit_attempts=tries, submit_claims=claims, submit_at=due, poll_error=error)
    for status, tries, claims, due, error in itertools.product(
        TaskStatus, (0, 1, 5), (0, 1), (None, PAST, IN_4_MIN), ("", "HTTP 503")
    )
]


def is_sentence(text: str) -> bool:
    return text[:1].isupper() and text.endswith(".") and ".." not in text and "  " not in text


def told(state: StateLabel) -> str:
    assert state.tone in TONES
    assert state.word
    assert is_sentence(state.detail), state
    return state.detail


@pytest.mark.parametrize("refusal", ["", "the provider is busy", "Too many requests."])
def test_every_state_of_a_task_is_told_in_true_sentences(refusal: str) -> None:
    for task in TASKS:
        state = labels.task_state(task, NOON, refusal)
        detail = told(state)
        is_queued = task.status == TaskStatus.QUEUED
        was_refused = is_queued and task.submit_attempts > 0 and not task.submit_claims
        assert ("is free" in detail) == (is_queued and not task.submit_attempts and not task.submit_claims)
        assert ("not accepted yet" in detail) == was_refused
        assert ("in 4 min" in detail) == (was_refused and task.submit_at == IN_4_MIN)
        assert ("HTTP 503" in detail) == (task.status == TaskStatus.RUNNING and task.poll_error != "")
        assert "sending it now" not in detail or task.submit_at == IN_4_MIN


def test_a_refused_task_names_the_refusals_the_last_reason_and_the_next_try() -> None:
    task = Task(status="queued", submit_attempts=5, submit_at=IN_4_MIN)
    state = labels.task_state(task, NOON, "TemPolor is busy")
    assert state == StateLabel(
        "not accepted yet",
        "warn",
        "Tried 5 times, and not accepted yet. The latest reason: TemPolor is busy. "
        "It is tried again in 4 min. It has cost nothing yet.",
    )


ASSETS = [
    Asset(kind=kind, status=status, attempts=tries, error=error, expires_at=expiry, refused_file=refused)
    for kind, status, tries, error, expiry, refused in itertools.product(
        (AssetKind.AUDIO, AssetKind.AUDIO_HI, AssetKind.IMAGE),
        AssetStatus,
        (0, 1, 3),
        ("", "the file breaks off"),
        (None, PAST, IN_4_MIN),
        ("", "refused/1"),
    )
]


def test_every_state_of_a_file_is_told() -> None:
    for asset in ASSETS:
        state = labels.asset_state(asset, NOON)
        assert state.tone in TONES
        is_refused = asset.status == AssetStatus.PENDING and asset.refused_file != ""
        assert (state.word == "not accepted yet") == is_refused
        assert ("in 4 min" in state.detail) == (asset.status == "pending" and asset.expires_at == IN_4_MIN)
        assert "deletes it" not in state.detail or asset.expires_at == IN_4_MIN
        assert (state.tone == "bad") == (asset.status in labels.LOST)


def test_every_state_of_a_song_is_told_and_only_what_is_not_normal_is_an_exception() -> None:
    statuses = itertools.product(TrackKind, TrackStatus, ArchiveStatus, TimingState)
    for (kind, status, archive, timing), asset in itertools.product(statuses, ASSETS[::7]):
        track = Track(kind=kind, status=status, archive=archive, timing_state=timing)
        told(labels.song_state(track, [asset], NOON))
        found = exception(track, [asset], NOON)
        assert found is None or found.tone in TONES - {"ok"}
        assert (status == TrackStatus.FAILED) == (found is not None and found.word == "failed")


def song(**over: object) -> Track:
    values = {"status": "ready", "archive": "complete", "duration_ms": 96_000} | over
    return Track(**values)


def archived(kind: str = "audio", **over: Any) -> Asset:
    values = {"kind": kind, "status": "archived", "content_type": "audio/mpeg", "duration_ms": 96_000} | over
    return Asset(**values)


def pending(kind: str = "audio", **over: object) -> Asset:
    return Asset(**{"kind": kind, "status": "pending", **over})


DAMAGED: dict[str, Any] = {"is_cut": True, "gap_bytes": 900, "duration_ms": 90_000}
CUT: dict[str, Any] = {"is_cut": True, "duration_ms": 90_000}


@pytest.mark.parametrize(
    ("track", "assets", "word", "tone"),
    [
        ({}, [archived(), archived("image")], None, None),
        ({}, [archived(is_cut=True, duration_ms=95_990)], None, None),
        ({}, [archived(**CUT)], "end cut off", "warn"),
        ({}, [archived(**DAMAGED)], "file damaged", "warn"),
        ({"archive": "pending"}, [pending()], "archiving", "wait"),
        ({"archive": "pending"}, [pending(refused_file="r")], "audio not accepted yet", "warn"),
        ({"archive": "pending"}, [pending(attempts=2)], "audio not fetched yet", "warn"),
        (
            {"archive": "pending"},
            [pending(expires_at=NOON + timedelta(hours=3, minutes=50)), archived("image")],
            "expires in 3 h 50 min",
            "warn",
        ),
        ({"archive": "pending"}, [pending(expires_at=NOON + timedelta(hours=1))], "expires in 1 h", "bad"),
        ({"archive": "incomplete"}, [pending(status="expired")], "audio expired", "bad"),
        ({"archive": "incomplete"}, [archived(), pending("image", status="failed")], "cover failed", "warn"),
        ({}, [archived(), Asset(kind="audio_hi", status="waiting")], "lossless still coming", "wait"),
        ({"timing_state": "waiting"}, [archived()], "no timing yet", "wait"),
        ({"status": "streaming"}, [], "generating", "wait"),
    ],
)
def test_a_row_shows_the_worst_exception(
    track: dict[str, object], assets: list[Asset], word: str | None, tone: str | None
) -> None:
    found = exception(song(**track), assets, NOON)
    assert (found and found.word, found and found.tone) == (word, tone)


def test_an_archived_file_that_is_damaged_is_not_called_whole() -> None:
    state = labels.song_state(song(), [archived(**DAMAGED)], NOON)
    assert (state.word, state.tone) == ("archived", "warn")
    assert state.detail.startswith("Audio: File damaged.")
