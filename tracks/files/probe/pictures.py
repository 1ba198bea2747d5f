"""Decodes a picture completely, in the child process of ``probe``."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from PIL import Image, WebPImagePlugin  # noqa: F401  its import registers WebP

from tracks.files.probe.unplayable import Unplayable

MAX_PIXELS = 50_000_000
# What Pillow imports late, each forked child would import anew.
Image.preinit()


def image_facts(path: Path) -> dict[str, Any]:
    """``{"width", "height"}`` in pixels. Raises Unplayable, or whatever Pillow raises on a bad file."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
            image.load()
            return {"width": image.width, "height": image.height}
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unplayable(f"the picture has more than {MAX_PIXELS // 1_000_000} million pixels") from None
    except (OSError, SyntaxError) as error:
        raise Unplayable("the picture breaks off or is damaged") from error
