"""Paints covers with Pillow in the colours of the song: a sky, a sun and some hills, or another shape."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageColor, ImageDraw

from musicgen.simulator.music.cover_shapes import CANVAS, SHAPES, Colour, blend, draw_shape
from musicgen.simulator.music.songbook import Recipe


def paint(recipe: Recipe, size: int) -> Image.Image:
    """A square picture of `size` pixels; the same recipe always gives the same one."""
    dice = random.Random(recipe.key)  # noqa: S311
    dark, light = (_colour(name) for name in recipe.theme.colours)
    shape = recipe.theme.picture.partition(".")[0]
    picture = draw_shape(shape, dice, dark, light) if shape in SHAPES else _landscape(dice, dark, light)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _landscape(dice: random.Random, dark: Colour, light: Colour) -> Image.Image:
    picture = _sky(dark, light, dice.choice((0, 90, 180)))
    draw = ImageDraw.Draw(picture)
    _sun(draw, dice, dark, light)
    hills = dice.randint(3, 5)
    for hill in range(hills):
        _hill(draw, dice, blend(light, dark, (hill + 1) / hills), CANVAS * (0.5 + 0.42 * hill / hills))
    return picture


def _colour(name: str) -> Colour:
    red, green, blue = ImageColor.getrgb(name)[:3]
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
        draw.ellipse(box, fill=blend((255, 246, 224), blend(dark, light, 0.6), ring / 4))


def _hill(draw: ImageDraw.ImageDraw, dice: random.Random, colour: Colour, top: float) -> None:
    waves = [(dice.uniform(0.5, 3), dice.uniform(0, math.tau), dice.uniform(20, 60)) for _ in range(3)]
    ridge = [
        (x, top + sum(high * math.sin(math.tau * turns * x / CANVAS + start) for turns, start, high in waves))
        for x in range(0, CANVAS + 1, 8)
    ]
    draw.polygon([*ridge, (CANVAS, CANVAS), (0, CANVAS)], fill=colour)
