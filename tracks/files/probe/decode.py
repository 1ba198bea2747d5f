"""Decodes audio completely, in the child process of ``probe``."""

from __future__ import annotations

from mmap import mmap
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from tracks.files.probe import detect, mp3
from tracks.files.probe.detect import MP3, OGG_FLAC, DetectedFormat
from tracks.files.probe.header import ogg_has_end, promise
from tracks.files.probe.ogg_flac import native_flac
from tracks.files.probe.unplayable import Unplayable, check_length
from tracks.files.probe.window import Window

PEAKS = 240
HOP_FRAMES = 256
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

Loudness = npt.NDArray[np.float32]


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
        hops, frames = _decode(sound)
        share = promised.share
        if counted and sound.frames < UNKNOWN_FRAMES:
            share = min(share, frames / max(sound.frames, 1))
        facts = _facts(sound, frames, share, hops)
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


def _decode(sound: SequentialSound) -> tuple[Loudness, int]:
    """The loudest sample of every HOP_FRAMES, and the number of frames that were decoded."""
    step = HOP_FRAMES * sound.channels
    block_frames = max(1, BLOCK_SAMPLES // step) * HOP_FRAMES
    hops, frames = [np.zeros(0, np.float32)], 0
    try:
        while len(block := sound.read(block_frames, dtype="float32", always_2d=True)):
            samples = np.abs(block).ravel()
            hops.append(np.maximum.reduceat(samples, np.arange(0, len(samples), step)))
            frames += len(block)
            check_length(frames / sound.samplerate)
    except soundfile.LibsndfileError:
        decoded = frames / sound.samplerate
        raise Unplayable(f"the audio is damaged or breaks off: it decodes for {decoded:.1f} s") from None
    return np.concatenate(hops), frames


def _facts(sound: SequentialSound, frames: int, share: float, hops: Loudness) -> dict[str, Any]:
    seconds = frames / sound.samplerate
    if frames == 0:
        raise Unplayable("there is no sound in the file")
    if share < MIN_SHARE:
        raise Unplayable(f"the audio breaks off: {seconds:.1f} s of {seconds / share:.1f} s decode")
    return {
        "duration_ms": round(seconds * 1000),
        "sample_rate": sound.samplerate,
        "channels": sound.channels,
        "peaks": _peaks(hops),
    }


def _peaks(hops: Loudness) -> list[int]:
    """PEAKS heights from 0 to 100, which is full scale."""
    # A float file may hold louder samples, and NaN.
    hundredths = np.rint(np.nan_to_num(hops, nan=0.0, posinf=1.0).clip(0.0, 1.0) * 100)
    starts = np.arange(PEAKS) * len(hops) // PEAKS
    loudest: list[int] = np.maximum.reduceat(hundredths, starts).astype(int).tolist()
    return loudest
