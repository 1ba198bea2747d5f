"""Where a sound is silent and whether it ends while it sounds, by the levels of its short stretches."""

from __future__ import annotations

from itertools import pairwise
from typing import TypedDict

import numpy as np
import numpy.typing as npt

SILENT = 0.001  # the loudest sample of a silent stretch: 60 dB below full scale
END_SECONDS = 0.05
# It is cut where its last moment has this share of the loudness of the whole (12 dB less), and can be heard.
CUT_SHARE = 0.25
AUDIBLE = 0.01


class Silence(TypedDict):
    silence_head: float
    silence_tail: float
    silence_longest: float
    cut_end: bool


def silence_of(
    loudest: npt.NDArray[np.float32], mean_squares: npt.NDArray[np.float32], step: float, seconds: float
) -> Silence:
    """``loudest``, ``mean_squares``: of each stretch of ``step`` seconds. See SoundChecks for the answer."""
    sounding = np.flatnonzero(loudest > SILENT)
    if not len(sounding):
        return Silence(silence_head=seconds, silence_tail=seconds, silence_longest=seconds, cut_end=False)
    pauses = [int(after - before) - 1 for before, after in pairwise(sounding[_edges(sounding)])]
    return Silence(
        silence_head=_rounded(sounding[0] * step),
        silence_tail=_rounded(max(0.0, seconds - (sounding[-1] + 1) * step)),
        silence_longest=_rounded(max(pauses, default=0) * step),
        cut_end=_is_cut(mean_squares, step),
    )


def _edges(sounding: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Those beside a pause: a song has a hundred thousand stretches, and few pauses."""
    gaps = np.zeros(len(sounding) + 1, np.bool_)
    gaps[1:-1] = np.diff(sounding) > 1
    return gaps[1:] | gaps[:-1]


def _is_cut(mean_squares: npt.NDArray[np.float32], step: float) -> bool:
    last = mean_squares[-max(1, round(END_SECONDS / step)) :]
    end, whole = float(np.sqrt(last.mean())), float(np.sqrt(mean_squares.mean()))
    return end > max(AUDIBLE, CUT_SHARE * whole)


def _rounded(seconds: float) -> float:
    return round(float(seconds), 3)
