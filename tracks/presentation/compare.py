"""Two tracks as the columns of the compare page: facts and lyric lines, with the differences marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracks import providers
from tracks.models import Task, Track
from tracks.presentation import labels
from tracks.presentation.song_rows import SongRow, song_row
from tracks.presentation.times import timecode
from tracks.providers.operations import Field
from tracks.queries import compare
from tracks.queries.compare import Change, Line

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One column. ``name``: A or B. ``lines``: each with whether only this track has it."""

    name: str
    row: SongRow
    facts: list[Fact]
    lines: list[tuple[Line, bool]]


def sides(one: Track, other: Track, now: datetime) -> tuple[Side, Side]:
    changes = compare.changes(one, other)
    rows = song_row(one, now), song_row(other, now)
    facts = list(_facts(*rows))
    differing = {label for label, pair in facts if pair[0] != pair[1]}
    pairs = [*facts, *(param for param in _params(one.task, other.task) if param[0] not in differing)]
    return (
        Side("A", rows[0], _column(pairs, 0), _lines(changes, Change.REMOVED)),
        Side("B", rows[1], _column(pairs, 1), _lines(changes, Change.ADDED)),
    )


def _lines(changes: list[compare.Changed], own: Change) -> list[tuple[Line, bool]]:
    return [
        (changed.line, changed.change is own) for changed in changes if changed.change in (Change.KEPT, own)
    ]


def _column(pairs: list[tuple[str, Pair]], place: int) -> list[Fact]:
    return [Fact(label, pair[place], pair[0] != pair[1]) for label, pair in pairs if any(pair)]


def _facts(one: SongRow, other: SongRow) -> Iterator[tuple[str, Pair]]:
    both = (one, other)
    yield "Made by", _pair(f"{row.provider} · {_operation(row.track)}" for row in both)
    yield "Model", _pair(labels.model_label(row.track) for row in both)
    yield "Length", _pair(timecode(row.length_ms) for row in both)
    yield "Style", _pair(row.track.style for row in both)
    yield "Prompt", _pair(row.track.prompt for row in both)
    yield "Lyric timing", _pair(row.timing.word for row in both)
    yield "Review", _pair(_review(row.track) for row in both)


def _pair(values: Iterator[str]) -> Pair:
    first, second = values
    return first, second


def _operation(track: Track) -> str:
    return labels.operation_label(track.provider, track.task.operation)


def _review(track: Track) -> str:
    stars = f", {track.rating} of 5" if track.rating is not None else ""
    return f"{labels.review_state(track).word}{stars}"


def _params(one: Task, other: Task) -> Iterator[tuple[str, Pair]]:
    """The parameters that both operations have and that differ; texts are among the facts already."""
    if one.pk == other.pk:
        return
    for name, field in _shared_fields(one, other).items():
        pair = _readable(field, one.params.get(name)), _readable(field, other.params.get(name))
        if pair[0] != pair[1]:
            yield field.label, pair


def _shared_fields(one: Task, other: Task) -> dict[str, Field]:
    theirs = _fields(other)
    return {name: field for name, field in _fields(one).items() if name in theirs}


def _fields(task: Task) -> dict[str, Field]:
    try:
        operation = providers.get(task.provider).operations.get(task.operation)
    except providers.UnknownProvider:
        return {}
    own = operation.fields if operation else ()
    return {field.name: field for field in own if not field.multiline and not field.names}


def _readable(field: Field, value: Any) -> str:
    return "" if value is None else field.in_words(value)
