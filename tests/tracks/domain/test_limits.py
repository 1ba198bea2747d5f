"""How many lines, words and statements one task takes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.statements import START, statements, updates
from tracks.domain import limits
from tracks.domain.fold import StatementValue
from tracks.domain.updates import (
    Cue,
    CueKind,
    Lyrics,
    Source,
    TaskState,
    TaskUpdate,
    Timing,
    TrackUpdate,
    Word,
)


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
    ("stated", "full", "full_for_a_final_one"),
    [
        ([songs(1)] * (limits.MAX_STATEMENTS - 1), False, False),
        ([songs(1)] * limits.MAX_STATEMENTS, True, False),
        ([songs(1)] * (2 * limits.MAX_STATEMENTS), True, True),
        ([songs(limits.MAX_STATED_LINES)], True, False),
        ([songs(2 * limits.MAX_STATED_LINES)], True, True),
        ([songs(1, words=limits.MAX_STATED_WORDS)], True, False),
        ([songs(1, words=2 * limits.MAX_STATED_WORDS)], True, True),
    ],
)
def test_a_task_takes_no_more_than_that(
    stated: list[TaskUpdate], full: bool, full_for_a_final_one: bool
) -> None:
    values = [said(one) for one in stated]
    assert limits.is_full(values, songs(1, words=1)) is full
    assert limits.is_full(values, songs(1, words=1, state=TaskState.DONE)) is full_for_a_final_one


@given(st.lists(statements(), max_size=5), updates)
def test_what_providers_state_fits(stated: list[StatementValue], update: TaskUpdate) -> None:
    assert not limits.is_full(stated, update)
