"""Measures how loud a sound is as a whole, by EBU R 128, block by block while it is decoded."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

# It has no wheel for Python 3.13 and later yet: there loudness stays unmeasured.
CAN_MEASURE = find_spec("pyebur128") is not None
if CAN_MEASURE:
    import pyebur128

# The gate of the standard: what is quieter counts as silence (ITU-R BS.1770-5, annex 1).
SILENCE_LUFS = -70.0
MODES = pyebur128.MeasurementMode.MODE_I | pyebur128.MeasurementMode.MODE_LRA if CAN_MEASURE else None
MIN_SECONDS = 0.4  # the length of one block of the standard


class LoudnessMeter:
    """Takes a sound from its first block to its last."""

    def __init__(self, channels: int, sample_rate: int) -> None:
        self._state = _state(channels, sample_rate)

    def add(self, samples: npt.NDArray[np.float32], frames: int) -> None:
        """Samples of all channels in turn."""
        if self._state is not None:
            self._state.add_frames(samples, frames)

    def lufs(self, seconds: float) -> float | None:
        """Of all that was added; SILENCE_LUFS for silence. None where it cannot be measured."""
        if self._state is None or seconds < MIN_SECONDS:
            return None
        measured = float(pyebur128.get_loudness_global(self._state))  # silence: minus infinity
        return round(max(SILENCE_LUFS, measured), 2)

    def range_lu(self, seconds: float) -> float | None:
        """The loudness range by EBU Tech 3342, in LU. None where it cannot be measured."""
        if self._state is None or seconds < MIN_SECONDS:
            return None
        return round(float(pyebur128.get_loudness_range(self._state)), 1)


def _state(channels: int, sample_rate: int) -> Any:
    if not CAN_MEASURE:
        return None
    try:
        return pyebur128.R128State(channels, sample_rate, MODES)
    except MemoryError:  # also for more than 64 channels and for rates that no song has
        return None
