"""The true peak of a sound by ITU-R BS.1770-5, annex 2: what lies between the samples, four times as dense.

libebur128 does the same for every sample and takes five times as long as all the rest of the loudness. Here
only stretches are interpolated whose samples come near the highest peak so far.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

TAPS, PHASES = 12, 4
# A peak between samples that all lie lower than this share of the highest is not looked for: it would have to
# rise by more than 3 dB, which only the tone at a quarter of the sample rate does, and that in every stretch.
NEAR = 0.7


def _filter() -> npt.NDArray[np.float32]:
    """TAPS rows, PHASES columns: a windowed sinc of 48 taps, as the annex allows, each phase of sum 1."""
    places = np.arange(TAPS * PHASES) - (TAPS * PHASES - 1) / 2
    taps = np.sinc(places / PHASES) * np.hanning(TAPS * PHASES + 2)[1:-1]
    phases = taps.reshape(TAPS, PHASES)
    return np.asarray(phases / phases.sum(axis=0), np.float32)


FILTER = _filter()


class TruePeakMeter:
    """Takes a sound from its first block to its last."""

    def __init__(self, channels: int, step: int) -> None:
        """``step``: frames of a stretch."""
        self._step = step
        self._rest = np.zeros((TAPS - 1, channels), np.float32)
        self._peak = 0.0

    def add(self, block: npt.NDArray[np.float32], loudest: npt.NDArray[np.float32]) -> None:
        """``loudest``: the loudest sample of each stretch of ``step`` frames; the last may be shorter."""
        self._peak = max(self._peak, float(loudest.max()))
        padded = np.concatenate([self._rest, block])
        self._rest = padded[1 - TAPS :]
        # The loudest first: its peak leaves out most of the others.
        self._interpolate(padded, np.array([int(loudest.argmax())]))
        self._interpolate(padded, np.flatnonzero((loudest > 0) & (loudest >= NEAR * self._peak)))

    def _interpolate(self, padded: npt.NDArray[np.float32], places: npt.NDArray[np.intp]) -> None:
        windows = np.lib.stride_tricks.sliding_window_view(padded, TAPS, axis=0)
        starts = (places[:, None] * self._step + np.arange(self._step + TAPS)).ravel()
        chosen = windows[starts[starts < len(windows)]]
        if len(chosen):
            self._peak = max(self._peak, float(np.abs(chosen.reshape(-1, TAPS) @ FILTER).max()))

    @property
    def decibels(self) -> float | None:
        """dBTP; None for silence."""
        return round(20 * math.log10(self._peak), 2) if self._peak > 0 else None
