"""How much softer each of several sounds is played so that they are equally loud."""

from __future__ import annotations

from collections.abc import Sequence

# What streaming services bring music to, and what a listener sets the volume for.
TARGET_LUFS = -14.0
# What is softer is silence with a click in it: matching it would silence the others.
MIN_LUFS = -50.0


def matched_loudness(loudnesses: Sequence[float | None]) -> float | None:
    """The loudness that all can be played at: TARGET_LUFS, or less where one is softer.

    Nothing is ever made louder, as that could clip. None where one is not measured, or is silent.
    """
    known = [one for one in loudnesses if one is not None and one >= MIN_LUFS]
    return min(TARGET_LUFS, *known) if known and len(known) == len(loudnesses) else None
