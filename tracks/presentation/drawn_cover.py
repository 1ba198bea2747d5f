"""Draws a cover where the provider sent none: a portrait of the sound, from its waveform and its hue."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracks.domain.oklch import srgb
from tracks.domain.waveform import average, rms_of

SIDE = 320
MIDDLE = SIDE // 2
POINTS = 96  # that a portrait has of the sound
MIN_SPREAD = 24  # between quiet and loud (of 255): what is even stays even
VERSION = "1"  # of the drawings; another one gives every cover another address


@dataclass(frozen=True, slots=True)
class CoverSubject:
    """What a drawn cover depends on. ``waveform``: as it is stored; empty until there is sound."""

    track_id: int
    title: str
    hue: int
    waveform: bytes

    @property
    def digest(self) -> str:
        """Changes where the drawing changes."""
        facts = f"{VERSION} {self.track_id} {self.hue} {self.title}\n".encode()
        return hashlib.sha256(facts + self.waveform).hexdigest()[:16]


def draw_cover(subject: CoverSubject) -> str:
    """An SVG of 1 to 4 kB in one of six families."""
    chance = hashlib.sha256(f"{subject.track_id} {subject.title}".encode()).digest()
    shape = _shape_of_sound(subject.waveform) or _shape_of_chance(chance)
    canvas = _Canvas(subject.hue * 15, chance, shape)
    body = FAMILIES[chance[0] % len(FAMILIES)](canvas)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{body}</svg>'


def _shape_of_sound(waveform: bytes) -> list[float]:
    """POINTS heights from 0.08 to 1, by the RMS: the peaks of loud songs are all alike. Empty for none."""
    heights = average(rms_of(waveform), POINTS)
    if not heights:
        return []
    order = sorted(heights)
    quiet, loud = order[POINTS // 20], order[-POINTS // 20]
    spread = max(loud - quiet, MIN_SPREAD)
    return [min(1.0, max(0.08, 0.55 + 0.9 * (one - (quiet + loud) / 2) / spread)) for one in heights]


def _shape_of_chance(chance: bytes) -> list[float]:
    """A swell that could be any song's."""
    knots = [0.25 + 0.7 * one / 255 for one in chance[16:29]]
    between = POINTS / (len(knots) - 1)
    shape = []
    for place in range(POINTS):
        knot, part = divmod(place / between, 1)
        ease = (1 - math.cos(part * math.pi)) / 2
        shape.append(knots[int(knot)] * (1 - ease) + knots[int(knot) + 1] * ease)
    return shape


@dataclass(frozen=True, slots=True)
class _Canvas:
    """``chance``: bytes that title and id always give. ``shape``: heights from 0 to 1, POINTS of them."""

    hue: int
    chance: bytes
    shape: Sequence[float]

    @property
    def is_light(self) -> bool:
        return self.chance[1] % 3 == 0

    def colour(self, lightness: float, chroma: float, turn: float = 0) -> str:
        return srgb(lightness, chroma, (self.hue + turn) % 360)

    def ground(self, light: str, dark: str) -> str:
        return f'<rect width="{SIDE}" height="{SIDE}" fill="{light if self.is_light else dark}"/>'


def _rings(canvas: _Canvas) -> str:
    """The song once around a circle, three times smaller."""
    colour = canvas.colour
    core = colour(0.40, 0.13, -30) if canvas.is_light else colour(0.93, 0.05, 40)
    rings = [(64, 78, colour(0.62, 0.15)), (46, 56, colour(0.80, 0.12, 30)), (26, 34, core)]
    paths = []
    for number, (inner, more, fill) in enumerate(rings):
        corners = []
        for place in range(POINTS):
            angle = place / POINTS * math.tau - math.pi / 2
            reach = inner + more * canvas.shape[(place + number * 7) % POINTS]
            x, y = MIDDLE + reach * math.cos(angle), MIDDLE + reach * math.sin(angle)
            corners.append(f"{x:.0f} {y:.0f}")
        paths.append(f'<path fill="{fill}" d="M{"L".join(corners)}z"/>')
    dot = colour(0.25, 0.08) if canvas.is_light else colour(0.97, 0.02)
    ground = canvas.ground(colour(0.93, 0.035, 10), colour(0.27, 0.07, -15))
    return f'{ground}{"".join(paths)}<circle cx="{MIDDLE}" cy="{MIDDLE}" r="13" fill="{dot}"/>'


def _ridges(canvas: _Canvas) -> str:
    """Nine stretches of the song, one behind the other."""
    ground = canvas.colour(0.24, 0.06)
    lines = []
    for number in range(9):
        y, part = 92 + number * 25, canvas.shape[number * 10 : number * 10 + 14]
        arch = [0.3 + 0.7 * math.sin((place + 1) / (len(part) + 1) * math.pi) for place in range(len(part))]
        heights = [0, 0.05, *(one * bow for one, bow in zip(part, arch, strict=True)), 0.05, 0]
        step = (SIDE - 48) / (len(heights) - 1)
        d = "".join(f"L{24 + place * step:.0f} {y - one * 62:.0f}" for place, one in enumerate(heights))
        stroke = canvas.colour(0.66 + 0.03 * number, 0.13, number * 7 - 20)
        lines.append(f'<path d="M24 {y}{d}" stroke="{stroke}"/>')
    return (
        f'<rect width="{SIDE}" height="{SIDE}" fill="{ground}"/><g fill="{ground}" stroke-width="4" '
        f'stroke-linejoin="round" stroke-linecap="round">{"".join(lines)}</g>'
    )


