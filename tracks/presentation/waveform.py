"""The waveform and its section marks as SVG, drawn on the server so that they need no JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracks.domain.updates import CueKind
from tracks.models import LyricLine

MAX_HEIGHT = 100
# A silent stretch still shows where the song is.
MIN_HEIGHT = 4
# Two section names nearer than this (percent of the width) would be written over each other.
NAME_WIDTH = 9.0


@dataclass(frozen=True, slots=True)
class SectionMark:
    """``at``: the section's start in percent of the song; ``name``: blank where it would not fit."""

    at: str
    name: str


def waveform_path(peaks: Sequence[int], bars: int) -> str:
    """SVG path data: ``bars`` vertical strokes around the middle of a box of ``bars`` × 100 units."""
    heights = _fewer(peaks, bars)
    strokes = []
    for place, height in enumerate(heights):
        tall = max(MIN_HEIGHT, min(MAX_HEIGHT, height))
        strokes.append(f"M{place}.5 {(MAX_HEIGHT - tall) / 2:g}v{tall:g}")
    return "".join(strokes)


def _fewer(peaks: Sequence[int], bars: int) -> list[int]:
    """The peaks reduced to ``bars`` values: the loudest of each stretch, as an average would hide drums."""
    if not peaks:
        return []
    edges = [round(place * len(peaks) / bars) for place in range(bars + 1)]
    return [max(peaks[start : max(end, start + 1)], default=0) for start, end in pairwise(edges)]


def section_marks(lines: Iterable[LyricLine], duration_ms: int | None) -> list[SectionMark]:
    """The section headings that have a time, as marks on the seek bar."""
    found: list[SectionMark] = []
    named_until = 0.0
    for line in lines:
        if line.kind != CueKind.SECTION or line.start_ms is None or not duration_ms:
            continue
        at = 100 * line.start_ms / duration_ms
        if at >= 100:
            continue
        fits = at >= named_until and at <= 100 - NAME_WIDTH
        found.append(SectionMark(f"{at:.2f}", line.text if fits else ""))
        named_until = at + NAME_WIDTH if fits else named_until
    return found
