"""How many lines, words and statements one task takes: more is cut or left out, with a sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tracks.domain.track_fold import StatementValue
from tracks.domain.updates import Cue, Lyrics, TaskState, TaskUpdate, TrackUpdate

# Of one update. A song of an hour has a few hundred lines and a few thousand words.
MAX_LINES = 2_000
MAX_WORDS = 10_000
# Of all statements of a task. Providers need a few dozen; all are folded again whenever one is added.
MAX_STATEMENTS = 500
MAX_STATED_LINES = 50_000
MAX_STATED_WORDS = 100_000
# A final statement is what matters: it has as much room again.
_FINAL = (TaskState.DONE, TaskState.FAILED)

CUT = (
    f"The provider stated more than {MAX_LINES:,} lines or {MAX_WORDS:,} timed words at once. The song keeps "
    "the first of them; the callback is stored as it came. Ask the provider whether this lyric is right."
)
FULL = (
    "The provider stated more of this task than any song needs, so nothing of its latest statements was "
    "applied. The song stays as it is; callbacks are stored as they came. Ask the provider about this id."
)


def cut(update: TaskUpdate) -> TaskUpdate:
    """The update with at most MAX_LINES lines and MAX_WORDS timed words; itself where it has no more."""
    if _lines([update]) <= MAX_LINES and _words([update]) <= MAX_WORDS:
        return update
    lines, words, tracks = MAX_LINES, MAX_WORDS, []
    for track in update.tracks:
        cues = _first(track.lyrics.cues if track.lyrics else (), lines, words)
        lines, words = lines - len(cues), words - sum(len(cue.words) for cue in cues)
        tracks.append(_with_cues(track, cues))
    return replace(update, tracks=tuple(tracks))


def is_full(statements: Iterable[StatementValue], update: TaskUpdate) -> bool:
    """Whether a task with these statements takes no further one such as this."""
    stated = [one.update for one in statements]
    times = 2 if update.state in _FINAL else 1
    stated.append(update)
    return (
        len(stated) > times * MAX_STATEMENTS
        or _lines(stated) > times * MAX_STATED_LINES
        or _words(stated) > times * MAX_STATED_WORDS
    )


def _first(cues: Iterable[Cue], lines: int, words: int) -> tuple[Cue, ...]:
    kept: list[Cue] = []
    for cue in cues:
        words -= len(cue.words)
        if len(kept) == lines or words < 0:
            break
        kept.append(cue)
    return tuple(kept)


def _with_cues(track: TrackUpdate, cues: tuple[Cue, ...]) -> TrackUpdate:
    lyrics = Lyrics(track.lyrics.timing, cues) if track.lyrics and cues else None
    return replace(track, lyrics=lyrics)


def _cues(updates: Iterable[TaskUpdate]) -> Iterable[tuple[Cue, ...]]:
    return (track.lyrics.cues for one in updates for track in one.tracks if track.lyrics)


def _lines(updates: Iterable[TaskUpdate]) -> int:
    return sum(len(cues) for cues in _cues(updates))


def _words(updates: Iterable[TaskUpdate]) -> int:
    return sum(len(cue.words) for cues in _cues(updates) for cue in cues)
