"""Turns a score into sound with numpy: a pad, a plucked string, bass, soft drums, bells and a voice."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from musicgen.simulator.music.score import Note, Score
from musicgen.simulator.music.timbres import SOFTER, TIMBRES

RATE = 44_100
Sound = npt.NDArray[np.float32]

# Loudness and place between the ears (-1 left .. 1 right).
MIX = {
    "pad": (0.05, 0.0),
    "pluck": (0.16, 0.35),
    "bass": (0.27, 0.0),
    "kick": (0.50, 0.0),
    "brush": (0.16, -0.15),
    "hat": (0.06, 0.3),
    "bell": (0.13, -0.3),
    "voice": (0.55, 0.0),
}
# How hard the sum is pressed below 1: the sections of a full song keep their differences.
SHORT_DRIVE, FULL_DRIVE = 1.3, 0.8
# Where the throat resonates, in Hz, per vowel (textbook averages).
FORMANTS = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (300, 2250, 3000),
    "o": (570, 840, 2410),
    "u": (330, 870, 2240),
}


def synthesize(score: Score) -> Sound:
    """The whole take as stereo samples between -1 and 1 at 44.1 kHz."""
    frames = round(score.duration * RATE)
    ears = np.zeros((2, frames), dtype=np.float32)
    parts = score.recipe.parts or tuple(MIX)
    for note in score.notes:
        if note.instrument not in parts:
            continue
        loudness, side = MIX[note.instrument]
        sound = play(note) * (loudness * note.gain)
        start = round(note.start * RATE)
        sound = sound[: frames - start]
        ears[0, start : start + len(sound)] += sound * min(1, 1 - side)
        ears[1, start : start + len(sound)] += sound * min(1, 1 + side)
    drive = SHORT_DRIVE
    if score.recipe.theme.band:
        _echo(ears)
        drive = FULL_DRIVE
    else:
        ears += 0.25 * _room(ears)
    fading = min(frames, max(1, round(score.fade * RATE)))
    ears[:, -fading:] *= np.linspace(1, 0, fading, dtype=np.float32)
    return np.ascontiguousarray((np.tanh(drive * ears) * 0.85).T, dtype=np.float32)


def play(note: Note) -> Sound:
    """One note alone, one channel."""
    frames = max(64, round(note.length * RATE))
    if note.instrument == "voice":
        return _voice(note.pitch, frames, note.word)
    timbre = TIMBRES.get(note.instrument, {}).get(note.timbre)
    if timbre:
        return _tone(note.instrument, note.timbre, note.pitch, frames)
    return _instrument(note.instrument, note.pitch, frames)


@lru_cache(maxsize=256)
def _tone(instrument: str, name: str, pitch: float, frames: int) -> Sound:
    """A note of one of the timbres."""
    timbre, hertz = TIMBRES[instrument][name], 440 * 2 ** ((pitch - 69) / 12)
    frames += round(timbre.ringing * RATE)
    tunings = (hertz * (1 - timbre.detuned), hertz * (1 + timbre.detuned)) if timbre.detuned else (hertz,)
    body = sum(_overtones(_phase(tuning, frames), list(timbre.overtones)) for tuning in tunings)
    shape = _envelope(frames, timbre.attack, timbre.release) * np.float32(SOFTER.get(name, 1))
    if timbre.decay:
        shape *= np.exp(-timbre.decay * _seconds(frames))
    return np.asarray(body * shape, dtype=np.float32)


@lru_cache(maxsize=256)
def _instrument(name: str, pitch: float, frames: int) -> Sound:
    players: dict[str, Callable[[float, int], Sound]] = {
        "pad": _pad,
        "pluck": _pluck,
        "bass": _bass,
        "bell": _bell,
        "kick": _kick,
        "brush": _brush,
        "hat": _hat,
    }
    return players[name](440 * 2 ** ((pitch - 69) / 12), frames)


def _seconds(frames: int) -> Sound:
    return np.arange(frames, dtype=np.float32) / np.float32(RATE)


def _envelope(frames: int, attack: float, release: float) -> Sound:
    """Fade in and out, in seconds, so that no note clicks."""
    now = _seconds(frames)
    shape = np.minimum(now / attack, (frames / RATE - now) / release)
    return np.asarray(np.minimum(1, shape), dtype=np.float32)


def _overtones(phase: Sound, loudness: list[float]) -> Sound:
    """A tone with the given strength of each overtone; powers of one exponential are cheaper than sines."""
    wheel = np.exp(1j * phase).astype(np.complex64)
    turning, total = wheel.copy(), np.zeros(len(phase), dtype=np.float32)
    for strength in loudness:
        total += np.float32(strength) * turning.imag
        turning *= wheel
    return total


def _phase(hertz: float, frames: int) -> Sound:
    return (2 * np.pi * hertz * np.arange(frames) / RATE).astype(np.float32)


def _pad(hertz: float, frames: int) -> Sound:
    """Two slightly mistuned, dull saws that swell."""
    frames += RATE // 4
    shape = [1 / step**1.6 for step in range(1, 9)]
    both = _overtones(_phase(hertz * 0.997, frames), shape) + _overtones(_phase(hertz * 1.003, frames), shape)
    return both * _envelope(frames, 0.35, 0.5)


def _pluck(hertz: float, frames: int) -> Sound:
    now = _seconds(frames)
    body = _overtones(_phase(hertz, frames), [1, 0.5, 0.35, 0.2, 0.12, 0.06])
    return np.asarray(body * np.exp(-6 * now) * _envelope(frames, 0.004, 0.05), dtype=np.float32)


def _bass(hertz: float, frames: int) -> Sound:
    now = _seconds(frames)
    body = _overtones(_phase(hertz, frames), [1, 0.5, 0.25, 0.1])
    fading = 0.4 + 0.6 * np.exp(-5 * now)
    return np.asarray(body * fading * _envelope(frames, 0.008, 0.06), dtype=np.float32)


def _bell(hertz: float, frames: int) -> Sound:
    """Frequency modulation with a fading modulator, as in the electric pianos of the eighties."""
    frames += RATE // 2
    now = _seconds(frames)
    tine = np.sin(2 * np.pi * 3.5 * hertz * now) * np.exp(-7 * now)
    tone = np.sin(2 * np.pi * hertz * now + 1.4 * tine) * np.exp(-3 * now)
    return np.asarray(tone * _envelope(frames, 0.003, 0.2), dtype=np.float32)


def _kick(_hertz: float, frames: int) -> Sound:
    now = _seconds(frames)
    fall = 48 * now + 3.2 * (1 - np.exp(-30 * now))
    return (np.sin(2 * np.pi * fall) * np.exp(-14 * now) * _envelope(frames, 0.002, 0.05)).astype(np.float32)


def _noise(frames: int, seed: int) -> Sound:
    return np.random.default_rng(seed).standard_normal(frames).astype(np.float32)


def _brush(_hertz: float, frames: int) -> Sound:
    now = _seconds(frames)
    hiss = np.diff(_noise(frames + 1, 1))
    return hiss * np.exp(-16 * now) * _envelope(frames, 0.006, 0.05)


def _hat(_hertz: float, frames: int) -> Sound:
    now = _seconds(frames)
    return np.diff(_noise(frames + 2, 2), n=2) * np.exp(-55 * now) * _envelope(frames, 0.001, 0.02)


def _voice(pitch: float, frames: int, word: str) -> Sound:
    """A vowel: overtones shaped by the throat, a slide into the note, late vibrato, a little breath."""
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    now = _seconds(frames)
    slide = -0.03 * np.exp(-18 * now)
    vibrato = 0.007 * np.sin(2 * np.pi * 5.4 * now) * np.clip((now - 0.2) * 3, 0, 1)
    phase = (2 * np.pi * hertz / RATE * np.cumsum(1 + slide + vibrato)).astype(np.float32)
    tones = range(1, max(2, min(24, int(5000 / hertz))))
    sung = _overtones(phase, [_throat(step * hertz, _vowel(word)) / step**0.7 for step in tones])
    breath = np.diff(_noise(frames + 1, len(word))) * (0.02 + 0.15 * np.exp(-60 * now))
    return ((sung + breath) * _envelope(frames, 0.03, 0.08)).astype(np.float32)


def _vowel(word: str) -> str:
    """The first written vowel; a character without one gets its own, always the same."""
    return next((letter for letter in word.lower() if letter in FORMANTS), "aeiou"[ord(word[:1] or "a") % 5])


def _throat(hertz: float, vowel: str) -> float:
    peaks = zip(FORMANTS[vowel], (1.0, 0.5, 0.25), (110, 150, 220), strict=True)
    return 0.05 + sum(gain * float(np.exp(-(((hertz - peak) / wide) ** 2))) for peak, gain, wide in peaks)


def _room(ears: Sound) -> Sound:
    """The echo of a small hall: convolution with fading noise, by Fourier transform."""
    frames = ears.shape[1]
    size = 1 << (frames + RATE).bit_length()
    fading = np.exp(-5.5 * _seconds(RATE)) / 60
    hall = np.stack([_noise(RATE, 3), _noise(RATE, 4)]) * fading
    echo = np.fft.irfft(np.fft.rfft(ears, size) * np.fft.rfft(hall, size), size)
    return echo[:, :frames].astype(np.float32)


def _echo(ears: Sound) -> None:
    """A few reflections, each from the other side: for a long song far cheaper than a hall."""
    dry = ears * np.float32(0.9)
    for seconds, loudness in ((0.031, 0.16), (0.067, 0.12), (0.113, 0.09), (0.19, 0.06)):
        late = round(seconds * RATE)
        ears[:, late:] += dry[::-1, :-late] * np.float32(loudness)
