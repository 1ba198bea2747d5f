"""Checks the outer structure of an MP4: its boxes must fill the file. Nothing is decoded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# ISO/IEC 14496-12, 4.2: 32 bits of size, four characters of type; size 1: 64 bits follow; 0: to the end.
HEADER_BYTES, LARGE_HEADER_BYTES = 8, 16
LARGE, TO_THE_END = 1, 0
# A fragmented video has two boxes for every few seconds.
MAX_BOXES = 100_000


class BadBoxes(ValueError):
    """The video breaks off or is damaged; ``str()`` is a sentence for people."""


def check_boxes(path: Path) -> None:
    """Raises BadBoxes unless the boxes end where the file ends and include the index and the pictures."""
    with path.open("rb") as file:
        kinds = set(_kinds(file))
    if b"moov" not in kinds:
        raise BadBoxes("the video's index is missing, so nothing can play it")
    if b"mdat" not in kinds:
        raise BadBoxes("there are no pictures in the video")


def _kinds(file: BinaryIO) -> Iterator[bytes]:
    end, at = file.seek(0, os.SEEK_END), 0
    for _ in range(MAX_BOXES):
        if at == end:
            return
        size, kind = _box(file, at, end)
        at += size
        if at > end:
            raise BadBoxes(f"the video breaks off: {at - end} bytes are missing at its end")
        yield kind
    raise BadBoxes("the video is damaged: it is cut into far more parts than a video has")


def _box(file: BinaryIO, at: int, end: int) -> tuple[int, bytes]:
    """Size and type of the box at ``at``."""
    file.seek(at)
    header = file.read(LARGE_HEADER_BYTES)
    size, kind, min_size = int.from_bytes(header[:4], "big"), header[4:8], HEADER_BYTES
    if size == LARGE:
        size, min_size = int.from_bytes(header[8:], "big"), LARGE_HEADER_BYTES
    if size == TO_THE_END and min_size == HEADER_BYTES:
        size = end - at
    if len(header) < min_size or size < min_size:
        raise BadBoxes("the video breaks off or is damaged: its next part is invalid")
    return size, kind
