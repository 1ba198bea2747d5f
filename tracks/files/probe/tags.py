"""The tags around and between the frames of an MP3 or AAC stream, and what is neither."""

from __future__ import annotations

import re
from mmap import mmap

# Players pass over padding, the rest of a frame, a line of text. Nobody knows whether more than that was
# sound: it would be a second of a quiet song.
MAX_PADDING_BYTES = 4096
ID3_HEADER_BYTES, ID3V1_BYTES = 10, 128
APE_END_BYTES = 32  # of its header, and of its footer
APE_IS_HEADER = 1 << 29
LYRICS_SIZE_BYTES, LYRICS_END_BYTES = 6, 9
# Two of them may stand at the end of their tag: its size says where that begins.
MARK = re.compile(rb"ID3[\x02-\x04]|TAG|APETAGEX|LYRICS200")


def is_tag(data: mmap, at: int) -> bool:
    """Whether the sound ends there: at the file's end, or at a tag of ID3v1 or APE."""
    return at == len(data) or data[at : at + 3] == b"TAG" or data[at : at + 8] == b"APETAGEX"


def after_tags(data: mmap) -> int:
    """Behind the ID3v2 tags at the beginning of a file; 0 where a size is too great."""
    at = 0
    while data[at : at + 3] == b"ID3" and at + ID3_HEADER_BYTES <= len(data):
        at += _id3_bytes(data, at)
    return at if at < len(data) else 0


def junk_bytes(data: mmap, begin: int, end: int) -> int:
    """How many of the bytes from ``begin`` to ``end`` belong to no tag that lies there whole."""
    junk, at, look = 0, begin, begin
    while match := MARK.search(data, look, end):
        first, behind = _span(data, match.start())
        look = match.end()
        if begin <= first < behind <= end:
            junk, at, look = junk + max(0, first - at), behind, max(look, behind)
    return junk + end - at


def _span(data: mmap, at: int) -> tuple[int, int]:
    """Where the tag with this mark begins and ends, as it says; the mark alone may be chance."""
    mark = data[at : at + 3]
    if mark == b"TAG":
        return at, at + ID3V1_BYTES
    if mark == b"ID3":
        return at, at + _id3_bytes(data, at)
    return _ape_span(data, at) if mark == b"APE" else _lyrics_span(data, at)


def _id3_bytes(data: mmap, at: int) -> int:
    """https://id3.org/id3v2.4.0-structure, 3.1: with its header, and with its footer where it has one."""
    header = data[at : at + ID3_HEADER_BYTES].ljust(ID3_HEADER_BYTES, b"\0")
    size = sum((byte & 0x7F) << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True))
    return size + (20 if header[5] & 0x10 else 10)


def _ape_span(data: mmap, at: int) -> tuple[int, int]:
    """https://wiki.hydrogenaud.io/index.php?title=APE_Tags_Header: its size counts the footer, no header."""
    size, flags = (int.from_bytes(data[at + place : at + place + 4], "little") for place in (12, 20))
    if flags & APE_IS_HEADER:
        return at, at + APE_END_BYTES + size
    return at + APE_END_BYTES - size, at + APE_END_BYTES


def _lyrics_span(data: mmap, at: int) -> tuple[int, int]:
    """https://id3.org/Lyrics3v2: before the mark stands how many bytes stand before that."""
    size = data[max(0, at - LYRICS_SIZE_BYTES) : at]
    begin = at - LYRICS_SIZE_BYTES - int(size) if size.isdigit() else at
    return begin, at + LYRICS_END_BYTES
