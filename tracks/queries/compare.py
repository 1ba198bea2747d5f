"""Two tracks side by side: which facts differ, and which lyric lines only one of them has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from tracks import providers
from tracks.domain import lyrics
from tracks.domain.updates import CueKind
from tracks.models import Task, Track

# Comparing texts of equal lines can take the cube of their length; no song has so many lines.
MAX_LINES = 500


class Change(StrEnum):
    """What happens to a line from the first track to the second."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Line:
    """``start_ms``, ``end_ms``: with the offset of its track; None where it is not timed."""

    text: str
    is_section: bool
    start_ms: int | None = None
    end_ms: int | None = None


# Both where the two tracks have a line in the same place, else one of them.
Aligned = tuple[Line | None, Line | None]


@dataclass(frozen=True, slots=True)
class Changed:
    change: Change
    line: Line


FACTS = ("title", "style", "model", "duration_ms", "prompt", "lyrics_timing")


def differing(one: Track, other: Track) -> list[str]:
    """The names of the facts that differ, always in the same order; lengths are compared in whole seconds."""
    names = [name for name in FACTS if _fact(one, name) != _fact(other, name)]
    tasks = ("provider", "operation") if one.task_id != other.task_id else ()
    return [name for name in tasks if getattr(one.task, name) != getattr(other.task, name)] + names


def _fact(track: Track, name: str) -> Any:
    value = getattr(track, name)
    return value // 1000 if name == "duration_ms" and value is not None else value


def changes(one: Track, other: Track) -> list[Changed]:
    """The lines of both tracks in one list, as a diff from the first to the second."""
    ours, theirs = lines_of(one), lines_of(other)
    return list(_changes(ours, theirs))


def _changes(ours: Sequence[Line], theirs: Sequence[Line]) -> Iterator[Changed]:
    for is_same, own, other in _stretches(ours, theirs):
        yield from (Changed(Change.KEPT if is_same else Change.REMOVED, line) for line in own)
        if not is_same:
            yield from (Changed(Change.ADDED, line) for line in other)


def aligned(ours: Sequence[Line], theirs: Sequence[Line]) -> list[Aligned]:
    """The lines of both beside each other; where the words differ, lines in the same order stand together."""
    return [
        pair
        for _, own, other in _stretches(ours, theirs)
        for both in zip_longest(own, other)
        for pair in _apart(both)
    ]


def _apart(pair: Aligned) -> list[Aligned]:
    """A heading stands beside no sung line."""
    own, other = pair
    if own and other and own.is_section != other.is_section:
        return [(own, None), (None, other)]
    return [pair]


def is_same_line(own: Line, other: Line) -> bool:
    """Lines that differ only in case and spacing are equal."""
    return _key(own) == _key(other)


def _stretches(
    ours: Sequence[Line], theirs: Sequence[Line]
) -> Iterator[tuple[bool, Sequence[Line], Sequence[Line]]]:
    """Stretches of lines: whether they are the same, those of the first, those of the second."""
    keys = [_key(line) for line in ours], [_key(line) for line in theirs]
    for _, from_one, to_one, from_other, to_other in SequenceMatcher(
        None, *keys, autojunk=False
    ).get_opcodes():
        is_same = keys[0][from_one:to_one] == keys[1][from_other:to_other]
        yield is_same, ours[from_one:to_one], theirs[from_other:to_other]


def _key(line: Line) -> tuple[bool, str]:
    return line.is_section, " ".join(line.text.casefold().split())


def lines_of(track: Track) -> list[Line]:
    """Sung lines and headings, timed or not; at most MAX_LINES."""
    timed = [
        Line(row.text, row.kind == CueKind.SECTION, row.start_ms, row.end_ms)
        for row in track.lines_with_offset()
    ]
    text = lyrics.plain_lyrics(track.lyrics_text) if not timed else None
    plain = [Line(cue.text, cue.kind is CueKind.SECTION) for cue in text.cues] if text else []
    return (timed or plain)[:MAX_LINES]


def extension(one: Track, other: Track) -> float | None:
    """At how many seconds of ``one`` the ``other`` continues it; negative where ``one`` continues ``other``.

    None where neither was made as an extension of the other.
    """
    if (seconds := _continued_at(other, one)) is not None:
        return seconds
    seconds = _continued_at(one, other)
    return None if seconds is None else -seconds


def _continued_at(later: Track, earlier: Track) -> float | None:
    """By the request: the value of its only parameter that is a time within the source."""
    if later.task.source_track_id != earlier.pk:
        return None
    values = [later.task.params.get(name) for name in _time_fields(later.task)]
    if len(values) != 1:
        return None
    (seconds,) = values
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return float(seconds) if is_number and seconds > 0 else None


def _time_fields(task: Task) -> list[str]:
    try:
        operation = providers.get(task.provider).operations.get(task.operation)
    except providers.UnknownProvider:
        return []
    return [field.name for field in operation.fields if field.within_source] if operation else []
