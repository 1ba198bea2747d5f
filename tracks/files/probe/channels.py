"""How the channels of a sound lie to each other, and faults of single ones, block by block."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tracks.domain.sound_checks import Channels

# What stays this near to full scale for three samples was cut off there; a wave that touches it goes on.
FULL_SCALE = 0.999
# Shares of the energy: what two like channels differ by, and what a silent one has (60 and 40 dB below).
ALIKE = 1e-6
SILENT = 1e-4
# Correlation of left and right below which they are taken as each other upside down.
INVERTED = -0.9


class ChannelMeter:
    """Takes a sound from its first block to its last."""

    def __init__(self, channels: int) -> None:
        self._sums = np.zeros(channels)
        self._products = np.zeros((channels, channels))
        self._frames = 0
        self.clipped = 0

    def add(self, block: npt.NDArray[np.float32], loudest: float) -> None:
        """``block``: frames of all channels; ``loudest``: its loudest sample."""
        # A product is five times as fast as a sum over the longer axis.
        self._sums += np.ones(len(block), np.float32) @ block
        self._products += block.T @ block
        self._frames += len(block)
        if loudest >= FULL_SCALE:
            self.clipped += _runs(np.abs(block) >= FULL_SCALE)

    @property
    def dc_offset(self) -> float:
        return round(float(np.abs(self._sums).max()) / max(self._frames, 1), 5)

    @property
    def layout(self) -> Channels:
        """Of more than two channels only whether they are one: stereo stands for the rest."""
        if len(self._sums) == 1:
            return Channels.MONO
        if len(self._sums) > 2:
            return Channels.STEREO
        (left, both), (_, right) = self._products
        if left + right - 2 * both <= ALIKE * (left + right):
            return Channels.MONO
        if min(left, right) <= SILENT * max(left, right):
            return Channels.ONE_SIDED
        return Channels.OUT_OF_PHASE if both < INVERTED * np.sqrt(left * right) else Channels.STEREO


def _runs(full: npt.NDArray[np.bool_]) -> int:
    """How often a channel stays at full scale for three frames or more."""
    stays = full[:-2] & full[1:-1] & full[2:]
    begins = stays[1:] & ~stays[:-1]
    return int(begins.sum() + stays[:1].sum())
