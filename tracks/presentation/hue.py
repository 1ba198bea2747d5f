"""The colour that pages give a song: the value of ``data-hue``."""

from __future__ import annotations

from tracks.domain.hue import song_hue
from tracks.models import Track


def hue_of(track: Track) -> int:
    """0 to 23, see :func:`song_hue`."""
    return song_hue(track.hue, track.title)
