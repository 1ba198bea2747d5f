"""Timed lines or plain text in, sung lines and section headings out; and back to text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracks.domain.lyrics.sections import rows_of
from tracks.domain.updates import Cue, CueKind, Lyrics, Timing


@dataclass(frozen=True, slots=True)
class RawLine:
    """One timed entry as a provider gives it; the text may hold tags and line ends."""

    text: str
    start_ms: int | None
    end_ms: int | None


def timed(lines: Iterable[RawLine]) -> Lyrics | None:
    """Orders the entries by start, lifts section tags out, mends an end before its start.

    Entries without a start keep their place behind their predecessor, untimed. None when nothing is there.
    """
    ordered = sorted(_carried(lines), key=lambda pair: pair[0])
    cues = tuple(cue for _, line in ordered for cue in _cues(line))
    if not cues:
        return None
    has_times = any(cue.start_ms is not None for cue in cues)
    return Lyrics(Timing.LINE if has_times else Timing.PLAIN, cues)


def plain(text: str) -> Lyrics | None:
    """Untimed lyrics with their sections; None when the text is blank."""
    cues = tuple(_cues(RawLine(text, None, None)))
    return Lyrics(Timing.PLAIN, cues) if cues else None


def joined(lyrics: Lyrics | None) -> str:
    """The lyric as text, tags in square brackets, a blank line before each section."""
    lines: list[str] = []
    for cue in lyrics.cues if lyrics else ():
        if cue.kind is CueKind.SECTION:
            lines += ["", f"[{cue.text}]"] if lines else [f"[{cue.text}]"]
        else:
            lines.append(cue.text)
    return "\n".join(lines)


def in_milliseconds(numbers: Sequence[float], duration_ms: int | None) -> bool:
    """Whether bare numbers are milliseconds although seconds are documented.

    Seen live for TemPolor's twin. A song does not run ten times its length, nor over an hour.
    """
    last = max(numbers, default=0.0)
    return last > (duration_ms / 100 if duration_ms else 3600)


def _carried(lines: Iterable[RawLine]) -> Iterator[tuple[tuple[int, int], RawLine]]:
    latest = -1
    for place, line in enumerate(lines):
        latest = line.start_ms if line.start_ms is not None else latest
        yield (latest, place), line


def _cues(line: RawLine) -> Iterator[Cue]:
    start = line.start_ms
    end = None if start is None else max(start, line.end_ms if line.end_ms is not None else start)
    for row in rows_of(line.text):
        yield Cue(row.kind, row.text, start, end)
