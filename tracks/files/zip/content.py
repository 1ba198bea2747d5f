"""Reads single members of an untrusted ZIP, with size and checksum verified. For the child process only."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from tracks.files.zip.directory import BadZip, ZipEntry, entries

__all__ = ["BadZip", "check_directory", "content", "read_members"]

CHUNK_BYTES = 256 * 1024
# Members are media, compressed already. Silence in a FLAC still shrinks to a third; a bomb to a thousandth.
MAX_RATIO = 20
HARMLESS_BYTES = 1024 * 1024  # up to this size a member may have any ratio
STORED, DEFLATED = 0, 8
ENCRYPTED = 0x0001 | 0x0040 | 0x2000  # APPNOTE 4.4.4


def check_directory(path: Path) -> None:
    """Checks the whole directory of the ZIP; its members are not read. Raises BadZip."""
    with path.open("rb") as file:
        entries(file)


def read_members(path: Path, names: Iterable[str], max_bytes: int) -> None:
    """Reads the named members that exist to their ends. Raises BadZip.

    Each may have ``max_bytes``, all together twice as many.
    """
    wanted = set(names)
    with path.open("rb") as file:
        found = [entry for entry in entries(file) if entry.name in wanted]
        if sum(entry.size for entry in found) > 2 * max_bytes:
            raise BadZip(f"the ZIP's files have more than {2 * max_bytes} bytes together")
        for entry in found:
            for _ in _content(file, entry, max_bytes):
                pass


def content(path: Path, name: str, max_bytes: int) -> Iterator[bytes]:
    """The bytes of the member ``name``, at most ``max_bytes``. Raises BadZip, KeyError where it is not there.

    ``name`` is compared and never used as a path.
    """
    with path.open("rb") as file:
        entry = {one.name: one for one in entries(file)}[name]
        yield from _content(file, entry, max_bytes)


def _content(file: BinaryIO, entry: ZipEntry, max_bytes: int) -> Iterator[bytes]:
    """The member's bytes; BadZip where their size or checksum is not the stated one."""
    _check_member(entry, max_bytes)
    size, crc, name = 0, 0, entry.name
    packed = _packed(file, entry)
    for chunk in _inflated(packed, name) if entry.method == DEFLATED else packed:
        size += len(chunk)
        if size > entry.size:
            raise BadZip(f"{name} in the ZIP is larger than the ZIP says")
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if (size, crc) != (entry.size, entry.crc):
        raise BadZip(f"{name} in the ZIP is damaged: its checksum or its size is wrong")


def _check_member(entry: ZipEntry, max_bytes: int) -> None:
    name, size = entry.name, entry.size
    if entry.flags & ENCRYPTED:
        raise BadZip(f"{name} in the ZIP is encrypted")
    if entry.is_link:
        raise BadZip(f"{name} in the ZIP is a link to another file")
    if entry.method not in (STORED, DEFLATED):
        raise BadZip(f"{name} in the ZIP is compressed by a method that is not supported here")
    if size > max_bytes:
        raise BadZip(f"{name} in the ZIP has more than the {max_bytes} bytes that are allowed")
    if size > max(HARMLESS_BYTES, MAX_RATIO * entry.packed):
        raise BadZip(f"{name} in the ZIP would grow more than any recording does")


def _packed(file: BinaryIO, entry: ZipEntry) -> Iterator[bytes]:
    file.seek(entry.data)
    left = entry.packed
    while left:
        chunk = file.read(min(CHUNK_BYTES, left))
        if not chunk:
            raise BadZip(f"the ZIP breaks off within {entry.name}")
        left -= len(chunk)
        yield chunk


def _inflated(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for chunk in chunks:
            rest = chunk
            # At most a chunk at a time, however much a few compressed bytes expand to.
            while piece := inflater.decompress(rest, CHUNK_BYTES):
                yield piece
                rest = inflater.unconsumed_tail
            if inflater.eof:
                break
    except zlib.error:
        raise BadZip(f"{name} in the ZIP is damaged") from None
    if not inflater.eof:
        raise BadZip(f"{name} in the ZIP breaks off")
