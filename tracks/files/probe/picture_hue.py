"""The hue that stands out in a picture: what people would call its colour."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Values = npt.NDArray[np.float64]

SAMPLES = 96  # pixels across and down that are looked at
COLOURED = frozenset(
    {"RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV"}
)  # Pillow's modes of pictures with colours
# In OKLCH: what is paler is grey, what is darker or lighter has no hue that anybody sees.
MIN_CHROMA, MIN_LIGHTNESS, MAX_LIGHTNESS = 0.04, 0.2, 0.95
MIN_SHARE = 0.01  # of the pixels that must have a colour
STEP = 15  # degrees between two hues of ours
BINS = 72  # of 5 degrees
NEAR = 2  # bins at each side that look alike
# Linear sRGB to cone responses, and these to Oklab: https://bottosson.github.io/posts/oklab/
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def picture_hue(image: Image.Image) -> int | None:
    """0 to 23, in steps of 15 degrees of OKLCH; None for a picture without colours."""
    if image.mode not in COLOURED:
        return None
    small = image.resize((SAMPLES, SAMPLES), Image.Resampling.NEAREST).convert("RGBA")
    pixels = np.asarray(small, np.float64).reshape(-1, 4) / 255
    hues, chromas = _visible_colours(pixels[pixels[:, 3] > 0.5, :3])
    if len(hues) < MIN_SHARE * len(pixels):
        return None
    return round(_strongest(hues, chromas) / STEP) % (360 // STEP)


def _visible_colours(rgb: Values) -> tuple[Values, Values]:
    """Hue in degrees and chroma of the pixels that have a colour."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lightness, a, b = TO_LAB @ np.cbrt(TO_CONES @ linear.T)
    chroma = np.hypot(a, b)
    has_colour = (chroma >= MIN_CHROMA) & (lightness >= MIN_LIGHTNESS) & (lightness <= MAX_LIGHTNESS)
    return np.degrees(np.arctan2(b, a))[has_colour] % 360, chroma[has_colour]


def _strongest(hues: Values, chromas: Values) -> float:
    """The middle of the hues that have, together with what looks alike, the most chroma."""
    bins = (hues * BINS / 360).astype(int) % BINS
    weights: Any = np.bincount(bins, chromas, BINS)
    around = sum(np.roll(weights, shift) for shift in range(-NEAR, NEAR + 1))
    best = int(np.argmax(around))
    is_near = (bins - best + NEAR) % BINS <= 2 * NEAR
    turns, own = np.exp(1j * np.radians(hues[is_near])), chromas[is_near]
    return float(np.degrees(np.angle(np.sum(turns * own))) % 360)
