"""Checks the outer structure of an MP4: its boxes must fill the file. Nothing is decoded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import Any

from tracks.files.probe.unplayable import check_length

# ISO/IEC 14496-12, 4.2: 32 bits of size, four characters of type; size 1: 64 bits follow; 0: to the end.
HEADER_BYTES, LARGE_HEADER_BYTES = 8, 16
LARGE, TO_THE_END = 1, 0
# A fragmented video has two boxes for every few seconds.
MAX_BOXES = 100_000


class BadBoxes(ValueError):
    """The file breaks off or is damaged; ``str()`` is a sentence for people."""


@dataclass(frozen=True)
class Box:
    """``at`` and ``end``: where its body begins and ends."""

    kind: bytes
    at: int
    end: int


def check_boxes(data: mmap, what: str = "video", content: str = "are no pictures") -> None:
    """Raises BadBoxes unless the boxes end where the file ends and include the index and the content."""
    kinds = {box.kind for box in _boxes(data, 0, len(data), what)}
    if b"moov" not in kinds:
        raise BadBoxes(f"the {what}'s index is missing, so nothing can play it")
    if b"mdat" not in kinds:
        raise BadBoxes(f"there {content} in the {what}")


def sound_facts(data: mmap) -> dict[str, Any]:
    """``{"duration_ms"}`` as an M4A's index states it, else None. Raises BadBoxes and Unplayable."""
    check_boxes(data, "audio file", "is no sound")
    duration_ms = _duration_ms(data)
    check_length((duration_ms or 0) / 1000)
    return {"duration_ms": duration_ms}


def has_only_sound(data: mmap) -> bool:
    """Whether the index lists sound and no pictures. False where it can't be read."""
    try:
        found = _within(data, b"moov", b"trak", b"mdia", b"hdlr")
        handlers = {data[box.at + 8 : box.at + 12] for box in found}
    except BadBoxes:
        return False
    return b"soun" in handlers and b"vide" not in handlers


def _duration_ms(data: mmap) -> int | None:
    """ISO/IEC 14496-12, 8.2.2: version 1 of the movie's header has its times in 64 bits."""
    header = next(_within(data, b"moov", b"mvhd"), None)
    if header is None:
        return None
    is_long = data[header.at] == 1
    scale_at, bytes_ = header.at + (20 if is_long else 12), 8 if is_long else 4
    scale = int.from_bytes(data[scale_at : scale_at + 4], "big")
    duration = int.from_bytes(data[scale_at + 4 : scale_at + 4 + bytes_], "big")
    is_known = scale and duration not in (0, 2 ** (8 * bytes_) - 1)
    return round(duration * 1000 / scale) if is_known else None


def _within(data: mmap, *path: bytes) -> Iterator[Box]:
    """The boxes of that path of types. Raises BadBoxes."""
    boxes = [Box(b"", 0, len(data))]
    for kind in path:
        inside = [inner for box in boxes for inner in _boxes(data, box.at, box.end, "file")]
        boxes = [box for box in inside if box.kind == kind]
    yield from boxes


def _boxes(data: mmap, at: int, end: int, what: str) -> Iterator[Box]:
    for _ in range(MAX_BOXES):
        if at == end:
            return
        size, head, kind = _header(data, at, end, what)
        if at + size > end:
            raise BadBoxes(f"the {what} breaks off: {at + size - end} bytes are missing at its end")
        yield Box(kind, at + head, at + size)
        at += size
    raise BadBoxes(f"the {what} is damaged: it is cut into far more parts than one has")


def _header(data: mmap, at: int, end: int, what: str) -> tuple[int, int, bytes]:
    """Size, size of the header, and type of the box at ``at``."""
    header = data[at : min(at + LARGE_HEADER_BYTES, end)]
    size, kind, min_size = int.from_bytes(header[:4], "big"), header[4:8], HEADER_BYTES
    if size == LARGE:
        size, min_size = int.from_bytes(header[8:], "big"), LARGE_HEADER_BYTES
    if size == TO_THE_END and min_size == HEADER_BYTES:
        size = end - at
    if len(header) < min_size or size < min_size:
        raise BadBoxes(f"the {what} breaks off or is damaged: its next part is invalid")
    return size, min_size, kind
