"""Real audio files and pictures, made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from PIL import Image

RATE = 44_100
BLOCK = 65_536  # libsndfile crashes on a long Ogg Vorbis that is written at once

Samples = npt.NDArray[np.float32]


def tone(seconds: float, *, channels: int = 2, loudness: float = 0.5) -> Samples:
    """A tone that comes and goes, so that an encoder with a variable bit rate varies it."""
    times = np.arange(int(seconds * RATE)) / RATE
    wave = np.sin(2 * np.pi * 440 * times) * np.abs(np.sin(times)) * loudness
    return np.repeat(wave.astype(np.float32)[:, None], channels, axis=1)


def sound(
    path: Path, samples: Samples, format_: str, subtype: str | None = None, rate: int = RATE, **how: Any
) -> Path:
    with soundfile.SoundFile(
        path, "w", rate, samples.shape[1], format=format_, subtype=subtype, **how
    ) as file:
        for start in range(0, len(samples), BLOCK):
            file.write(samples[start : start + BLOCK])
    return path


def picture(format_: str, size: tuple[int, int] = (320, 200), mode: str = "RGB") -> bytes:
    pixels = np.random.default_rng(3).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, format_)
    return file.getvalue()


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these files, by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name), body, method)  # of one moment: equal files, equal bytes
    return file.getvalue()


def box(kind: bytes, body: bytes = b"") -> bytes:
    """One box of an MP4."""
    return (8 + len(body)).to_bytes(4, "big") + kind + body


VIDEO = box(b"ftyp", b"isom\0\0\2\0isommp42") + box(b"moov", bytes(200)) + box(b"mdat", bytes(5000))
