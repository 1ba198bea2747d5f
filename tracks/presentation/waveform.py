"""The waveform of a song, ready for templates and scripts: ridge, section ribbon, reflection, names.

Drawn on the server as SVG paths, so that it needs no JavaScript.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tracks.domain.waveform import FULL, average, loudest, peaks_of, rms_of
from tracks.presentation.sections import SectionKind, SongSection
from tracks.presentation.times import decimal_seconds, timecode

STEP = 2  # units of the viewBox between two points
ROW_POINTS = 110
WaveSize = Literal["dock", "lane", "page"]
POINTS_OF: dict[WaveSize, int] = {"dock": 360, "lane": 400, "page": 520}
# Silence still shows where the song is.
MIN_SHARE = 0.015
# Of the heights of a sound, how many lie below those that are drawn at the top.
LOUD_SHARE = 0.92
# How high the RMS of loud passages is drawn under peaks of FULL: as measured, between 0.2 and 0.6 of them,
# it would be a thin line in one song and hardly tell chorus from verse in another.
CORE = 0.66 * FULL
MAX_LIFT = 6.0  # a sound of nothing but clicks stays one
# Widths in pixels for which names are chosen: of a waveform on a desktop, and on a phone.
WIDE, NARROW = 900, 356
LETTER, MARGIN = 7, 8  # pixels of a letter at 12 px, and around a name


@dataclass(frozen=True, slots=True)
class WavePath:
    """One shape of one section. ``is_envelope``: drawn paler, as peaks over the RMS and the reflection."""

    kind: SectionKind
    d: str
    is_envelope: bool = False


@dataclass(frozen=True, slots=True)
class RibbonPart:
    """A section in the ribbon: ``x`` and ``width`` in units of the viewBox."""

    kind: SectionKind
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class SectionName:
    """A name above the waveform, ``at`` so many percent. ``fits``: on a phone too."""

    at: str
    text: str
    fits: bool


@dataclass(frozen=True, slots=True)
class Wave:
    """A waveform in a viewBox of ``width`` × ``height``.

    ``description``: for people who do not see it; ``length``: seconds as text; ``position``: at its start, as
    in ``0:00 of 3:18``.
    """

    width: int
    height: int
    paths: list[WavePath]
    ribbon: list[RibbonPart]
    names: list[SectionName]
    description: str
    length: str
    position: str
    size: str = "row"


@dataclass(frozen=True, slots=True)
class _Band:
    """Where heights are drawn: from ``base`` upwards, ``full`` units for FULL; downwards where negative.

    ``every``: one height for so many points.
    """

    heights: Sequence[float]
    base: int
    full: int
    is_envelope: bool
    every: int = 1


def wave_row(waveform: bytes, sections: Sequence[SongSection], length_ms: int | None) -> Wave | None:
    """For rows and cards: ridge and ribbon in 220 × 28. None without a waveform.

    The ridge is the RMS: at two pixels a point the peaks of every mastered song are one block.
    """
    if len(waveform) < 2:
        return None
    ridge = _lifted(average(rms_of(waveform), ROW_POINTS), FULL)
    bands = [_Band(ridge, 22, 21, is_envelope=False)]
    return _wave("row", ROW_POINTS, 28, 1.6, bands, sections, length_ms)


def wave_large(
    size: WaveSize, waveform: bytes, sections: Sequence[SongSection], length_ms: int | None
) -> Wave | None:
    """For dock, lane and page: peaks over RMS, ribbon and reflection, 112 high. None without a waveform."""
    if len(waveform) < 2:
        return None
    points = POINTS_OF[size]
    peaks = loudest(peaks_of(waveform), points)
    core = list(map(min, _lifted(average(rms_of(waveform), points), CORE), peaks))
    bands = [
        _Band(peaks, 78, 76, is_envelope=True),
        _Band(core, 78, 76, is_envelope=False),
        # Half the points: a sixth of the bytes less, and too small and pale for anybody to see it.
        _Band(core[::2], 84, -26, is_envelope=True, every=2),
    ]
    return _wave(size, points, 112, 3, bands, sections, length_ms)


def _lifted(heights: Sequence[float], top: float) -> list[float]:
    """Heights scaled so that loud passages reach ``top``; none above FULL."""
    loud = sorted(heights)[int(len(heights) * LOUD_SHARE)]
    scale = min(top / loud, MAX_LIFT) if loud else 1.0
    return [min(FULL, one * scale) for one in heights]


def _wave(
    size: str,
    points: int,
    height: int,
    gap: float,
    bands: Sequence[_Band],
    sections: Sequence[SongSection],
    length_ms: int | None,
) -> Wave:
    length = sections[-1].end_ms if sections else (length_ms or 1)
    whole = [SongSection("", "verse", 0, length)]
    parts = [part for part in sections or whole if _points(part, length, points)]
    count = f", {len(sections)} section{'s' if len(sections) > 1 else ''}" if sections else ""
    return Wave(
        width=points * STEP,
        height=height,
        paths=[path for part in parts for path in _paths(part, length, points, bands)],
        ribbon=[_ribbon(part, points * STEP, length, gap) for part in parts],
        names=[name for part in sections if (name := _name(part, length))],
        description=f"Waveform, {timecode(length_ms)}{count}",
        length=decimal_seconds(length_ms),
        position=f"0:00 of {timecode(length_ms)}",
        size=size,
    )


def _points(part: SongSection, length: int, points: int) -> range:
    """The points of a section; none where it is narrower than one."""
    return range(part.start_ms * points // length, part.end_ms * points // length)


def _paths(part: SongSection, length: int, points: int, bands: Sequence[_Band]) -> list[WavePath]:
    own = _points(part, length, points)
    return [WavePath(part.kind, _area(band, own, points), band.is_envelope) for band in bands]


def _area(band: _Band, own: range, points: int) -> str:
    """Path data: the area between the base and the heights of a section's own points."""
    first, step = own.start // band.every, STEP * band.every
    # One point more than its own, so that it meets the next section.
    end = min(-(-own.stop // band.every) + 1, points // band.every)
    before, moves = band.base, []
    for share in band.heights[first:end]:
        y = band.base - round(max(MIN_SHARE, share / FULL) * band.full)
        moves.append(f"{step}{y - before}" if y < before else f"{step} {y - before}")
        before = y
    return f"M{first * step} {band.base}l{' '.join(moves)}V{band.base}z"


def _ribbon(part: SongSection, total: int, length: int, gap: float) -> RibbonPart:
    start, end = (place * total / length for place in (part.start_ms, part.end_ms))
    return RibbonPart(part.kind, f"{start:.1f}", f"{min(max(1.0, end - start - gap), total - start):.1f}")


def _name(part: SongSection, length: int) -> SectionName | None:
    """The name, else its short form, else nothing: what fits over the section."""
    share = (part.end_ms - part.start_ms) / length
    fitting = [text for text in (part.name, part.short) if text and share * WIDE > _pixels(text)]
    if not fitting:
        return None
    at = f"{100 * part.start_ms / length:.2f}"
    return SectionName(at, fitting[0], fits=share * NARROW > _pixels(fitting[0]))


def _pixels(text: str) -> int:
    return len(text) * LETTER + MARGIN
