"""Decodes audio completely, in the child process of ``probe``."""

from __future__ import annotations

from dataclasses import dataclass
from mmap import mmap
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from tracks.domain.sound_checks import VERSION, SoundChecks
from tracks.domain.waveform import FULL, POINTS
from tracks.files.probe import detect, mp3
from tracks.files.probe.channels import ChannelMeter
from tracks.files.probe.detect import MP3, OGG_FLAC, DetectedFormat
from tracks.files.probe.header import ogg_has_end, promise
from tracks.files.probe.loudness import LoudnessMeter
from tracks.files.probe.ogg_flac import native_flac
from tracks.files.probe.silence import silence_of
from tracks.files.probe.true_peak import TruePeakMeter
from tracks.files.probe.unplayable import Unplayable, check_length
from tracks.files.probe.window import Window

HOP_FRAMES = 256
# A sample of a float file may be anything; nothing that sounds is louder than 18 dB above full scale.
MAX_SAMPLE = 8.0
# What is not louder than this (60 dB below full scale) is not blown up to a waveform.
MIN_CEILING = 0.001
CEILING_SHARE = 0.985  # of the points lie below the height that fills the waveform
BLOCK_SAMPLES = 131_072
MIN_SHARE = 0.995  # of the promised audio
UNKNOWN_FRAMES = 2**62  # libsndfile says SF_COUNT_MAX where the header has no length
# By the decoder's name of what it reads.
DECODED = {
    "MP3": (detect.MP3,),
    "WAV": (detect.WAV,),
    "WAVEX": (detect.WAV,),
    "RF64": (detect.RF64,),
    "W64": (detect.W64,),
    "FLAC": (detect.FLAC, detect.OGG_FLAC),
    "OGG": (detect.OGG, detect.OGG_FLAC),
    "AIFF": (detect.AIFF,),
    "CAF": (detect.CAF,),
    "AU": (detect.AU,),
}

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measured:
    """Of every HOP_FRAMES the loudest sample and the mean square; how many frames there are; the meters."""

    loudest: Samples
    mean_squares: Samples
    frames: int
    loudness: LoudnessMeter
    peak: TruePeakMeter
    channels: ChannelMeter


class SequentialSound(soundfile.SoundFile):  # type: ignore[misc]
    """Reads from the first block to the last without seeking."""

    def seekable(self) -> bool:
        # soundfile seeks after every block of a seekable file, which fails on a FLAC without a length, and
        # never reads more than the header promises.
        return False


def audio_facts(data: mmap, found: DetectedFormat, start: int) -> dict[str, Any]:
    """The fields of a Probe, for audio that begins at ``start`` and looks like ``found``.

    Raises Unplayable unless all of it decodes.
    """
    counted = found is not MP3 or mp3.has_frame_count(data, start)
    if found.extension == "ogg" and not ogg_has_end(data):
        raise Unplayable("the audio breaks off: the last page of the Ogg file is missing")
    promised = promise(data, start)
    window = Window(data, start, promised.repairs, hides_end=not counted)
    if found is OGG_FLAC:
        window = Window(native_flac(data, start), 0, {})
    with _open(window, found) as sound:
        measured = _decode(sound)
        share = promised.share
        if counted and sound.frames < UNKNOWN_FRAMES:
            share = min(share, measured.frames / max(sound.frames, 1))
        facts = _facts(sound, measured, share)
        return facts | _format(sound, found) | ({} if counted else mp3.frame_facts(data, start))


def _open(source: Window, found: DetectedFormat) -> SequentialSound:
    try:
        return SequentialSound(source)
    except soundfile.LibsndfileError:
        raise Unplayable(
            f"the file begins like {found.extension.upper()} but is none, or badly damaged"
        ) from None


def _format(sound: SequentialSound, found: DetectedFormat) -> dict[str, Any]:
    """What the decoder read is what it is, whatever it began like."""
    format_ = found if found in DECODED.get(sound.format, ()) else DECODED.get(sound.format, (found,))[0]
    return {
        "content_type": format_.content_type,
        "extension": format_.extension,
        "unusual": format_.unusual,
    }


