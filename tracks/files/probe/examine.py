"""Examines a file in the child process: its format by its first bytes, its structure, whether it decodes."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

from tracks.domain.updates import family_of
from tracks.files.probe.adts import adts_facts
from tracks.files.probe.decode import audio_facts
from tracks.files.probe.detect import AAC, HEAD_BYTES, M4A, MP4, DetectedFormat, detect
from tracks.files.probe.locate import find_audio
from tracks.files.probe.mp4 import BadBoxes, check_boxes, has_only_sound, sound_facts
from tracks.files.probe.pictures import image_facts
from tracks.files.probe.unplayable import RefusalKind, Unplayable
from tracks.files.zip.content import BadZip, check_directory

FAMILY_NAMES = {
    "audio": "audio",
    "image": "a picture",
    "video": "a video (MP4 or WebM)",
    "archive": "a ZIP archive",
}


def examine(path: Path, kind: str) -> dict[str, Any]:
    """The fields of a Probe as JSON values. Raises Unplayable, or whatever a decoder raises on a bad file."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise Unplayable("the file is empty", RefusalKind.OTHER)
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _examine(path, data, head, family_of(kind))
    except (BadZip, BadBoxes) as error:
        raise Unplayable(str(error)) from None


def _examine(path: Path, data: mmap.mmap, head: bytes, wanted: str) -> dict[str, Any]:
    found = detect(head)
    if wanted == "audio":
        return _audio(data, M4A if found is MP4 and has_only_sound(data) else found)
    if found.family != wanted:
        raise _other(found, wanted)
    return _described(found) | _facts(path, data, found)


def _audio(data: mmap.mmap, found: DetectedFormat) -> dict[str, Any]:
    """Of the first of its possible formats that can be read. Raises Unplayable for the likeliest one."""
    if found is M4A:
        return _described(M4A) | sound_facts(data)
    fault: Unplayable | None = None
    for format_, start in find_audio(data):
        try:
            if format_ is AAC:
                return _described(AAC) | adts_facts(data, start)
            return audio_facts(data, format_, start)
        except Unplayable as error:
            fault = fault or error
            if error.kind is RefusalKind.TOO_LONG:
                break
    if fault is None or (fault.kind is RefusalKind.UNFIT and _is_of_other_sort(found, "audio")):
        raise _other(found, "audio")
    raise fault


def _other(found: DetectedFormat, wanted: str) -> Unplayable:
    kind = RefusalKind.OTHER if _is_of_other_sort(found, wanted) else RefusalKind.UNFIT
    return Unplayable(f"{found.name} came instead of {FAMILY_NAMES[wanted]}", kind)


def _is_of_other_sort(found: DetectedFormat, wanted: str) -> bool:
    """Whether it cannot be the file; a video and a ZIP may hold it."""
    return found.is_message or found.family not in ("", wanted, "video", "archive")


def _described(found: DetectedFormat) -> dict[str, Any]:
    return {"content_type": found.content_type, "extension": found.extension, "unusual": found.unusual}


def _facts(path: Path, data: mmap.mmap, found: DetectedFormat) -> dict[str, Any]:
    """A picture is decoded completely; of a ZIP and an MP4 the structure is checked."""
    if found.family == "image":
        return image_facts(data, found)
    if found.extension == "zip":
        check_directory(path)
    elif found is MP4:
        check_boxes(data)
    return {}
