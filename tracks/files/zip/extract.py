"""Taking single files out of a ZIP that a stranger made, counted and summed while they are written."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tracks.files.zip.directory import BadArchive, ZipEntry, entries

__all__ = ["BadArchive", "Extracted", "Member", "check", "extract", "members"]

CHUNK_BYTES = 256 * 1024
# Members are media, compressed already. Silence in a FLAC still shrinks to a third; a bomb to a thousandth.
MOST_RATIO = 20
FREE_BYTES = 1024 * 1024  # of a member too small to harm, whatever its ratio
STORED, DEFLATED = 0, 8
ENCRYPTED = 0x0001 | 0x0040 | 0x2000  # APPNOTE 4.4.4


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive: its whole name there, and its size in bytes once taken out, as promised."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was really written: bytes, and their SHA-256 in hex."""

    size: int
    sha256: str


def members(path: Path) -> list[Member]:
    """What lies in the archive, in the order of its directory. Raises BadArchive.

    All of the directory is checked: it ends with the file, is small, names nothing twice, and no two members
    share bytes. Members themselves are not read.
    """
    with path.open("rb") as file:
        return [Member(entry.name, entry.size) for entry in entries(file)]


def check(path: Path, names: Iterable[str], most_bytes: int, on_progress: Callable[[int], None]) -> None:
    """Reads those of the named members that are there to their ends. Raises BadArchive.

    ``most_bytes`` bounds each of them, twice that all together; ``on_progress`` is called as for ``extract``.
    """
    wanted = set(names)
    with path.open("rb") as file:
        found = [entry for entry in entries(file) if entry.name in wanted]
        if sum(entry.size for entry in found) > 2 * most_bytes:
            raise BadArchive(f"the archive's files have more than {2 * most_bytes} bytes together")
        for entry in found:
            for _ in _content(file, entry, most_bytes, on_progress):
                pass


def extract(
    path: Path, name: str, target: Path, most_bytes: int, on_progress: Callable[[int], None]
) -> Extracted:
    """Writes the member ``name`` to ``target``, anew, synced to the disk; at most ``most_bytes`` of it.

    ``name`` is compared and never used as a path. ``on_progress(bytes so far)`` is called after each chunk;
    what it raises comes out. Raises BadArchive, KeyError where there is no such member, OSError of our disk.
    After any error nothing stands at ``target``.
    """
    with path.open("rb") as file:
        entry = {one.name: one for one in entries(file)}[name]
        target.unlink(missing_ok=True)
        try:
            return _write(_content(file, entry, most_bytes, on_progress), target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise


def _write(content: Iterator[bytes], target: Path) -> Extracted:
    """To a file of our own making: a worker that lost its lease may still hold the one of before."""
    size, digest = 0, hashlib.sha256()
    with target.open("xb") as file:
        for chunk in content:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Extracted(size, digest.hexdigest())


def _content(
    file: BinaryIO, entry: ZipEntry, most_bytes: int, on_progress: Callable[[int], None]
) -> Iterator[bytes]:
    """The member's bytes, counted and summed: never more than promised, and an error where they are fewer."""
    _check_member(entry, most_bytes)
    size, crc, name = 0, 0, entry.name
    pack = _packed(file, entry)
    for chunk in _inflated(pack, name) if entry.method == DEFLATED else pack:
        size += len(chunk)
        if size > entry.size:
            raise BadArchive(f"{name} in the archive is larger than the archive says")
        crc = zlib.crc32(chunk, crc)
        on_progress(size)
        yield chunk
    if (size, crc) != (entry.size, entry.crc):
        raise BadArchive(f"{name} in the archive is damaged: its checksum or its size is wrong")


def _check_member(entry: ZipEntry, most_bytes: int) -> None:
    name, size = entry.name, entry.size
    if entry.flags & ENCRYPTED:
        raise BadArchive(f"{name} in the archive is encrypted")
    if entry.is_link:
        raise BadArchive(f"{name} in the archive is a link to another file")
    if entry.method not in (STORED, DEFLATED):
        raise BadArchive(f"{name} in the archive is packed in a way that is not read here")
    if size > most_bytes:
        raise BadArchive(f"{name} in the archive has more than the {most_bytes} bytes that are taken")
    if size > max(FREE_BYTES, MOST_RATIO * entry.packed):
        raise BadArchive(f"{name} in the archive would grow as no recording does")


def _packed(file: BinaryIO, entry: ZipEntry) -> Iterator[bytes]:
    file.seek(entry.data)
    left = entry.packed
    while left:
        chunk = file.read(min(CHUNK_BYTES, left))
        if not chunk:
            raise BadArchive(f"the archive breaks off within {entry.name}")
        left -= len(chunk)
        yield chunk


def _inflated(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Never more than a chunk at a time, whatever a few packed bytes come to."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for chunk in chunks:
            rest = chunk
            while piece := inflater.decompress(rest, CHUNK_BYTES):
                yield piece
                rest = inflater.unconsumed_tail
            if inflater.eof:
                break
    except zlib.error:
        raise BadArchive(f"{name} in the archive is damaged") from None
    if not inflater.eof:
        raise BadArchive(f"{name} in the archive breaks off")
