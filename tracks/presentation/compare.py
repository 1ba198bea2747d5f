"""Two takes on the compare page: a lane each, and a table of what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracks import providers
from tracks.domain.loudness import matched_loudness
from tracks.models import Task, Track
from tracks.presentation import labels, media
from tracks.presentation.labels import StateLabel
from tracks.presentation.language import language_of
from tracks.presentation.sections import SongSection, sections_of
from tracks.presentation.song_rows import SongRow, song_row
from tracks.presentation.times import timecode
from tracks.presentation.waveform import Wave, wave_large
from tracks.providers.operations import Field
from tracks.queries import compare
from tracks.queries.compare import Aligned, Line

Pair = tuple[str, str]
Both = tuple[Sequence[Line], Sequence[Line]]
# Two lines that begin this much further apart than the lines before them are told of, in milliseconds.
MIN_SHIFT_MS = 500
MAX_FACT = 400  # characters
# What is asked of two takes even where they are equal; of the rest only what differs is shown.
SOUNDS = ("Loudness", "Length", "Intro")


@dataclass(frozen=True, slots=True)
class Lane:
    """One take. ``name``: its letter. ``gain``: in dB, at most 0; None where the two cannot be matched.

    ``words``: what its lyrics lack for running along, blank where nothing. ``data``: for the script, as JSON.
    """

    name: str
    row: SongRow
    title: str
    lang: str
    wave: Wave | None
    gain: float | None
    words: str
    review: StateLabel | None
    data: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one take has. ``start_ms``: where it is to be heard."""

    text: str
    is_marked: bool = False
    start_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the table. ``lang``: of its label, where that is a lyric line."""

    label: str
    cells: tuple[Cell, Cell]
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``loudness``: at which both are played, as text; blank where they cannot be matched.

    ``pairs``: the starts in seconds of the lines that both sing, as JSON. ``notes``: sentences.
    """

    lanes: tuple[Lane, Lane]
    loudness: str
    pairs: str
    words: list[Difference]
    facts: list[Difference]
    notes: list[str]

    @property
    def title(self) -> str:
        """One title where both have it."""
        own, other = (lane.title for lane in self.lanes)
        return own if own == other else f"{own} / {other}"


def comparison(one: Track, other: Track, now: datetime) -> Comparison:
    """Wants ``task``, ``assets`` and ``lines`` of both at hand."""
    rows = song_row(one, now), song_row(other, now)
    lines = compare.lines_of(one), compare.lines_of(other)
    loudness = matched_loudness([_loudness(row) for row in rows])
    names = lane_names(one, other)
    lanes = (
        _lane(names[0], rows[0], lines[0], loudness),
        _lane(names[1], rows[1], lines[1], loudness),
    )
    aligned = compare.aligned(*lines)
    words = list(_word_rows(aligned)) if all(lines) else []
    return Comparison(
        lanes=lanes,
        loudness=_lufs(loudness) if loudness is not None else "",
        pairs=json.dumps(_pairs(aligned)),
        words=words,
        facts=list(_fact_rows(rows, lines)),
        notes=list(_notes(lanes, lines, words)),
    )


def lane_names(one: Track, other: Track) -> Pair:
    """Takes of one task have the letters of their family; songs of two are A and B."""
    letters = labels.take_letter(one), labels.take_letter(other)
    return letters if one.task_id == other.task_id and letters[0] != letters[1] else ("A", "B")


def _lane(name: str, row: SongRow, lines: Sequence[Line], loudness: float | None) -> Lane:
    title = labels.track_name(row.track)
    sections = sections_of(row.track.lines_with_offset(), row.length_ms)
    own = _loudness(row)
    gain = None if loudness is None or own is None else round(loudness - own, 1)
    is_reviewed = row.track.review != "new"
    return Lane(
        name=name,
        row=row,
        title=title,
        lang=language_of(title),
        wave=wave_large("lane", bytes(row.audio.waveform), sections, row.length_ms) if row.audio else None,
        gain=gain,
        words=_lacking(name, lines),
        review=row.review if is_reviewed else None,
        data=json.dumps(_data(name, row, title, lines, sections, gain)),
    )


def _data(
    name: str,
    row: SongRow,
    title: str,
    lines: Sequence[Line],
    sections: Sequence[SongSection],
    gain: float | None,
) -> dict[str, Any]:
    """Times in seconds. ``gain``: in dB; null where it is not known."""
    sung = [line for line in lines if not line.is_section and line.start_ms is not None]
    return {
        "id": row.track.pk,
        "name": name,
        "title": title,
        "audio": media.asset_url(row.audio) if row.audio else "",
        "cover": row.large_cover_url,
        "hue": str(row.hue),
        "review": row.track.review,
        "duration": (row.length_ms or 0) / 1000,
        "gain": gain,
        "lang": language_of(" ".join(line.text for line in sung)),
        "lines": [{"start": _start(line), "end": _end(line), "text": line.text} for line in sung],
        "sections": [
            {"name": one.name, "start": one.start_ms / 1000, "end": one.end_ms / 1000} for one in sections
        ],
    }


def _start(line: Line | None) -> float | None:
    return line.start_ms / 1000 if line and line.start_ms is not None else None


def _end(line: Line) -> float | None:
    return line.end_ms / 1000 if line.end_ms is not None else _start(line)


def _lacking(name: str, lines: Sequence[Line]) -> str:
    sung = [line for line in lines if not line.is_section]
    if not sung:
        return f"{name} has no lyrics."
    return "" if any(line.start_ms is not None for line in sung) else f"The lines of {name} have no times."


