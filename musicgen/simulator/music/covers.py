"""Paints covers with Pillow: a sky, a sun, some hills, in the colours of the song."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageColor, ImageDraw

from musicgen.simulator.music.songbook import Recipe

Colour = tuple[int, int, int]
CANVAS = 1200  # painted large and made smaller, which smooths the edges


def paint(recipe: Recipe, size: int) -> Image.Image:
    """A square picture of `size` pixels; the same recipe always gives the same one."""
    dice = random.Random(recipe.key)  # noqa: S311
    dark, light = (_colour(name) for name in recipe.theme.colours)
    picture = _sky(dark, light, dice.choice((0, 90, 180)))
    draw = ImageDraw.Draw(picture)
    _sun(draw, dice, dark, light)
    hills = dice.randint(3, 5)
    for hill in range(hills):
        _hill(draw, dice, _blend(light, dark, (hill + 1) / hills), CANVAS * (0.5 + 0.42 * hill / hills))
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _colour(name: str) -> Colour:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue


def _blend(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _sky(dark: Colour, light: Colour, turn: int) -> Image.Image:
    shade = Image.linear_gradient("L").rotate(turn).resize((CANVAS, CANVAS), Image.Resampling.BICUBIC)
    size = (CANVAS, CANVAS)
    return Image.composite(Image.new("RGB", size, light), Image.new("RGB", size, dark), shade)


def _sun(draw: ImageDraw.ImageDraw, dice: random.Random, dark: Colour, light: Colour) -> None:
    x, y, radius = dice.uniform(0.25, 0.75), dice.uniform(0.22, 0.45), dice.uniform(0.1, 0.2)
    for ring in range(3, -1, -1):
        reach = CANVAS * radius * (1 + ring * 0.22)
        middle_x, middle_y = CANVAS * x, CANVAS * y
        box = (middle_x - reach, middle_y - reach, middle_x + reach, middle_y + reach)
        draw.ellipse(box, fill=_blend((255, 246, 224), _blend(dark, light, 0.6), ring / 4))


def _hill(draw: ImageDraw.ImageDraw, dice: random.Random, colour: Colour, top: float) -> None:
    waves = [(dice.uniform(0.5, 3), dice.uniform(0, math.tau), dice.uniform(20, 60)) for _ in range(3)]
    ridge = [
        (x, top + sum(high * math.sin(math.tau * turns * x / CANVAS + start) for turns, start, high in waves))
        for x in range(0, CANVAS + 1, 8)
    ]
    draw.polygon([*ridge, (CANVAS, CANVAS), (0, CANVAS)], fill=colour)
