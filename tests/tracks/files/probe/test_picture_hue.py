"""The colour of a cover, as people would name it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.support.media import picture
from tracks.domain.oklch import srgb
from tracks.files.probe.check import probe
from tracks.files.probe.picture_hue import picture_hue


def painted(ground: str, *shapes: tuple[str, tuple[int, int, int, int]]) -> Image.Image:
    image = Image.new("RGB", (320, 320), ground)
    for fill, box in shapes:
        ImageDraw.Draw(image).rectangle(box, fill=fill)
    return image


@given(st.integers(0, 23), st.floats(0.45, 0.8))
def test_a_picture_of_one_colour_has_its_hue(hue: int, lightness: float) -> None:
    assert picture_hue(painted(srgb(lightness, 0.11, hue * 15))) == hue


def test_a_little_strong_colour_outweighs_much_pale_and_dark() -> None:
    """A red sun over a slate sea, on black and white: the song is red."""
    cover = painted("#5c6670", ("#000000", (0, 0, 320, 90)), ("#e02020", (100, 100, 220, 220)))
    assert picture_hue(cover) == 2
    assert picture_hue(painted("white", ("#2040e0", (0, 0, 60, 60)))) == 18


def test_what_has_no_colour_has_no_hue() -> None:
    assert picture_hue(painted("#808080")) is None
    assert picture_hue(painted("#fdfdff")) is None
    assert picture_hue(painted("#050003")) is None
    assert picture_hue(painted("white", ("red", (0, 0, 9, 9)))) is None
    assert picture_hue(Image.new("RGBA", (50, 50), (255, 0, 0, 0))) is None


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "I;16", "F"]
)
def test_every_mode_of_a_picture_has_a_hue_or_none(mode: str) -> None:
    assert picture_hue(Image.new(mode, (7, 3))) in (None, *range(24))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_cover_of_every_format_gives_its_hue(file: Path, format_: str) -> None:
    body = io.BytesIO()
    painted("#2040e0").save(body, format_)
    file.write_bytes(body.getvalue())
    found = probe(file, "image")
    assert (found.hue, found.width) == (18, 320)


def test_a_grey_cover_is_a_cover(file: Path) -> None:
    file.write_bytes(picture("PNG", mode="L"))
    assert probe(file, "image").hue is None
