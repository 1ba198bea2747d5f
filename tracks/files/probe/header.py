"""What an audio file's own header promises, as libsndfile repairs damaged files silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from mmap import mmap
from typing import Literal

UNKNOWN_BYTES = 0x7FFF_0000  # writers to a pipe set a huge length of a WAV's data
UNKNOWN_SIZE = b"\xff\xff\xff\xff"
OGG_LAST_PAGE = 4
OGG_PAGE_BYTES = 65_307
OGG_HEADER_BYTES = 27
W64_ALIGNMENT = 8


@dataclass(frozen=True)
class Promise:
    """``share``: how much of the promised audio data is there, from 0.0 to 1.0.

    ``repairs``: bytes to read in place of the header's own, by their position behind ``start``.
    """

    share: float = 1.0
    repairs: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Chunk:
    """``at``: where its body begins, from the start of the file."""

    name: bytes
    at: int
    size: int


def promise(data: mmap, start: int) -> Promise:
    """What the header at ``start`` promises, for a WAV (RF64, BW64, Wave64 too), an AIFF and an AU file."""
    head = data[start : start + 4]
    if head in (b"RIFF", b"RIFX"):
        return _wav(data, start, "little" if head == b"RIFF" else "big")
    if head in (b"RF64", b"BW64"):
        return _rf64(data, start)
    if head == b"riff":
        return Promise(_share(data, _find(_w64_chunks(data, start + 40), b"data")))
    if head == b"FORM":
        return Promise(_share(data, _find(_chunks(data, start + 12, "big"), b"SSND")))
    if head == b".snd":
        return _au(data, start)
    return Promise()


def _au(data: mmap, start: int) -> Promise:
    """The position of the sound and its size, in 32 bits each; a size of all ones is unknown."""
    place, size = (int.from_bytes(data[start + at : start + at + 4], "big") for at in (4, 8))
    return Promise(_share(data, Chunk(b"data", start + place, size if size < 2**32 - 1 else 0)))


def _chunks(data: mmap, at: int, order: Literal["little", "big"]) -> Iterator[Chunk]:
    while len(header := data[at : at + 8]) == 8:
        size = int.from_bytes(header[4:], order)
        yield Chunk(header[:4], at + 8, size)
        at += 8 + size + size % 2


def _w64_chunks(data: mmap, at: int) -> Iterator[Chunk]:
    """Their size counts the header of 24 bytes."""
    while len(header := data[at : at + 24]) == 24:
        size = max(24, int.from_bytes(header[16:], "little"))
        yield Chunk(header[:4], at + 24, size - 24)
        at += size + -size % W64_ALIGNMENT


def _find(chunks: Iterator[Chunk], name: bytes) -> Chunk | None:
    return next((chunk for chunk in chunks if chunk.name == name), None)


def _share(data: mmap, chunk: Chunk | None) -> float:
    return min(1.0, (len(data) - chunk.at) / chunk.size) if chunk and chunk.size else 1.0


def _wav(data: mmap, start: int, order: Literal["little", "big"]) -> Promise:
    """A writer that could not go back leaves a length of 0 or far too great: all that follows is sound."""
    chunk = _find(_chunks(data, start + 12, order), b"data")
    if chunk is None or chunk.size >= UNKNOWN_BYTES:
        return Promise()
    if chunk.size == 0 and not _are_chunks(data, chunk.at, order):
        return Promise(repairs={chunk.at - 4 - start: UNKNOWN_SIZE})
    return Promise(_share(data, chunk))


def _are_chunks(data: mmap, at: int, order: Literal["little", "big"]) -> bool:
    """Whether further chunks follow there up to the end of the file, so that the data are empty indeed."""
    for chunk in _chunks(data, at, order):
        if not chunk.name.isalnum() and not chunk.name.strip().isalnum():
            return False
        at = chunk.at + chunk.size
    return at >= len(data) - 1 and at <= len(data)


def _rf64(data: mmap, start: int) -> Promise:
    """EBU Tech 3306: a chunk ``ds64`` holds the lengths in 64 bits. BW64 (ITU-R BS.2088) is alike."""
    repairs = {0: b"RF64"}
    sizes = _find(_chunks(data, start + 12, "little"), b"ds64")
    chunk = _find(_chunks(data, start + 12, "little"), b"data")
    if sizes is None or chunk is None:
        return Promise(repairs=repairs)
    if chunk.size < UNKNOWN_BYTES and chunk.size:
        return Promise(_share(data, chunk), repairs)
    stated, left = int.from_bytes(data[sizes.at + 8 : sizes.at + 16], "little"), len(data) - chunk.at
    if 0 < stated < 2**63:
        return Promise(min(1.0, left / stated), repairs)
    return Promise(repairs=repairs | {sizes.at + 8 - start: left.to_bytes(8, "little")})


def ogg_has_end(data: mmap) -> bool:
    """Whether the last page is marked as the last, as it must be: https://www.rfc-editor.org/rfc/rfc3533#section-6"""
    tail = data[max(0, len(data) - 2 * OGG_PAGE_BYTES) :]
    page = tail[tail.rfind(b"OggS\0") :]
    if len(page) < OGG_HEADER_BYTES or not page[5] & OGG_LAST_PAGE:
        return False
    segments = page[OGG_HEADER_BYTES : OGG_HEADER_BYTES + page[26]]
    return len(segments) == page[26] and len(page) >= OGG_HEADER_BYTES + len(segments) + sum(segments)
