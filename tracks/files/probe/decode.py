"""Decodes audio completely, in the child process of ``probe``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from tracks.files.probe import mp3
from tracks.files.probe.header import ogg_has_end, wav_share
from tracks.files.probe.unplayable import Unplayable

PEAKS = 240
HOP_FRAMES = 256
BLOCK_SAMPLES = 131_072
MIN_SHARE = 0.995  # of the promised audio
UNKNOWN_FRAMES = 2**62  # libsndfile says SF_COUNT_MAX where the header has no length
FORMATS = {"mp3": ("MP3",), "wav": ("WAV", "WAVEX"), "flac": ("FLAC",), "ogg": ("OGG",)}

Loudness = npt.NDArray[np.float32]


class SequentialSound(soundfile.SoundFile):  # type: ignore[misc]
    """Reads from the first block to the last without seeking."""

    def seekable(self) -> bool:
        # soundfile seeks after every block of a seekable file, which fails on a FLAC without a length, and
        # never reads more than the header promises.
        return False


class UnknownLength:
    """A file that hides its length from libsndfile.

    Without a frame count libsndfile guesses an MP3's length from the file's size and the first frame's bit
    rate, and stops there: of 20 s with a variable rate it read 3. Where it does not know the size it counts:
    https://github.com/libsndfile/libsndfile/blob/master/src/mpeg_decode.c (mpeg_dec_fill_sfinfo).
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.at_end = False

    def seek(self, offset: int, whence: int = 0) -> None:
        self.at_end = whence == 2
        if not self.at_end:
            self.file.seek(offset, whence)

    def tell(self) -> int:
        return 2**63 - 1 if self.at_end else self.file.tell()

    def read(self, size: int) -> bytes:
        return self.file.read(size)

    def write(self, data: bytes) -> int:
        raise OSError("read only")


def audio_facts(path: Path, extension: str) -> dict[str, Any]:
    """``{"duration_ms", "sample_rate", "channels", "peaks", "is_cut"}``.

    Raises Unplayable unless all of it decodes.
    """
    with path.open("rb") as file:
        share = wav_share(file) if extension == "wav" else 1.0
        counted = extension != "mp3" or mp3.has_frame_count(file)
        if extension == "ogg" and not ogg_has_end(file):
            raise Unplayable("the audio breaks off: the last page of the Ogg file is missing")
        cut = not counted and mp3.is_cut(file)
        file.seek(0)
        with _open(path if counted else UnknownLength(file), extension) as sound:
            hops, frames = _decode(sound)
            if counted and sound.frames < UNKNOWN_FRAMES:
                share = min(share, frames / max(sound.frames, 1))
            return _facts(sound, frames, share, hops) | {"is_cut": cut}


def _open(source: Path | UnknownLength, extension: str) -> SequentialSound:
    try:
        sound = SequentialSound(source)
    except soundfile.LibsndfileError:
        raise Unplayable(f"the file begins like {extension.upper()} but is none, or badly damaged") from None
    if sound.format not in FORMATS[extension]:
        raise Unplayable(f"the file begins like {extension.upper()} but is {sound.format} inside")
    return sound


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
