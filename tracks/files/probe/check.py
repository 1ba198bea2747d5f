"""Checks a fetched file: its format by its first bytes, and whether all of it decodes.

Decoders are C code that reads untrusted data. So they run in a process of their own, with limits and a
time-out: one that hangs, crashes or uses up memory costs a file, not a worker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tracks.domain.updates import family_of
from tracks.files.probe.checker import decode
from tracks.files.probe.detect import HEAD_BYTES, DetectedFormat, detect
from tracks.files.probe.mp4 import BadBoxes, check_boxes
from tracks.files.probe.unplayable import Unplayable
from tracks.files.zip.extract import BadZip, members

FAMILY_NAMES = {
    "audio": "audio (MP3, WAV, FLAC or Ogg)",
    "image": "a picture (JPEG, PNG or WebP)",
    "video": "a video (MP4 or WebM)",
    "archive": "a ZIP archive",
}


@dataclass(frozen=True)
class Probe:
    """What a file was found to be. ``peaks``: its waveform, 240 heights from 0 to 100 (full scale)."""

    content_type: str
    extension: str
    duration_ms: int | None = None
    sample_rate: int | None = None
    channels: int | None = None
    peaks: tuple[int, ...] = ()
    width: int | None = None
    height: int | None = None


def probe(
    path: Path, kind: str, timeout_s: float = 120.0, on_wait: Callable[[], None] | None = None
) -> Probe:
    """Checks a file of asset kind ``kind``; audio and pictures are decoded completely.

    Of a ZIP only the directory is checked, of an MP4 video its boxes, of a WebM video its first bytes.
    ``on_wait`` is called about once a second; what it raises ends the check and is passed on. Raises
    Unplayable; RuntimeError where the checker itself does not work (a library is missing), whatever the file.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise Unplayable("the file is empty")
    found, wanted = detect(head), family_of(kind)
    if found.family != wanted:
        raise Unplayable(f"{found.name} came instead of {FAMILY_NAMES[wanted]}")
    _check_structure(path, found)
    facts = decode(path, found.extension, timeout_s, on_wait) if wanted in ("audio", "image") else {}
    return Probe(found.content_type, found.extension, **facts)


def _check_structure(path: Path, found: DetectedFormat) -> None:
    """Raises Unplayable for a ZIP or an MP4 that is damaged, without decoding it."""
    try:
        if found.extension == "zip":
            members(path)
        elif found.extension == "mp4":
            check_boxes(path)
    except (BadZip, BadBoxes) as error:
        raise Unplayable(str(error)) from None


def length_fault(measured_ms: int, promised_ms: int | None) -> str:
    """Blank where the measured length is within 2 s or 3 % of what the provider stated, if it did."""
    if not promised_ms or abs(measured_ms - promised_ms) <= max(2000, promised_ms * 0.03):
        return ""
    return f"the audio lasts {measured_ms / 1000:.1f} s, the provider stated {promised_ms / 1000:.1f} s"
