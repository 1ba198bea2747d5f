"""The waveform as one SVG path, drawn on the server so that it is there without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracks.domain.updates import CueKind
from tracks.models import LyricLine

HEIGHT = 100
# A silent stretch still shows where the song is.
LEAST = 4
# Two section names nearer than this (percent of the width) would be written over each other.
NAME_WIDTH = 9.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a section begins: percent of the song's length; the name is blank where it would not fit."""

    at: str
    name: str


def path(peaks: Sequence[int], bars: int) -> str:
    """Vertical strokes around the middle, one unit apart, in a box of ``bars`` × 100."""
    heights = _fewer(peaks, bars)
    strokes = []
    for place, height in enumerate(heights):
        tall = max(LEAST, min(HEIGHT, height))
        strokes.append(f"M{place}.5 {(HEIGHT - tall) / 2:g}v{tall:g}")
    return "".join(strokes)


def _fewer(peaks: Sequence[int], bars: int) -> list[int]:
    """The loudest of each stretch, so that a drum is not averaged away."""
    if not peaks:
        return []
    edges = [round(place * len(peaks) / bars) for place in range(bars + 1)]
    return [max(peaks[start : max(end, start + 1)], default=0) for start, end in pairwise(edges)]


def marks(lines: Iterable[LyricLine], duration_ms: int | None) -> list[Mark]:
    """The section headings that have a time, as places on the seek bar."""
    found: list[Mark] = []
    named_until = 0.0
    for line in lines:
        if line.kind != CueKind.SECTION or line.start_ms is None or not duration_ms:
            continue
        at = 100 * line.start_ms / duration_ms
        if at >= 100:
            continue
        fits = at >= named_until and at <= 100 - NAME_WIDTH
        found.append(Mark(f"{at:.2f}", line.text if fits else ""))
        named_until = at + NAME_WIDTH if fits else named_until
    return found
