"""Decodes a picture completely, in the child process of ``probe``."""

from __future__ import annotations

import io
import warnings
from mmap import mmap
from typing import Any

from PIL import (
    AvifImagePlugin,  # noqa: F401  registers AVIF
    Image,
    ImageSequence,
    WebPImagePlugin,  # noqa: F401  registers WebP
)

from tracks.files.probe.detect import DetectedFormat
from tracks.files.probe.picture_end import gif_has_end, png_has_end
from tracks.files.probe.picture_hue import picture_hue
from tracks.files.probe.thumbnails import thumbnail_facts
from tracks.files.probe.unplayable import Unplayable

BROKEN = "the picture breaks off or is damaged"
JPEG_END = b"\xff\xd9"
NO_END = "The JPEG picture lacks its end marker; all its pixels are there."
NO_LAST = "The {} picture lacks its end marker; if it moves, pictures may be missing at its end."
HAS_END = {"gif": gif_has_end, "png": png_has_end}
NOISE = b"\x5a\xc3\x17\xe9" * 64
MAX_PIXELS = 50_000_000
# What Pillow imports late, each forked child would import anew.
Image.preinit()


def image_facts(data: mmap, found: DetectedFormat) -> dict[str, Any]:
    """``width`` and ``height`` in pixels, ``hue``, the small pictures of ``thumbnail_facts``, and ``unusual``
    where it only lacks its end marker.

    Raises Unplayable, or whatever Pillow raises on a bad file.
    """
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        if found.extension == "jpg" and data[-2:] != JPEG_END:
            return _jpeg_without_end(data)
        return _described(_decoded(data[:])) | _end(data, found)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unplayable(f"the picture has more than {MAX_PIXELS // 1_000_000} million pixels") from None
    except (OSError, SyntaxError) as error:
        raise Unplayable(BROKEN) from error


def _end(data: mmap, found: DetectedFormat) -> dict[str, Any]:
    has_end = HAS_END.get(found.extension)
    if has_end is None or has_end(data):
        return {}
    return {"unusual": f"{found.unusual} {NO_LAST.format(found.extension.upper())}".strip()}


def _described(image: Image.Image) -> dict[str, Any]:
    facts = {"width": image.width, "height": image.height, "hue": picture_hue(image)}
    return facts | thumbnail_facts(image)


def _decoded(body: bytes) -> Image.Image:
    """The first picture, after all are decoded."""
    image = Image.open(io.BytesIO(body), formats=("JPEG", "PNG", "WEBP", "GIF", "AVIF"))
    first = image.convert()
    for frame in ImageSequence.Iterator(image):
        frame.load()
    return first


def _jpeg_without_end(data: mmap) -> dict[str, Any]:
    """The end marker may lie further in front; else all pixels have to be there.

    They are where what comes in place of the marker changes none of them.
    """
    try:
        return _described(_decoded(data[:]))
    except OSError:
        body = data[:].rstrip(b"\xff")
    image, other = _decoded(body + JPEG_END), _decoded(body + NOISE + JPEG_END)
    if image.tobytes() != other.tobytes():
        raise Unplayable(BROKEN)
    return _described(image) | {"unusual": NO_END}
