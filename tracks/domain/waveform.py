"""The stored form of a waveform: the peaks of a sound and then its RMS, a byte for each point of both."""

from __future__ import annotations

from itertools import pairwise

POINTS = 520  # that a sound is measured in; waveforms of earlier versions have fewer
FULL = 255  # the height of the song's own loud passages: waveforms are normalised


def peaks_of(waveform: bytes) -> bytes:
    return waveform[: len(waveform) // 2]


def rms_of(waveform: bytes) -> bytes:
    half = len(waveform) // 2
    return waveform[half : 2 * half]


def loudest(heights: bytes, points: int) -> list[int]:
    """The highest of each of ``points`` equal stretches, as an average would hide drums; empty for none."""
    return [max(stretch) for stretch in _stretches(heights, points)]


def average(heights: bytes, points: int) -> list[float]:
    """The mean of each of ``points`` equal stretches; empty for no heights."""
    return [sum(stretch) / len(stretch) for stretch in _stretches(heights, points)]


def _stretches(heights: bytes, points: int) -> list[bytes]:
    """Where there are fewer heights than stretches, neighbours share one."""
    if not heights:
        return []
    edges = [place * len(heights) // points for place in range(points + 1)]
    return [heights[start : max(end, start + 1)] for start, end in pairwise(edges)]
