"""A stated track with its times in the unit that the fold decides on."""

from __future__ import annotations

from dataclasses import replace

from tracks.domain import time_units
from tracks.domain.updates import TrackUpdate


def decided(track: TrackUpdate) -> TrackUpdate:
    length, lyrics = time_units.decided(track.duration_ms, track.lyrics, None)
    return replace(track, duration_ms=length, lyrics=lyrics)