def _pairs(aligned: Sequence[Aligned]) -> list[tuple[float, float]]:
    return [
        (start, other_start)
        for own, other in aligned
        if own and not own.is_section
        if (start := _start(own)) is not None and (other_start := _start(other)) is not None
    ]


def _notes(lanes: tuple[Lane, Lane], lines: Both, words: Sequence[Difference]) -> Iterator[str]:
    lacking = [lane.words for lane in lanes if lane.words]
    if len(lacking) == 2 and not any(lines):
        yield "Neither of them has lyrics. The second is kept when you switch."
    elif lacking:
        yield f"{' '.join(lacking)} The second is kept when you switch."
    if all(lines) and not words:
        yield "The words are the same, line for line."
    unmeasured = [lane.name for lane in lanes if lane.row.audio and _loudness(lane.row) is None]
    if unmeasured:
        names = " and ".join(unmeasured)
        yield f"The loudness of {names} is not measured: both play as they are."


# --- The table ---
def _word_rows(aligned: Sequence[Aligned]) -> Iterator[Difference]:
    """The lines whose words differ, and those from which on one take is earlier or later than before."""
    before = 0
    for own, other in aligned:
        if own is None or other is None:
            yield from (_row_of_one(line, line is own) for line in (own, other) if line)
            continue
        is_same, shift = compare.is_same_line(own, other), _shift(own, other, before)
        if not is_same:
            parts = _parts(own.text, other.text)
            yield _line_row(own, Cell(parts[0], start_ms=own.start_ms), Cell(parts[1], True, other.start_ms))
        elif abs(shift - before) >= MIN_SHIFT_MS:
            later = f"{abs(shift) / 1000:.1f} s {'later' if shift > 0 else 'earlier'}"
            said = later if abs(shift) >= MIN_SHIFT_MS else "at the same second again"
            yield _line_row(own, Cell("", start_ms=own.start_ms), Cell(said, start_ms=other.start_ms))
        before = shift


def _shift(own: Line, other: Line, otherwise: int) -> int:
    """By how many milliseconds the second comes later."""
    if own.start_ms is None or other.start_ms is None:
        return otherwise
    return other.start_ms - own.start_ms


def _row_of_one(line: Line, is_first: bool) -> Difference:
    kind = "section" if line.is_section else "line"
    there, not_there = Cell("only here", start_ms=line.start_ms), Cell(f"no such {kind}", is_marked=True)
    cells = (there, not_there) if is_first else (not_there, there)
    return Difference(line.text, cells, language_of(line.text))


def _line_row(own: Line, *cells: Cell) -> Difference:
    first, second = cells
    return Difference(own.text, (first, second), language_of(own.text))


def _parts(own: str, other: str) -> Pair:
    """The words between what both begin and end with, in quotes."""
    words, others = own.split(), other.split()
    head = next(
        (at for at, pair in enumerate(zip(words, others, strict=False)) if pair[0] != pair[1]),
        min(len(words), len(others)),
    )
    most = min(len(words), len(others)) - head
    tail = next((at for at in range(most) if words[-1 - at] != others[-1 - at]), most)
    return _quoted(words[head : len(words) - tail]), _quoted(others[head : len(others) - tail])


def _quoted(words: Sequence[str]) -> str:
    return f"“{' '.join(words)}”" if words else "without it"


def _fact_rows(rows: tuple[SongRow, SongRow], lines: Both) -> Iterator[Difference]:
    facts = list(_facts(rows, lines))
    differing = {label for label, pair in facts if pair[0] != pair[1]}
    one, other = (row.track.task for row in rows)
    facts += [param for param in _params(one, other) if param[0] not in differing]
    for label, pair in facts:
        is_other = pair[0] != pair[1]
        if is_other or (any(pair) and label in SOUNDS):
            first, second = (_short(value) for value in pair)
            yield Difference(label, (Cell(first, is_other), Cell(second, is_other)))


def _short(value: str) -> str:
    return (value if len(value) <= MAX_FACT else value[: MAX_FACT - 1] + "…") or "–"


def _facts(both: tuple[SongRow, SongRow], lines: Both) -> Iterator[tuple[str, Pair]]:
    yield "Loudness", _pair(_lufs(_loudness(row)) if row.audio else "" for row in both)
    yield "Length", _pair(timecode(row.length_ms) for row in both)
    yield "Intro", _pair(_intro(own) for own in lines)
    yield "Made by", _pair(f"{row.provider} · {_operation(row.track)}" for row in both)
    yield "Model", _pair(labels.model_label(row.track) for row in both)
    yield "Style", _pair(row.track.style for row in both)
    yield "Prompt", _pair(row.track.prompt for row in both)
    yield "Lyric timing", _pair(row.timing.word for row in both)
    yield "Review", _pair(_review(row.track) for row in both)


def _pair(values: Iterator[str]) -> Pair:
    first, second = values
    return first, second


def _loudness(row: SongRow) -> float | None:
    return row.audio.loudness_lufs if row.audio else None


def _lufs(loudness: float | None) -> str:
    return "not measured" if loudness is None else f"{loudness:.1f} LUFS".replace("-", "−")


def _intro(lines: Sequence[Line]) -> str:
    """How long the music plays before the first word."""
    starts = [line.start_ms for line in lines if not line.is_section and line.start_ms is not None]
    return f"{min(starts) / 1000:.0f} s" if starts else ""


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