def _columns(canvas: _Canvas) -> str:
    """Eleven stretches of the song as bars around the middle."""
    bars = []
    for number in range(11):
        part = canvas.shape[number * 8 : number * 8 + 8]
        height = 34 + max(part) * (0.45 + 0.55 * sum(part) / len(part)) * 210
        fill = canvas.colour((0.52 if canvas.is_light else 0.60) + 0.029 * number, 0.14, number * 6 - 30)
        bars.append(
            f'<rect x="{22 + number * 25.6:.0f}" y="{MIDDLE - height / 2:.0f}" width="17" '
            f'height="{height:.0f}" rx="8.5" fill="{fill}"/>'
        )
    return canvas.ground(canvas.colour(0.90, 0.05, 25), canvas.colour(0.33, 0.09, 20)) + "".join(bars)


def _dunes(canvas: _Canvas) -> str:
    """Four stretches of the song as hills under a sun."""
    x, y, radius = 90 + canvas.chance[2] % 150, 96 + canvas.chance[3] % 30, 38 + canvas.chance[4] % 20
    sun = f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{canvas.colour(0.95, 0.05, 70)}"/>'
    hills = []
    for number in range(4):
        part = canvas.shape[number * 22 : number * 22 + 10]
        fill = canvas.colour(0.70 - 0.135 * number, 0.12, 30 - number * 18)
        hills.append(f'<path d="{_hill(part, 150 + number * 46)}" fill="{fill}"/>')
    ground = f'<rect width="{SIDE}" height="{SIDE}" fill="{canvas.colour(0.86, 0.07, 55)}"/>'
    return ground + sun + "".join(hills)


def _hill(part: Sequence[float], foot: int) -> str:
    """Path data: a smooth line over ten heights, filled down to the edge."""
    around = [part[max(0, place - 1) : place + 2] for place in range(10)]
    tops = [(place * SIDE / 9, foot - sum(near) / len(near) * 52) for place, near in enumerate(around)]
    d, (x, y) = f"M0 {SIDE}V{tops[0][1]:.0f}", tops[0]
    for next_x, next_y in tops[1:]:
        d += f"C{x + 18:.0f} {y:.0f} {next_x - 18:.0f} {next_y:.0f} {next_x:.0f} {next_y:.0f}"
        x, y = next_x, next_y
    return f"{d}V{SIDE}z"


def _stripes(canvas: _Canvas) -> str:
    """The song from left to right as stripes, as bright as they are loud, and other ones in a disc."""
    outside, inside, x = [], [], 0.0
    weights = [1 + one / 128 for one in canvas.chance[5 : 12 + canvas.chance[4] % 3]]
    first = 0.0
    for weight in weights:
        last = first + weight / sum(weights) * POINTS
        part = canvas.shape[int(first) : max(int(last), int(first) + 1)]
        loud, width = sum(part) / len(part), (last - first) / POINTS * SIDE
        rect = f'<rect x="{x:.1f}" width="{width + 0.5:.1f}" height="{SIDE}" fill='
        outside.append(f'{rect}"{canvas.colour(0.24 + 0.4 * loud, 0.05 + 0.09 * loud, 30 * loud - 10)}"/>')
        inside.append(f'{rect}"{canvas.colour(0.96 - 0.3 * loud, 0.03 + 0.1 * loud, 60 - 30 * loud)}"/>')
        first, x = last, x + width
    disc = f'<circle cx="{118 + canvas.chance[2] % 90}" cy="{150 + canvas.chance[3] % 40}" r="92"/>'
    return (
        f'<rect width="{SIDE}" height="{SIDE}" fill="{canvas.colour(0.3, 0.08)}"/>{"".join(outside)}'
        f'<clipPath id="d">{disc}</clipPath><g clip-path="url(#d)">{"".join(inside)}</g>'
    )


def _bows(canvas: _Canvas) -> str:
    """One great envelope of the song, in thirteen lines from above to below."""
    lines = []
    for number in range(13):
        lightness = 0.45 + 0.02 * number if canvas.is_light else 0.86 - 0.025 * number
        stroke = canvas.colour(lightness, 0.14, number * 6 - 24)
        lines.append(f'<path d="{_bow(canvas.shape, 1 - number * 0.155)}" stroke="{stroke}"/>')
    ground = canvas.ground(canvas.colour(0.94, 0.025, 20), canvas.colour(0.22, 0.05, 10))
    return f'{ground}<g fill="none" stroke-width="3">{"".join(lines)}</g>'


def _bow(shape: Sequence[float], share: float) -> str:
    """Path data: a line that swells with the song and begins and ends in the middle."""
    d = f"M16 {MIDDLE}"
    for number in range(12):
        here, there = shape[number * 8], shape[min(POINTS - 1, number * 8 + 8)]
        calm = math.sin((number + 1) / 12 * math.pi) ** 0.6 if number < 11 else 0
        top, foot = here * share * 150, (here + there) / 2 * share * 120 * calm
        d += f"Q{28 + number * 24} {MIDDLE - top:.0f} {40 + number * 24} {MIDDLE - foot:.0f}"
    return d


FAMILIES: tuple[Callable[[_Canvas], str], ...] = (_rings, _ridges, _columns, _dunes, _stripes, _bows)
