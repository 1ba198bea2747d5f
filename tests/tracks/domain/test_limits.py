"""How many lines, words and statements one task takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.statements import START, statements, updates
from tests.support.suno_bodies import song, stage
from tracks import providers
from tracks.domain import limits
from tracks.domain.fold import StatementValue, fold
from tracks.domain.statuses import FINISHED
from tracks.domain.updates import (
    Completeness,
    Cue,
    CueKind,
    Lyrics,
    Source,
    TaskState,
    TaskUpdate,
    Timing,
    TrackState,
    TrackUpdate,
    Word,
)
from tracks.providers.base import SubmittedWith

DAY = timedelta(days=1)


LINES = [{"text": f"line {n}", "start": n, "end": n + 1} for n in range(10)]
WHOLE = {
    "item_id": "t1",
    "status": "succeeded",
    "audio_url": "https://m.example/a.mp3",
    "audio_hi_url": "https://m.example/a.wav",
}
TIMED = {"songs": [{**WHOLE, "lyrics_sections": LINES}]}
STEMS = {"item_id": "t1", "status": "succeeded", "stems_url": "https://m.example/s.zip"}
# Final bodies: provider, operation, body.
ENDS: dict[str, tuple[str, str, Any]] = {
    "song": ("tempolor", "generate", TIMED),
    "instrumental": ("tempolor", "instrumental", {"instrumentals": [WHOLE]}),
    "lyrics": ("tempolor", "lyrics", {"lyrics": [{"item_id": "t1", "status": "succeeded", "lyric": "hoo"}]}),
    "stems": ("tempolor", "stems", {"stems": [STEMS]}),
    "failed song": ("tempolor", "generate", {"songs": [{"item_id": "t1", "status": "failed"}]}),
    "failed stems": ("tempolor", "stems", {"stems": [{"item_id": "t1", "status": "failed"}]}),
    "Suno's songs": ("suno", "generate", stage("complete", song(1), song(2), task_id="t1")),
    "Suno's failure": ("suno", "generate", stage("error", code=531, task_id="t1")),
}


def songs(*lengths: int, words: int = 0, state: TaskState | None = None) -> TaskUpdate:
    """One track for each number of lines, each line with so many timed words."""
    cue = Cue(CueKind.LINE, "la", words=(Word("la", 0, 1),) * words)
    tracks = [
        TrackUpdate(f"c{number}", lyrics=Lyrics(Timing.WORD, (cue,) * lines))
        for number, lines in enumerate(lengths)
    ]
    return TaskUpdate("t1", state, tracks=tuple(tracks))


def lines(update: TaskUpdate) -> list[int]:
    return [len(track.lyrics.cues) if track.lyrics else 0 for track in update.tracks]


@pytest.mark.parametrize(
    ("update", "left"),
    [
        (songs(limits.MAX_LINES), [limits.MAX_LINES]),
        (songs(limits.MAX_LINES + 1), [limits.MAX_LINES]),
        (songs(limits.MAX_LINES, 1), [limits.MAX_LINES, 0]),
        (songs(limits.MAX_LINES - 1, 5, 5), [limits.MAX_LINES - 1, 1, 0]),
        (songs(10, words=limits.MAX_WORDS // 10), [10]),
        (songs(11, words=limits.MAX_WORDS // 10), [10]),
        (songs(1, words=limits.MAX_WORDS + 1), [0]),
        (songs(6, 6, words=limits.MAX_WORDS // 10), [6, 4]),
    ],
)
def test_what_is_over_the_limit_is_cut(update: TaskUpdate, left: list[int]) -> None:
    assert lines(limits.cut(update)) == left


@given(updates)
def test_what_real_songs_hold_is_the_same_object(update: TaskUpdate) -> None:
    assert limits.cut(update) is update


@given(st.lists(st.integers(0, 3000), max_size=4), st.integers(0, 20))
def test_what_was_cut_is_within_the_limits_and_is_cut_no_more(lengths: Sequence[int], words: int) -> None:
    left = limits.cut(songs(*lengths, words=words))
    assert sum(lines(left)) <= limits.MAX_LINES
    assert sum(lines(left)) * words <= limits.MAX_WORDS
    assert limits.cut(left) is left


def said(update: TaskUpdate) -> StatementValue:
    return StatementValue(Source.CALLBACK, update, START, START)


@pytest.mark.parametrize(
    ("stated", "left", "left_of_a_final_one"),
    [
        ([songs(1)] * (limits.MAX_STATEMENTS - 1), [1], [1]),
        ([songs(1)] * limits.MAX_STATEMENTS, None, [1]),
        ([songs(1)] * (2 * limits.MAX_STATEMENTS), None, [1]),
        ([songs(limits.MAX_STATED_LINES)], None, [1]),
        ([songs(2 * limits.MAX_STATED_LINES)], None, [0]),
        ([songs(1, words=limits.MAX_STATED_WORDS)], None, [1]),
        ([songs(1, words=2 * limits.MAX_STATED_WORDS)], None, [0]),
    ],
)
def test_a_task_takes_no_more_than_that(
    stated: list[TaskUpdate], left: list[int] | None, left_of_a_final_one: list[int]
) -> None:
    values = [said(one) for one in stated]
    for state, wanted in ((None, left), (TaskState.DONE, left_of_a_final_one)):
        taken = limits.room_for(values, songs(1, words=1, state=state))
        assert (lines(taken) if taken else None) == wanted


@given(st.lists(statements(), max_size=5), updates)
def test_what_providers_state_fits(stated: list[StatementValue], update: TaskUpdate) -> None:
    assert limits.room_for(stated, update) is update


def test_however_many_tracks_are_made_up_a_task_takes_no_more_than_twice_the_statements() -> None:
    stated: list[StatementValue] = []
    for number in range(2 * limits.MAX_STATEMENTS + 20):
        made_up = TaskUpdate("t1", tracks=(TrackUpdate(f"c{number}", state=TrackState.READY),))
        taken = limits.room_for(stated, made_up)
        stated += [said(taken)] if taken else []
    assert len(stated) == 2 * limits.MAX_STATEMENTS


CUE = Cue(CueKind.LINE, "hoo", 1000, 2000)
Before = Callable[[TaskUpdate], list[TaskUpdate]]


def still_running(end: TaskUpdate, title: str, lines: int = 0) -> TaskUpdate:
    """The body that came before this one, when its tracks were still being made."""
    lyrics = Lyrics(Timing.LINE, (CUE,) * lines) if lines else None
    tracks = [
        TrackUpdate(one.external_id, one.kind, one.position, TrackState.PENDING, title=title, lyrics=lyrics)
        for one in end.tracks[:1] or [TrackUpdate("c1")]
    ]
    return TaskUpdate("t1", TaskState.RUNNING, tracks=tuple(tracks))


def with_its_main_file(end: TaskUpdate, title: str) -> TaskUpdate:
    """The body that came before this one, when more was still to come."""
    tracks = tuple(
        replace(one, title=title, assets=one.assets[:1], completeness=Completeness.OPEN)
        if one.state is TrackState.READY
        else replace(one, title=title, state=TrackState.PENDING, error=None)
        for one in end.tracks
    )
    return replace(end, state=TaskState.RUNNING, error=None, tracks=tracks)


def without_lyrics(update: TaskUpdate) -> TaskUpdate:
    return replace(update, tracks=tuple(replace(track, lyrics=None) for track in update.tracks))


def times(count: int, make: Callable[[TaskUpdate, str], TaskUpdate]) -> Before:
    return lambda end: [make(end, f"take {number}") for number in range(count)]


BEFORE: dict[str, Before] = {
    "full": times(limits.MAX_STATEMENTS, still_running),
    "twice as full": times(2 * limits.MAX_STATEMENTS, still_running),
    "fuller than that": times(2 * limits.MAX_STATEMENTS + 9, still_running),
    "full of songs": times(2 * limits.MAX_STATEMENTS, with_its_main_file),
    "full of lines": lambda end: [still_running(end, "long", limits.MAX_STATED_LINES)],
    "twice as full of lines": lambda end: [still_running(end, "long", 2 * limits.MAX_STATED_LINES)],
}


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("end", ENDS)
def test_a_final_body_ends_its_task_whatever_was_stated_before(end: str, before: str) -> None:
    provider, operation, body = ENDS[end]
    (update,) = providers.get(provider).parse_callback(body, SubmittedWith(operation, {}))
    stated = [said(one) for one in BEFORE[before](update)]
    taken = limits.room_for(stated, update)
    assert taken
    # The lyrics are of no account here, and a fold of so many takes seconds.
    states = [replace(one, update=without_lyrics(one.update)) for one in stated]
    folded, wanted = (fold([*states, said(last)], DAY) for last in (taken, update))
    assert folded.status in FINISHED
    assert (folded.status, folded.error) == (wanted.status, wanted.error)
    assert [(one.status, one.assets) for one in folded.tracks] == [
        (one.status, one.assets) for one in wanted.tracks
    ]
