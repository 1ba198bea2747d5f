"""Paints the covers of the repertoire: one shape for each song, another composition for each take."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
CANVAS = 1200  # painted large and made smaller, which smooths the edges
Pen = ImageDraw.ImageDraw


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """The colour between two, at 0 the first."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def draw_shape(shape: str, dice: random.Random, dark: Colour, light: Colour) -> Image.Image:
    """A picture of CANVAS pixels each way. `shape`: one of SHAPES."""
    if dice.random() < 0.25:
        dark, light = light, dark
    picture = Image.new("RGB", (CANVAS, CANVAS), dark)
    SHAPES[shape](ImageDraw.Draw(picture), dice, dark, light)
    return picture


def _circle(pen: Pen, x: float, y: float, radius: float, colour: Colour) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _rings(pen: Pen, dice: random.Random, dark: Colour, light: Colour) -> None:
    """A bell seen from below."""
    x, y = CANVAS * dice.uniform(0.3, 0.7), CANVAS * dice.uniform(0.35, 0.65)
    rings = dice.randint(6, 9)
    for ring in range(rings, 0, -1):
        share = (ring % 2) * 0.25 + 0.75 * (1 - ring / rings)
        _circle(pen, x, y, CANVAS * 0.075 * ring, blend(dark, light, share))
    _circle(pen, x, y, CANVAS * 0.03, light)


def _lanterns(pen: Pen, dice: random.Random, dark: Colour, light: Colour) -> None:
    for distance in range(24):
        near = distance / 24
        x, y = dice.uniform(0.05, 0.95) * CANVAS, (0.95 - 0.8 * near + dice.uniform(-0.1, 0.1)) * CANVAS
        wide = CANVAS * (0.018 + 0.06 * near)
        for glow in (2.2, 1.6):
            _circle(pen, x, y, wide * glow, blend(dark, light, 0.12 + 0.1 * (2.2 - glow) + 0.15 * near))
        box = (x - wide, y - wide * 1.3, x + wide, y + wide * 1.3)
        pen.rounded_rectangle(box, wide * 0.6, fill=blend(dark, light, 0.65 + 0.35 * near))


def _ridges(pen: Pen, dice: random.Random, dark: Colour, light: Colour) -> None:
    """Lines one below the other, each with a mountain of its own in the middle."""
    for row in range(11):
        y = CANVAS * (0.24 + 0.06 * row)
        heights = [dice.uniform(0, 1) * math.exp(-(((x - 24) / 9) ** 2)) for x in range(49)]
        line = [
            (CANVAS * (0.1 + 0.8 * x / 48), y - CANVAS * 0.16 * height) for x, height in enumerate(heights)
        ]
        pen.polygon([*line, (CANVAS * 0.9, y + 60), (CANVAS * 0.1, y + 60)], fill=dark)
        pen.line(line, fill=blend(dark, light, 0.45 + 0.05 * row), width=9, joint="curve")


def _window(pen: Pen, dice: random.Random, dark: Colour, light: Colour) -> None:
    """A house at night with one window lit."""
    columns, rows = dice.randint(3, 4), dice.randint(4, 5)
    lit = dice.randrange(columns * rows)
    wide, high = CANVAS / (columns + 1), CANVAS / (rows + 1)
    for place in range(columns * rows):
        x, y = wide * (0.75 + place % columns), high * (0.75 + place // columns)
        colour = light if place == lit else blend(dark, light, dice.uniform(0.08, 0.22))
        pen.rounded_rectangle((x, y, x + wide * 0.5, y + high * 0.62), 14, fill=colour)
        pen.line((x + wide * 0.25, y, x + wide * 0.25, y + high * 0.62), fill=dark, width=10)


def _waves(pen: Pen, dice: random.Random, dark: Colour, light: Colour) -> None:
    """A sun over scales of water."""
    pen.rectangle((0, 0, CANVAS, CANVAS), fill=blend(light, (255, 255, 255), 0.55))
    _circle(pen, CANVAS * dice.uniform(0.3, 0.7), CANVAS * 0.36, CANVAS * 0.17, light)
    radius = CANVAS * dice.choice((0.1, 0.125))
    for row in range(12):
        y = CANVAS * 0.55 + row * radius * 0.55
        for column in range(-1, 7):
            x = (column * 2 + row % 2) * radius
            for ring in range(3):
                share = 0.12 * row / 2 + 0.3 * (ring % 2)
                _circle(pen, x, y, radius * (1 - 0.3 * ring), blend(dark, light, min(0.8, share)))


def _columns(pen: Pen, dice: random.Random, dark: Colour, light: Colour) -> None:
    count = dice.choice((5, 7, 9))
    wide = CANVAS / (count * 1.5 + 0.5)
    for column in range(count):
        high, x = CANVAS * dice.uniform(0.18, 0.8), wide * (0.5 + 1.5 * column)
        middle = CANVAS * dice.uniform(0.42, 0.58)
        colour = blend(dark, light, 0.3 + 0.7 * column / (count - 1))
        pen.rounded_rectangle((x, middle - high / 2, x + wide, middle + high / 2), wide / 2, fill=colour)
    _circle(pen, CANVAS / 2, CANVAS / 2, CANVAS * 0.16, blend(light, (255, 255, 255), 0.6))


def _quilt(pen: Pen, dice: random.Random, dark: Colour, light: Colour) -> None:
    """Squares, each with a quarter of a circle."""
    count = dice.choice((4, 5))
    size = CANVAS / count
    for place in range(count * count):
        x, y = place % count * size, place // count * size
        ground, figure = blend(dark, light, dice.random() * 0.4), blend(dark, light, dice.uniform(0.55, 1))
        pen.rectangle((x, y, x + size, y + size), fill=ground)
        turn = dice.randrange(4)  # the corner that the quarter lies in
        left, top = x - size * (turn % 2), y - size * (turn // 2)
        start = (180, 270, 90, 0)[turn]
        pen.pieslice((left, top, left + 2 * size, top + 2 * size), start, start + 90, fill=figure)


def _dunes(pen: Pen, dice: random.Random, dark: Colour, light: Colour) -> None:
    pen.rectangle((0, 0, CANVAS, CANVAS), fill=blend(light, (255, 255, 255), 0.3))
    for dune in range(6):
        top, lean = CANVAS * (0.3 + 0.12 * dune), dice.uniform(-0.9, 0.9)
        crest = CANVAS * dice.uniform(0.2, 0.8)
        line = [
            (x, top + abs(x - crest) * 0.28 + lean * 40 * math.sin(x / 260)) for x in range(0, CANVAS + 1, 20)
        ]
        pen.polygon([*line, (CANVAS, CANVAS), (0, CANVAS)], fill=blend(light, dark, (dune + 1) / 6))


SHAPES: Mapping[str, Callable[[Pen, random.Random, Colour, Colour], None]] = {
    "rings": _rings,
    "lanterns": _lanterns,
    "ridges": _ridges,
    "window": _window,
    "waves": _waves,
    "columns": _columns,
    "quilt": _quilt,
    "dunes": _dunes,
}
