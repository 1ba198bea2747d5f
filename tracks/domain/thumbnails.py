"""The small pictures of a cover: which there are, and how they are named beside the archived file."""

from __future__ import annotations

# Pixels across, each with the bytes that even noise may have. Usual covers have about a third of them.
MAX_BYTES = {96: 4_000, 192: 10_000, 384: 25_000}
SMALL, MIDDLE, LARGE = MAX_BYTES
CONTENT_TYPE = "image/webp"


def thumbnail_name(file: str, size: int) -> str:
    """Its name in the media storage; ``file``: that of the archived picture."""
    return f"{file}.{size}.webp"
