"""What a decoder is given to read: a file from its first byte of sound on, with a repaired header."""

from __future__ import annotations

import os
from collections.abc import Mapping
from mmap import mmap


class Window:
    """A file in memory from ``start`` on, for libsndfile; it has no name that could choose a decoder.

    ``repairs``: bytes that are read in place of the file's, by their position behind ``start``.
    ``hides_end``: without a frame count libsndfile guesses an MP3's length from the file's size and the first
    frame's bit rate, and stops there: of 20 s with a variable rate it read 3. Where it does not know the size
    it counts: https://github.com/libsndfile/libsndfile/blob/master/src/mpeg_decode.c (mpeg_dec_fill_sfinfo).
    """

    def __init__(
        self, data: mmap | bytes, start: int, repairs: Mapping[int, bytes], *, hides_end: bool = False
    ) -> None:
        self._data, self._start, self._repairs = data, start, repairs
        self._at, self._size = 0, len(data) - start
        self._hides_end, self._at_end = hides_end, False

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> None:
        self._at_end = self._hides_end and whence == os.SEEK_END
        if not self._at_end:
            base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
            self._at = max(0, base + offset)

    def tell(self) -> int:
        return 2**63 - 1 if self._at_end else self._at

    def read(self, size: int) -> bytes:
        begin, end = min(self._at, self._size), min(self._at + max(size, 0), self._size)
        block = self._data[self._start + begin : self._start + end]
        for place, repaired in self._repairs.items():
            if place < end and place + len(repaired) > begin:
                block = _overlaid(block, place - begin, repaired)
        self._at = end
        return block

    def write(self, data: bytes) -> int:
        raise OSError("read only")


def _overlaid(block: bytes, place: int, repaired: bytes) -> bytes:
    mended = bytearray(block)
    for offset, byte in enumerate(repaired, place):
        if 0 <= offset < len(mended):
            mended[offset] = byte
    return bytes(mended)
