"""Examines a file in the child process: its format by its first bytes, its structure, whether it decodes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tracks.domain.updates import family_of
from tracks.files.probe.decode import audio_facts
from tracks.files.probe.detect import HEAD_BYTES, DetectedFormat, detect
from tracks.files.probe.mp4 import BadBoxes, check_boxes
from tracks.files.probe.pictures import image_facts
from tracks.files.probe.unplayable import Unplayable
from tracks.files.zip.extract import BadZip, members

FAMILY_NAMES = {
    "audio": "audio (MP3, WAV, FLAC or Ogg)",
    "image": "a picture (JPEG, PNG or WebP)",
    "video": "a video (MP4 or WebM)",
    "archive": "a ZIP archive",
}


def examine(path: Path, kind: str) -> dict[str, Any]:
    """The fields of a Probe as JSON values. Raises Unplayable, or whatever a decoder raises on a bad file."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise Unplayable("the file is empty")
    found, wanted = detect(head), family_of(kind)
    if found.family != wanted:
        raise Unplayable(f"{found.name} came instead of {FAMILY_NAMES[wanted]}")
    return {"content_type": found.content_type, "extension": found.extension, **_facts(path, found)}


def _facts(path: Path, found: DetectedFormat) -> dict[str, Any]:
    """Audio and pictures are decoded completely; of a ZIP and an MP4 the structure is checked."""
    try:
        if found.family == "audio":
            return audio_facts(path, found.extension)
        if found.family == "image":
            return image_facts(path)
        if found.extension == "zip":
            members(path)
        elif found.extension == "mp4":
            check_boxes(path)
    except (BadZip, BadBoxes) as error:
        raise Unplayable(str(error)) from None
    return {}
