"""The small pictures of a cover: of every picture that is accepted, small enough for a list of fifty."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support.media import picture
from tracks.domain.thumbnails import LARGE, MAX_BYTES, SMALL
from tracks.files.probe.check import probe
from tracks.files.probe.thumbnails import thumbnail_facts

RED, BLUE = (220, 30, 30), (30, 60, 220)


def small_pictures(file: Path, body: bytes) -> dict[int, Image.Image]:
    """As the child makes them; each is checked for its weight."""
    file.write_bytes(body)
    found = probe(file, "image").thumbnails
    assert all(len(found[size]) <= MAX_BYTES[size] for size in MAX_BYTES)
    return {size: Image.open(io.BytesIO(body)) for size, body in found.items()}


def saved(image: Image.Image, format_: str, **how: Any) -> bytes:
    body = io.BytesIO()
    image.save(body, format_, **how)
    return body.getvalue()


def is_like(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 30 for one, other in zip(pixel, colour, strict=False))


def corners(image: Image.Image) -> list[Any]:
    edge = image.width - 4
    return [image.convert("RGB").getpixel(place) for place in ((3, 3), (edge, edge))]


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_even_noise_becomes_light_squares(file: Path, format_: str) -> None:
    small = small_pictures(file, picture(format_, (900, 700)))
    assert {size: image.size for size, image in small.items()} == {size: (size, size) for size in MAX_BYTES}
    assert {image.format for image in small.values()} == {"WEBP"}


def test_it_is_the_middle_of_the_picture_and_never_larger(file: Path) -> None:
    wide = Image.new("RGB", (600, 200), BLUE)
    wide.paste(RED, (200, 0, 400, 200))
    file_body = saved(wide, "PNG")
    small = small_pictures(file, file_body)
    assert (small[SMALL].size, small[LARGE].size) == ((96, 96), (200, 200))
    assert all(is_like(corner, RED) for corner in corners(small[LARGE]))
    assert probe(file, "image").thumbnail_side == 200


def test_a_photograph_that_lies_on_its_side_stands_upright(file: Path) -> None:
    image = Image.new("RGB", (400, 400), BLUE)
    image.paste(RED, (0, 0, 400, 200))
    exif = Image.Exif()
    exif[0x0112] = 3  # turned by half
    small = small_pictures(file, saved(image, "JPEG", exif=exif))
    first, last = corners(small[LARGE])
    assert is_like(first, BLUE)
    assert is_like(last, RED)


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG"])
def test_of_a_picture_that_moves_it_is_the_first(file: Path, format_: str) -> None:
    frames = [Image.new("RGB", (300, 300), colour) for colour in (RED, BLUE)]
    body = saved(frames[0], format_, save_all=True, append_images=frames[1:], duration=100)
    assert all(is_like(corner, RED) for corner in corners(small_pictures(file, body)[SMALL]))


def test_what_is_transparent_stays_so(file: Path) -> None:
    small = small_pictures(file, saved(Image.new("RGBA", (500, 500), (*RED, 0)), "PNG"))
    assert small[LARGE].convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "I;16", "F"]
)
@pytest.mark.parametrize("size", [(1, 1), (7, 3), (500, 2), (400, 400)])
def test_every_mode_and_shape_of_a_picture_has_small_ones(mode: str, size: tuple[int, int]) -> None:
    facts = thumbnail_facts(Image.new(mode, size))
    assert (sorted(facts["thumbnails"]), facts["thumbnail_side"]) == (["192", "384", "96"], min(*size, LARGE))


def test_sixteen_bits_of_grey_keep_their_greys(file: Path) -> None:
    grey = Image.new("I;16", (400, 400), 128 * 256)
    assert all(
        is_like(corner, (128, 128, 128))
        for corner in corners(small_pictures(file, saved(grey, "PNG"))[LARGE])
    )


def test_the_largest_cover_that_is_accepted_fits_in_the_memory(file: Path) -> None:
    small = small_pictures(
        file, saved(Image.new("RGBA", (7_000, 7_000), (*RED, 200)), "PNG", compress_level=1)
    )
    assert small[LARGE].size == (384, 384)


def test_a_picture_that_cannot_be_made_smaller_is_still_a_picture() -> None:
    assert thumbnail_facts(Image.new("La", (40, 40))) == {"thumbnails": {}, "thumbnail_side": 0}
