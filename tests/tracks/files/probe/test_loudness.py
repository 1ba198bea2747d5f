"""How loud a sound is: the standard's own reference tones, and what has no loudness."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from tests.support.media import RATE, sound, tone
from tracks.files.probe.check import probe

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="its library has no wheel for this Python"
)


def sine(decibels: float, seconds: float = 5.0, rate: int = RATE) -> np.ndarray:
    """A stereo tone of 1 kHz with this peak in dBFS."""
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * 1000 * np.arange(int(seconds * rate)) / rate)
    return np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)


@pytest.mark.parametrize("decibels", [-23, -33])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_reference_tone_is_as_loud_as_its_peak(file: Path, decibels: float, rate: int) -> None:
    """EBU Tech 3341, cases 1 and 2: to a tenth of a LU."""
    found = probe(sound(file, sine(decibels, rate=rate), "WAV", "PCM_24", rate), "audio")
    assert found.loudness_lufs == pytest.approx(decibels, abs=0.1)


def test_silence_around_a_tone_does_not_make_it_quieter(file: Path) -> None:
    """What lies below the gate does not count; the blocks at its edges do, in part."""
    quiet = np.concatenate([sine(-80, 5), sine(-23, 10), sine(-80, 5)])
    assert probe(sound(file, quiet, "WAV", "FLOAT"), "audio").loudness_lufs == pytest.approx(-23, abs=0.2)


def test_silence_is_at_the_gate_and_a_short_click_has_no_loudness(file: Path) -> None:
    assert probe(sound(file, np.zeros((RATE, 2), np.float32), "WAV"), "audio").loudness_lufs == -70
    assert probe(sound(file, tone(0.3), "WAV"), "audio").loudness_lufs is None


def test_samples_that_are_no_numbers_leave_the_loudness_a_number(file: Path) -> None:
    samples = sine(-23)
    samples[100], samples[30_000] = np.nan, np.inf
    loudness = probe(sound(file, samples, "WAV", "FLOAT"), "audio").loudness_lufs
    assert loudness == pytest.approx(-23, abs=3)


def test_a_sound_with_too_many_channels_is_archived_without_a_loudness(file: Path) -> None:
    found = probe(sound(file, tone(0.5, channels=70), "WAV"), "audio")
    assert (found.channels, found.loudness_lufs, max(found.waveform)) == (70, None, 255)
