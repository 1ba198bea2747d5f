"""Checking what was fetched: is it really the song, whole and decodable? Decoders run in a child process.

Decoders are C code that reads what strangers send. So they get a process of their own, with limits and a
time-out: one that hangs, crashes or eats memory costs a file, not a worker.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracks.files.probe.detect import HEAD_BYTES, DetectedFormat, detect
from tracks.files.probe.mp4 import BadBoxes, check_boxes
from tracks.files.zip.extract import BadArchive, members

FAMILIES = {
    "audio": "audio",
    "audio_hi": "audio",
    "source_audio": "audio",
    "stem": "audio",
    "image": "image",
    "source_image": "image",
    "video": "video",
    "archive": "archive",
}
WANTED = {
    "audio": "audio (MP3, WAV, FLAC or Ogg)",
    "image": "a picture (JPEG, PNG or WebP)",
    "video": "a video (MP4 or WebM)",
    "archive": "a ZIP archive",
}
PROJECT = Path(__file__).resolve().parents[3]
# The child needs Python and its libraries, nothing else: no keys in a process that may be taken over.
CHILD_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")
LONGEST_ANSWER = 64 * 1024
SECONDS_TO_END = 5.0


class Unplayable(ValueError):
    """The file is not what its link promised; ``str()`` is a sentence for people."""


@dataclass(frozen=True)
class Probe:
    """What a file was found to be. Times in milliseconds; ``peaks``: 240 numbers, 0 to 100 (full scale)."""

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
    """Check a file of asset kind ``kind``: its first bytes, and all of it by decoding if audio or a picture.

    Archives and MP4 videos are looked at from outside (a ZIP's directory, the boxes), WebM videos by their
    first bytes alone. ``on_wait`` is called about once a second; what it raises ends the check and comes out.
    Raises Unplayable; RuntimeError
    where the checker itself is broken (a library is missing), which says nothing about the file.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise Unplayable("the file is empty")
    found, wanted = detect(head), FAMILIES[kind]
    if found.family != wanted:
        raise Unplayable(f"{found.name} came instead of {WANTED[wanted]}")
    _look_from_outside(path, found)
    facts = _examine(path, found, timeout_s, on_wait) if wanted in ("audio", "image") else {}
    return Probe(found.content_type, found.extension, **facts)


def _look_from_outside(path: Path, found: DetectedFormat) -> None:
    """What breaks off or is no archive, without decoding; nothing to see of other formats."""
    try:
        if found.extension == "zip":
            members(path)
        elif found.extension == "mp4":
            check_boxes(path)
    except (BadArchive, BadBoxes) as error:
        raise Unplayable(str(error)) from None


def length_fault(measured_ms: int, promised_ms: int | None) -> str:
    """Blank where the measured length is within 2 s or 3 % of what the provider said, if it said any."""
    if not promised_ms or abs(measured_ms - promised_ms) <= max(2000, promised_ms * 0.03):
        return ""
    return f"the audio lasts {measured_ms / 1000:.1f} s, the provider said {promised_ms / 1000:.1f} s"


def _examine(
    path: Path, found: DetectedFormat, timeout_s: float, on_wait: Callable[[], None] | None
) -> dict[str, Any]:
    """What the child found out. Not by multiprocessing: django-q2's daemonic workers may not use that."""
    command = [
        sys.executable,
        "-m",
        "tracks.files.probe.child",
        str(path.resolve()),
        found.extension,
        str(timeout_s),
    ]
    child = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={name: os.environ[name] for name in CHILD_ENVIRONMENT if name in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with child:
        try:
            answer = _listen(child, time.monotonic() + timeout_s, on_wait)
            child.wait(timeout=SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            child.kill()
        except BaseException:
            child.kill()
            raise
    return _read_answer(answer, child.returncode)


def _listen(child: subprocess.Popen[bytes], deadline: float, on_wait: Callable[[], None] | None) -> bytes:
    """All that the child writes until it closes its end, and no more than it has reason to write."""
    assert child.stdout is not None
    answer = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while len(answer) < LONGEST_ANSWER:
            if selector.select(timeout=min(1.0, max(0.0, deadline - time.monotonic()))):
                chunk = os.read(child.stdout.fileno(), LONGEST_ANSWER)
                if not chunk:
                    return answer
                answer += chunk
            elif time.monotonic() >= deadline:
                raise Unplayable(
                    "the check took too long: the decoder does not come to an end with this file"
                )
            elif on_wait is not None:
                on_wait()
    raise Unplayable("the decoder went wild on this file")


def _read_answer(answer: bytes, code: int) -> dict[str, Any]:
    if code < 0:
        raise Unplayable(f"the decoder crashed on this file (signal {-code})")
    try:
        fault, facts = json.loads(answer)
    except ValueError:
        raise RuntimeError(f"the media checker does not work here (exit code {code})") from None
    if fault:
        raise Unplayable(fault)
    return {**facts, "peaks": tuple(facts.get("peaks", ()))}
