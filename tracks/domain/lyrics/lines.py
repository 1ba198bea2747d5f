"""Lyrics from timed lines or from plain text, and lyrics as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracks.domain.lyrics.sections import rows_of
from tracks.domain.updates import Cue, CueKind, Lyrics, Timing


@dataclass(frozen=True, slots=True)
class RawLine:
    """One timed entry as a provider gives it; the text may hold tags and line breaks."""

    text: str
    start_ms: int | None
    end_ms: int | None


def timed_lyrics(lines: Iterable[RawLine]) -> Lyrics | None:
    """The entries ordered by start, with section tags as cues of their own; None without any text.

    An end before its start becomes the start. An entry without a start stays after the one before it.
    """
    ordered = sorted(_with_sort_keys(lines), key=lambda pair: pair[0])
    cues = tuple(cue for _, line in ordered for cue in _cues(line))
    if not cues:
        return None
    has_times = any(cue.start_ms is not None for cue in cues)
    return Lyrics(Timing.LINE if has_times else Timing.PLAIN, cues)


def plain_lyrics(text: str) -> Lyrics | None:
    """Untimed lyrics with their sections; None when the text is blank."""
    cues = tuple(_cues(RawLine(text, None, None)))
    return Lyrics(Timing.PLAIN, cues) if cues else None


def as_text(lyrics: Lyrics | None) -> str:
    """The lyrics as text: headings in square brackets, a blank line before each but the first."""
    lines: list[str] = []
    for cue in lyrics.cues if lyrics else ():
        if cue.kind is CueKind.SECTION:
            lines += ["", f"[{cue.text}]"] if lines else [f"[{cue.text}]"]
        else:
            lines.append(cue.text)
    return "\n".join(lines)


def in_milliseconds(numbers: Sequence[float], duration_ms: int | None) -> bool:
    """Whether bare numbers are milliseconds although seconds are documented.

    Seen live at a service with the same API as TemPolor.
    """
    # No song runs ten times its stated length, nor over an hour.
    last = max(numbers, default=0.0)
    return last > (duration_ms / 100 if duration_ms else 3600)


def _with_sort_keys(lines: Iterable[RawLine]) -> Iterator[tuple[tuple[int, int], RawLine]]:
    latest = -1
    for place, line in enumerate(lines):
        latest = line.start_ms if line.start_ms is not None else latest
        yield (latest, place), line


def _cues(line: RawLine) -> Iterator[Cue]:
    start = line.start_ms
    end = None if start is None else max(start, line.end_ms if line.end_ms is not None else start)
    for row in rows_of(line.text):
        yield Cue(row.kind, row.text, start, end)
