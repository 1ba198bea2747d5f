"""A song whose sound and lyric are known to the millisecond, with a real file in the archive."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from tests.support.factories import make_asset
from tracks.files import storage
from tracks.models import Asset, Track

SECONDS = 20.0
# Ordinary lines, a gap (3-4 s), an overlap (8-9 s), lines that touch (12 s), one without length (14 s).
LINES: list[tuple[str, int, int]] = [
    ("Moonlight guides the silent flight", 1_000, 3_000),
    ("Owls dance in pure delight", 4_000, 6_500),
    ("Stars above with shining eyes", 7_000, 9_000),
    ("(watching with shining eyes)", 8_000, 10_000),
    ("Paper wings and lullabies", 10_500, 12_000),
    ("Turn the river, turn the tide", 12_000, 13_500),
    ("Oh", 14_000, 14_000),
    ("Morning waits on the other side", 15_000, 18_250),
]


def write_tone(path: Path, seconds: float, hertz: int = 220) -> Path:
    """A WAV file with one even tone."""
    times = np.arange(int(seconds * 22_050)) / 22_050
    soundfile.write(path, 0.2 * np.sin(2 * np.pi * hertz * times), 22_050, subtype="PCM_16")
    return path


def archive_file(track: Track, file: Path, **over: Any) -> Asset:
    """An asset with this WAV file, archived as the worker archives it."""
    asset = make_asset(track, **over)
    data = file.read_bytes()
    part = file.with_suffix(".part")
    part.write_bytes(data)
    asset.sha256 = hashlib.sha256(data).hexdigest()
    asset.file = storage.name_for(asset, asset.sha256, "wav")
    storage.put(part, asset.file)
    asset.status, asset.bytes, asset.content_type = "archived", len(data), "audio/wav"
    asset.duration_ms, asset.waveform = int(SECONDS * 1000), bytes([200] * 520 + [120] * 520)
    asset.save()
    return asset
