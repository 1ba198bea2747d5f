"""What is measured of a sound besides its loudness: the names and meanings of the stored facts."""

from __future__ import annotations

from enum import StrEnum
from typing import TypedDict

# Raised whenever an analyser of the same name measures something else; `measure_files` then measures again.
VERSION = 1


class Channels(StrEnum):
    STEREO = "stereo"
    MONO = "mono"  # one channel, or two that are alike
    ONE_SIDED = "one-sided"  # one of two is silent beside the other
    OUT_OF_PHASE = "out-of-phase"  # one is the other upside down: played together they vanish


class SoundChecks(TypedDict):
    """``loudness_range``: in LU, by EBU Tech 3342; ``true_peak_db``: in dBTP, by ITU-R BS.1770. None where
    these were not measured, the peak also in silence.

    ``silence_head``, ``silence_tail``, ``silence_longest``: seconds before the first and after the last
    sound, and the longest pause between; a silent file is silent in all three. ``clipped``: places where a
    channel stays at full scale. ``cut_end``: it ends while it sounds. ``dc_offset``: the largest of a
    channel, full scale is 1. ``channels``: one of Channels.
    """

    version: int
    loudness_range: float | None
    true_peak_db: float | None
    silence_head: float
    silence_tail: float
    silence_longest: float
    clipped: int
    cut_end: bool
    dc_offset: float
    channels: str
