"""Checks a fetched file: its format by its first bytes, and whether all of it decodes.

A check reads untrusted bytes, and decoders are C code. So it runs in a process of its own, with limits and a
time-out: a file that hangs a decoder, crashes it or uses up memory costs a file, not a worker.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracks.domain.sound_checks import SoundChecks
from tracks.files.probe.checker import in_child


@dataclass(frozen=True)
class Probe:
    """What a file was found to be. ``waveform``: see tracks/domain/waveform.py; empty where none was decoded.

    ``loudness_lufs``: integrated, by EBU R 128; None where it was not measured. ``sound_checks``: None
    where it was not decoded. ``hue``: of a picture, 0 to
    23; None for one without colours. ``thumbnails``: of a picture, its small ones as WebP, by their size;
    ``thumbnail_side``: pixels across the largest of them, 0 where none could be made.

    ``is_cut``: it decodes, but ends within its last frame, or ``gap_bytes`` of it are neither sound nor a tag
    (0 where these are so few that they may be padding); known of an MP3 without a length and of AAC.
    ``unusual``: a sentence for people where a file is not of a sort that providers send, or could not be
    checked completely.
    """

    content_type: str
    extension: str
    duration_ms: int | None = None
    sample_rate: int | None = None
    channels: int | None = None
    waveform: bytes = b""
    loudness_lufs: float | None = None
    sound_checks: SoundChecks | None = None
    width: int | None = None
    height: int | None = None
    hue: int | None = None
    thumbnails: Mapping[int, bytes] = field(default_factory=dict)
    thumbnail_side: int | None = None
    is_cut: bool = False
    gap_bytes: int = 0
    unusual: str = ""


def probe(
    path: Path, kind: str, timeout_s: float = 120.0, on_wait: Callable[[], None] | None = None
) -> Probe:
    """Checks a file of asset kind ``kind``; audio and pictures are decoded completely.

    Of a ZIP only the directory is checked, of an MP4 video and an M4A the boxes, of AAC the frames, of a WebM
    video the first bytes.
    ``on_wait`` is called about once a second; what it raises ends the check and is passed on. Raises
    Unplayable; RuntimeError where the checker itself does not work (a library is missing), whatever the file.
    """
    facts = in_child("examine", path, [kind], timeout_s, on_wait)
    return Probe(**facts | _decoded(facts))


def _decoded(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The bytes that came as text."""
    thumbnails = {int(size): base64.b64decode(text) for size, text in facts.get("thumbnails", {}).items()}
    return {"waveform": bytes.fromhex(facts.get("waveform", "")), "thumbnails": thumbnails}


def length_fault(measured_ms: int, promised_ms: int | None, by: str = "the provider stated") -> str:
    """Blank where the measured length is within 2 s or 3 % of what the provider stated, if it did."""
    if not promised_ms or abs(measured_ms - promised_ms) <= max(2000, promised_ms * 0.03):
        return ""
    return f"the audio lasts {measured_ms / 1000:.1f} s, {by} {promised_ms / 1000:.1f} s"
