"""Makes the small pictures of a cover, in the child process that has decoded it."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image, ImageOps

from tracks.domain.thumbnails import LARGE, MAX_BYTES

QUALITIES = (40, 30, 20, 5, 0)  # of WebP; the first that is small enough


def thumbnail_facts(image: Image.Image) -> dict[str, Any]:
    """``thumbnails``: squares from the middle of the picture, WebP in base64, by their size as text.

    ``thumbnail_side``: pixels across the largest, as none is made larger than the picture; 0 where none
    could be made, which is no fault of the picture.
    """
    try:
        largest = _square(image)
        made = {str(size): _webp(largest, size) for size in MAX_BYTES}
    except Exception:  # noqa: BLE001  a picture that we cannot make smaller can be shown as it is
        return {"thumbnails": {}, "thumbnail_side": 0}
    return {"thumbnails": made, "thumbnail_side": largest.width}


def _square(image: Image.Image) -> Image.Image:
    """What a list shows of the picture, upright, LARGE pixels across at most."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    box = (left, top, left + side, top + side)
    new_side = min(side, LARGE)
    # Pillow does not shrink pictures of a palette or of one bit smoothly: those come converted.
    smooth = image if image.mode not in ("1", "P", "PA") else image.convert("RGBA")
    small = smooth.resize((new_side, new_side), Image.Resampling.LANCZOS, box)
    upright = ImageOps.exif_transpose(small)
    if upright.mode.startswith("I"):  # greys of 16 bits, which Pillow cuts off at 255
        upright = upright.convert("I").point(lambda grey: grey * (1 / 256))
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _webp(image: Image.Image, size: int) -> str:
    """Raises ValueError where it is too large at any quality."""
    side = min(image.width, size)
    small = image.resize((side, side), Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        body = io.BytesIO()
        small.save(body, "WEBP", quality=quality, alpha_quality=quality, method=6)
        if body.tell() <= MAX_BYTES[size]:
            return base64.b64encode(body.getvalue()).decode()
    raise ValueError("the picture is too large at any quality")
