"""Colours by lightness, chroma and hue as people see them: OKLCH (https://bottosson.github.io/posts/oklab/)."""

from __future__ import annotations

import math

CHROMA_STEP = 0.002
ROUNDING = 0.0005


def srgb(lightness: float, chroma: float, hue: float) -> str:
    """``#rrggbb``; of the chroma as much as a screen can show. ``hue`` in degrees, ``lightness`` 0 to 1."""
    while True:
        light = _linear(lightness, chroma, hue)
        if chroma <= 0 or all(-ROUNDING <= one <= 1 + ROUNDING for one in light):
            return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, one)))):02x}" for one in light)
        chroma = max(0.0, chroma - CHROMA_STEP)


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Red, green and blue light; outside of 0 to 1 where no screen shows the colour."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _gamma(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
