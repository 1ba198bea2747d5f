"""What is measured of a sound besides its loudness: golden sounds for every check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.media import RATE, sound
from tracks.domain.sound_checks import VERSION, SoundChecks
from tracks.files.probe.check import probe

Samples = np.ndarray[Any, np.dtype[np.float32]]

# Shown as skipped, with this reason, where the loudness of an archived file stays unmeasured too.
measures_loudness = pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="its library has no wheel for this Python"
)


def wave(
    seconds: float, peak: float = 0.5, hertz: float = 1000, phase: float = 0, rate: int = RATE
) -> Samples:
    """One channel."""
    times = np.arange(int(seconds * RATE)) / RATE
    return (peak * np.sin(2 * np.pi * hertz * times + phase)).astype(np.float32)


def stereo(left: Samples, right: Samples) -> Samples:
    return np.stack([left, right], axis=1)


def faded(samples: Samples, seconds: float = 0.5) -> Samples:
    """Out to silence at its end."""
    curve = np.ones(len(samples), np.float32)
    curve[-int(seconds * RATE) :] = np.linspace(1, 0, int(seconds * RATE), dtype=np.float32)
    return (samples.T * curve).T.astype(np.float32)


def checks_of(file: Path, samples: Samples, subtype: str = "FLOAT") -> SoundChecks:
    found = probe(sound(file, samples, "WAV", subtype), "audio").sound_checks
    assert found is not None
    assert found["version"] == VERSION
    return found


GOOD = faded(stereo(wave(3), wave(3, hertz=1300)))


def test_a_good_song_has_nothing_to_complain_of(file: Path) -> None:
    found = checks_of(file, GOOD)
    assert (found["clipped"], found["cut_end"], found["channels"]) == (0, False, "stereo")
    assert found["dc_offset"] == pytest.approx(0, abs=0.001)
    assert max(found["silence_head"], found["silence_tail"], found["silence_longest"]) < 0.02


def test_silences_are_measured_at_the_ends_and_inside(file: Path) -> None:
    quiet = [np.zeros((int(seconds * RATE), 2), np.float32) for seconds in (1.5, 0.7, 2.0)]
    found = checks_of(file, np.concatenate([quiet[0], GOOD, quiet[1], GOOD, quiet[2]]))
    assert found["silence_head"] == pytest.approx(1.5, abs=0.02)
    assert found["silence_longest"] == pytest.approx(0.7, abs=0.02)
    assert found["silence_tail"] == pytest.approx(2.0, abs=0.02)


def test_a_file_that_is_silent_is_so_in_every_place(file: Path) -> None:
    found = checks_of(file, np.zeros((2 * RATE, 2), np.float32))
    assert (found["silence_head"], found["silence_tail"], found["silence_longest"]) == (2, 2, 2)
    assert (found["true_peak_db"], found["cut_end"], found["clipped"]) == (None, False, 0)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_a_wave_that_is_cut_off_at_full_scale_is_clipped(file: Path, subtype: str) -> None:
    loud = np.clip(faded(stereo(wave(1, 1.5), wave(1, 0.9))), -1, 1)
    assert checks_of(file, loud, subtype)["clipped"] == pytest.approx(1500, rel=0.3)


def test_a_wave_that_only_touches_full_scale_is_not_clipped(file: Path) -> None:
    assert checks_of(file, faded(stereo(wave(1, 0.998), wave(1, 0.998))))["clipped"] == 0


def test_a_song_that_ends_while_it_sounds_is_cut(file: Path) -> None:
    assert checks_of(file, stereo(wave(3), wave(3)))["cut_end"]
    assert not checks_of(file, GOOD)["cut_end"]


@pytest.mark.parametrize(
    ("left", "right", "channels"),
    [
        (wave(1), wave(1), "mono"),
        (wave(1), np.zeros(RATE, np.float32), "one-sided"),
        (np.zeros(RATE, np.float32), wave(1), "one-sided"),
        (wave(1), -wave(1), "out-of-phase"),
        (wave(1), -0.5 * wave(1), "out-of-phase"),
        (wave(1), 0.5 * wave(1), "stereo"),
        (wave(1), wave(1, hertz=1500), "stereo"),
    ],
)
def test_faults_between_channels_are_named(file: Path, left: Samples, right: Samples, channels: str) -> None:
    assert checks_of(file, faded(stereo(left, right)))["channels"] == channels


def test_one_channel_is_mono(file: Path) -> None:
    assert checks_of(file, faded(wave(1)[:, None]))["channels"] == "mono"


def test_an_offset_is_that_of_the_worse_channel(file: Path) -> None:
    moved = stereo(wave(1, 0.3), wave(1, 0.3, hertz=1300) - np.float32(0.05))
    assert checks_of(file, moved)["dc_offset"] == pytest.approx(0.05, abs=0.001)


@pytest.mark.parametrize(
    ("hertz", "phase", "peak"),
    [
        # EBU Tech 3341, cases 15 to 19: a tone at a part of the sample rate, whose samples miss its peak.
        (RATE / 4, 0, 0.5),
        (RATE / 4, np.pi / 4, 0.5),
        (RATE / 6, np.pi / 3, 0.5),
        (RATE / 8, np.pi / 8, 0.5),
        (RATE / 4, np.pi / 4, 1.41),
    ],
)
def test_the_true_peak_lies_between_the_samples(file: Path, hertz: float, phase: float, peak: float) -> None:
    """Tolerance by the standard: 0.2 dB above, 0.4 below."""
    # One that begins suddenly overshoots in truth.
    swelling = faded(faded(stereo(wave(2, peak, hertz, phase), wave(2, 0.1, hertz)))[::-1])[::-1]
    found = checks_of(file, swelling)
    assert found["true_peak_db"] is not None
    assert -0.4 <= found["true_peak_db"] - 20 * np.log10(peak) <= 0.2


@measures_loudness
@pytest.mark.parametrize(
    ("levels", "range_lu"),
    [
        # EBU Tech 3342, minimum requirements 1 to 3: two tones of 20 s each.
        ((-20, -30), 10),
        ((-20, -15), 5),
        ((-40, -20), 20),
    ],
)
def test_the_loudness_range_is_that_of_the_standard(
    file: Path, levels: tuple[int, int], range_lu: float
) -> None:
    tones = [np.repeat(wave(20, 10 ** (level / 20))[:, None], 2, axis=1) for level in levels]
    found = checks_of(file, np.concatenate(tones), "PCM_24")
    assert found["loudness_range"] == pytest.approx(range_lu, abs=1)
