"""The colour of a song: one of 24 hues, in steps of 15 degrees."""

from __future__ import annotations

import hashlib

HUES = 24


def song_hue(cover_hue: int | None, title: str) -> int:
    """0 to 23: that of its cover where it is known, else one that this title always gives."""
    if cover_hue is not None:
        return cover_hue
    return int.from_bytes(hashlib.sha256(title.encode()).digest()[:4]) % HUES