def _decode(sound: SequentialSound) -> Measured:
    step = HOP_FRAMES * sound.channels
    block_frames = max(1, BLOCK_SAMPLES // step) * HOP_FRAMES
    nothing = np.zeros(0, np.float32)
    loudest, mean_squares, frames = [nothing], [nothing], 0
    loudness = LoudnessMeter(sound.channels, sound.samplerate)
    peak, channels = TruePeakMeter(sound.channels, HOP_FRAMES), ChannelMeter(sound.channels)
    try:
        while len(block := sound.read(block_frames, dtype="float32", always_2d=True)):
            samples = block.ravel()
            hops = _hops(samples, step)
            loudest.append(hops[0])
            mean_squares.append(hops[1])
            loudness.add(samples, len(block))
            peak.add(block, hops[0])
            channels.add(block, float(hops[0].max()))
            frames += len(block)
            check_length(frames / sound.samplerate)
    except soundfile.LibsndfileError:
        decoded = frames / sound.samplerate
        raise Unplayable(f"the audio is damaged or breaks off: it decodes for {decoded:.1f} s") from None
    levels = np.concatenate(loudest), np.concatenate(mean_squares)
    return Measured(*levels, frames, loudness, peak, channels)


def _hops(samples: Samples, step: int) -> tuple[Samples, Samples]:
    """The loudest sample and the mean square of every ``step`` samples; what is no sound is cut in place."""
    starts = np.arange(0, len(samples), step)
    loudest = np.maximum.reduceat(np.abs(samples), starts)
    if not loudest.max() <= MAX_SAMPLE:  # a NaN is not either
        np.clip(np.nan_to_num(samples, copy=False, nan=0.0), -MAX_SAMPLE, MAX_SAMPLE, out=samples)
        loudest = np.maximum.reduceat(np.abs(samples), starts)
    sizes = np.diff(starts, append=len(samples))
    return loudest, (np.add.reduceat(samples * samples, starts) / sizes).astype(np.float32)


def _facts(sound: SequentialSound, measured: Measured, share: float) -> dict[str, Any]:
    seconds = measured.frames / sound.samplerate
    if measured.frames == 0:
        raise Unplayable("there is no sound in the file")
    if share < MIN_SHARE:
        raise Unplayable(f"the audio breaks off: {seconds:.1f} s of {seconds / share:.1f} s decode")
    return {
        "duration_ms": round(seconds * 1000),
        "sample_rate": sound.samplerate,
        "channels": sound.channels,
        "waveform": _waveform(measured).hex(),
        "loudness_lufs": measured.loudness.lufs(seconds),
        "sound_checks": _checks(measured, sound.samplerate),
    }


def _checks(measured: Measured, rate: int) -> SoundChecks:
    seconds = measured.frames / rate
    return SoundChecks(
        version=VERSION,
        loudness_range=measured.loudness.range_lu(seconds),
        true_peak_db=measured.peak.decibels,
        clipped=measured.channels.clipped,
        dc_offset=measured.channels.dc_offset,
        channels=measured.channels.layout.value,
        **silence_of(measured.loudest, measured.mean_squares, HOP_FRAMES / rate, seconds),
    )


def _waveform(measured: Measured) -> bytes:
    """Peaks and RMS of POINTS equal stretches, as tracks/domain/waveform.py describes them."""
    starts = np.arange(POINTS) * len(measured.loudest) // POINTS
    ends = np.maximum(np.append(starts[1:], len(measured.loudest)), starts + 1)
    peaks = np.maximum.reduceat(measured.loudest, starts)
    rms = np.sqrt(np.add.reduceat(measured.mean_squares, starts) / (ends - starts))
    ceiling = max(float(np.sort(peaks)[int(POINTS * CEILING_SHARE)]), MIN_CEILING)
    heights = np.concatenate([peaks, rms]) / ceiling * FULL
    return bytes(np.rint(heights.clip(0, FULL)).astype(np.uint8))
