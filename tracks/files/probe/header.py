"""What an audio file's own header promises, as libsndfile repairs damaged files silently."""

from __future__ import annotations

import os
from typing import BinaryIO

UNKNOWN_BYTES = 0x7FFF_0000  # writers to a pipe set a huge length of a WAV's data
OGG_LAST_PAGE = 4
OGG_PAGE_BYTES = 65_307
OGG_HEADER_BYTES = 27


def wav_share(file: BinaryIO) -> float:
    """The share of a WAV's promised audio data that is there, from 0.0 to 1.0."""
    end = file.seek(0, os.SEEK_END)
    file.seek(12)
    while len(chunk := file.read(8)) == 8:
        size = int.from_bytes(chunk[4:], "little")
        if chunk[:4] == b"data":
            return 1.0 if size == 0 or size >= UNKNOWN_BYTES else min(1.0, (end - file.tell()) / size)
        file.seek(size + size % 2, os.SEEK_CUR)
    return 1.0


def ogg_has_end(file: BinaryIO) -> bool:
    """Whether the last page is marked as the last, as it must be: https://www.rfc-editor.org/rfc/rfc3533#section-6"""
    file.seek(max(0, file.seek(0, os.SEEK_END) - 2 * OGG_PAGE_BYTES))
    tail = file.read()
    page = tail[tail.rfind(b"OggS\0") :]
    if len(page) < OGG_HEADER_BYTES or not page[5] & OGG_LAST_PAGE:
        return False
    segments = page[OGG_HEADER_BYTES : OGG_HEADER_BYTES + page[26]]
    return len(segments) == page[26] and len(page) >= OGG_HEADER_BYTES + len(segments) + sum(segments)
