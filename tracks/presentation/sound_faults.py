"""What the checks of a sound mean for whoever judges it: a word and a sentence for each fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracks.domain.sound_checks import Channels, SoundChecks

# Seconds of silence that people notice: before a song begins, within it, and after it.
MAX_HEAD, MAX_PAUSE, MAX_TAIL = 1.5, 3.0, 4.0
# So few places are no louder than a click; generators' limiters leave some.
MIN_CLIPPED = 10
MAX_OFFSET = 0.01

OF_CHANNELS = {
    Channels.ONE_SIDED: ("one side", "Only one of the two channels sounds."),
    Channels.OUT_OF_PHASE: (
        "out of phase",
        "Left and right are each other upside down: on one loudspeaker it all but vanishes.",
    ),
    Channels.MONO: ("mono", "Left and right are the same."),
}


@dataclass(frozen=True, slots=True)
class SoundFault:
    word: str
    detail: str


def sound_faults(checks: SoundChecks | None) -> list[SoundFault]:
    """The worst first; none where it was not checked, or is silent as a whole, which its loudness tells."""
    if checks is None or checks["true_peak_db"] is None:
        return []
    return [*_channels(checks), *_ends(checks), *_level(checks)]


def _channels(checks: SoundChecks) -> Iterator[SoundFault]:
    if fault := OF_CHANNELS.get(Channels(checks["channels"])):
        yield SoundFault(*fault)


def _ends(checks: SoundChecks) -> Iterator[SoundFault]:
    if checks["cut_end"]:
        yield SoundFault("cut end", "It stops while it still sounds.")
    if checks["silence_longest"] > MAX_PAUSE:
        yield SoundFault("silence", f"It is silent for {checks['silence_longest']:.1f} s in between.")
    if checks["silence_head"] > MAX_HEAD:
        yield SoundFault("late start", f"It is silent for {checks['silence_head']:.1f} s at first.")
    if checks["silence_tail"] > MAX_TAIL:
        yield SoundFault("long end", f"It is silent for {checks['silence_tail']:.1f} s at its end.")


def _level(checks: SoundChecks) -> Iterator[SoundFault]:
    if checks["clipped"] >= MIN_CLIPPED:
        times = f"{checks['clipped']:,} places"
        yield SoundFault("clipped", f"It is cut off at full scale in {times}, which may sound distorted.")
    if checks["dc_offset"] > MAX_OFFSET:
        yield SoundFault("offset", "The wave lies beside its zero line: it may click where it is cut.")
