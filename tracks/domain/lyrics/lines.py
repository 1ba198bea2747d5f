"""Lyrics from timed lines or from plain text, and lyrics as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tracks.domain.lyrics.sections import rows_of
from tracks.domain.updates import Cue, CueKind, Lyrics, Timing


@dataclass(frozen=True, slots=True)
class RawLine:
    """One timed entry as a provider gives it; the text may hold tags and line breaks."""

    text: str
    start_ms: int | None
    end_ms: int | None


def timed_lyrics(lines: Iterable[RawLine]) -> Lyrics | None:
    """The entries in the given order, with section tags as cues of their own; None without any text.

    Their times are as they were stated, see :mod:`tracks.domain.time_units`.
    """
    cues = tuple(cue for line in lines for cue in _cues(line))
    return Lyrics(_timing(cues), cues) if cues else None


def line_timed(cues: Iterable[Cue]) -> Lyrics:
    """The lyrics with their cues ordered by start.

    An end that is unknown or before its start becomes the start. A cue without a start stays after the one
    before it.
    """
    ordered = sorted(_with_sort_keys(cues), key=lambda pair: pair[0])
    sound = tuple(_ending_after_start(cue) for _, cue in ordered)
    return Lyrics(_timing(sound), sound)


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


def _timing(cues: Iterable[Cue]) -> Timing:
    return Timing.LINE if any(cue.start_ms is not None for cue in cues) else Timing.PLAIN


def _with_sort_keys(cues: Iterable[Cue]) -> Iterator[tuple[tuple[int, int], Cue]]:
    latest = -1
    for place, cue in enumerate(cues):
        latest = cue.start_ms if cue.start_ms is not None else latest
        yield (latest, place), cue


def _ending_after_start(cue: Cue) -> Cue:
    if cue.start_ms is None:
        return replace(cue, end_ms=None)
    return replace(cue, end_ms=max(cue.start_ms, cue.end_ms or 0))


def _cues(line: RawLine) -> Iterator[Cue]:
    end = None if line.start_ms is None else line.end_ms
    for row in rows_of(line.text):
        yield Cue(row.kind, row.text, line.start_ms, end)
