"""How many lines, words and statements one task takes: more is cut or left out, with a sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tracks.domain.track_fold import StatementValue
from tracks.domain.updates import (
    AssetState,
    Cue,
    Lyrics,
    TaskState,
    TaskUpdate,
    TrackState,
    TrackUpdate,
)

# Of one update. A song of an hour has a few hundred lines and a few thousand words.
MAX_LINES = 2_000
MAX_WORDS = 10_000
# Of all statements of a task. Providers need a few dozen; all are folded again whenever one is added.
MAX_STATEMENTS = 500
MAX_STATED_LINES = 50_000
MAX_STATED_WORDS = 100_000
_FINAL_TASK = (TaskState.DONE, TaskState.FAILED)
_FINAL_TRACK = (TrackState.READY, TrackState.FAILED)

CUT = (
    f"The provider stated more than {MAX_LINES:,} lines or {MAX_WORDS:,} timed words at once. The song keeps "
    "the first of them; the callback is stored as it came. Ask the provider whether this lyric is right."
)
WITHOUT_LYRICS = (
    "The provider stated more lyrics of this task than any song needs, so those of its latest statement were "
    "left out. Its state and its files count; callbacks are stored as they came. Ask the provider about it."
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


def room_for(statements: Iterable[StatementValue], update: TaskUpdate) -> TaskUpdate | None:
    """What a task with these statements still takes of an update: all, all but its lyrics, or None.

    An end and a link are what matters: a statement of either has as much room again, and one of a state that
    was never stated before is taken however many there are.
    """
    stated = [one.update for one in statements]
    times = 2 if _is_final(update) else 1
    if len(stated) >= times * MAX_STATEMENTS and not _has_news(stated, update):
        return None
    with_it = [*stated, update]
    if _lines(with_it) <= times * MAX_STATED_LINES and _words(with_it) <= times * MAX_STATED_WORDS:
        return update
    return _without_lyrics(update) if _is_final(update) or _has_news(stated, update) else None


def _is_final(update: TaskUpdate) -> bool:
    return update.state in _FINAL_TASK or any(_is_final_track(track) for track in update.tracks)


def _is_final_track(track: TrackUpdate) -> bool:
    return track.state in _FINAL_TRACK or any(file.state is AssetState.LINKED for file in track.assets)


def _has_news(stated: Sequence[TaskUpdate], update: TaskUpdate) -> bool:
    """Whether it states what none did of the task, or of a track; of one that is new while there is room."""
    known = {fact for one in stated for fact in _facts(one)}
    news = set(_facts(update)) - known
    if len(stated) < 2 * MAX_STATEMENTS:
        return bool(news)
    # Ids can be without number; the states of those that are known cannot.
    keys = {"", *(key for key, *_ in known)}
    return any(key in keys for key, *_ in news)


def _facts(update: TaskUpdate) -> Iterator[tuple[str, ...]]:
    """The states in it: of the task under a blank key; of tracks, their timing and their kinds of files."""
    if update.state:
        yield "", update.state
    for track in update.tracks:
        key = track.external_id or f"#{track.position or 0}"
        yield key, track.state or "", track.completeness or ""
        yield key, track.timing_state or ""
        yield from ((key, file.kind, file.state) for file in track.assets)


def _without_lyrics(update: TaskUpdate) -> TaskUpdate:
    return replace(update, tracks=tuple(replace(track, lyrics=None) for track in update.tracks))


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
