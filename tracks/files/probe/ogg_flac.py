"""Takes FLAC out of Ogg, in memory, for a decoder that reads it only by itself."""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap

from tracks.files.probe.unplayable import Unplayable

PAGE_HEADER_BYTES = 27
# https://xiph.org/flac/ogg_mapping.html: stands before the stream's own first bytes, "fLaC"
MAPPING_HEADER_BYTES = 9


def native_flac(data: mmap, start: int) -> bytes:
    """The FLAC stream in the pages from ``start`` on. Raises Unplayable where a page is missing.

    libsndfile 1.2.2 does not open it inside Ogg: https://github.com/bastibe/python-soundfile/issues/424
    """
    return b"".join(_bodies(data, start))[MAPPING_HEADER_BYTES:]


def _bodies(data: mmap, at: int) -> Iterator[bytes]:
    """RFC 3533, section 6. Pages of another stream, such as a skeleton, are passed over."""
    serial, expected = data[at + 14 : at + 18], 0
    while data[at : at + 4] == b"OggS":
        header = data[at : at + PAGE_HEADER_BYTES]
        body_at = at + PAGE_HEADER_BYTES + header[26]
        end = body_at + sum(data[at + PAGE_HEADER_BYTES : body_at])
        if header[14:18] == serial:
            if int.from_bytes(header[18:22], "little") != expected:
                raise Unplayable("the audio is damaged: a page of the Ogg file is missing")
            expected += 1
            yield data[body_at:end]
        at = end
