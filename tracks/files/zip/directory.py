"""Reads and checks the directory of an untrusted ZIP: which files it holds, and where.

Not with ``zipfile``: that reads a directory of any size into memory, extracts two members from the same bytes
(the "better zip bomb", https://www.bamsoftware.com/hacks/zipbomb/), looks for the directory in a comment, and
has a dozen exceptions for broken ones. Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import BinaryIO

MAX_ENTRIES = 1000
MAX_DIRECTORY_BYTES = 1024 * 1024

# APPNOTE 4.3.16, 4.3.15, 4.3.14, 4.3.12 and 4.3.7, without their signatures.
END, END_SIGNATURE = struct.Struct("<4H2LH"), b"PK\x05\x06"
LOCATOR, LOCATOR_SIGNATURE = struct.Struct("<LQL"), b"PK\x06\x07"
BIG_END, BIG_END_SIGNATURE = struct.Struct("<Q2H2L4Q"), b"PK\x06\x06"
ENTRY, ENTRY_SIGNATURE = struct.Struct("<6H3L5H2L"), b"PK\x01\x02"
LOCAL, LOCAL_SIGNATURE = struct.Struct("<5H3L2H"), b"PK\x03\x04"
SIGNATURE_BYTES = 4
MAX_COMMENT_BYTES = 0xFFFF
IN_BIG_FIELD = 0xFFFFFFFF
BIG_FIELDS = 1
BY_UNIX = 3


class BadZip(ValueError):
    """The ZIP is damaged, or made to do harm; ``str()`` is a sentence for people."""


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One file of the ZIP, as its directory states it: ``size`` bytes, compressed to ``packed`` bytes.

    Its header is at the offset ``start``, its compressed bytes begin at ``data``.
    """

    name: str
    size: int
    packed: int
    crc: int
    method: int
    flags: int
    is_link: bool
    start: int
    data: int = 0

    @property
    def end(self) -> int:
        return self.data + self.packed


def entries(file: BinaryIO) -> list[ZipEntry]:
    """All files of the ZIP, in the order of its directory. Raises BadZip.

    Checked: the directory ends where the file ends, is small and has no name twice; no two files share bytes.
    """
    start, size, count = _directory(file)
    if count > MAX_ENTRIES or size > MAX_DIRECTORY_BYTES:
        raise BadZip(f"the ZIP names {count} files in {size} bytes, far more than it should have")
    found = list(_read_directory(_read(file, start, size), count))
    if not found:
        raise BadZip("the ZIP is empty")
    if len({entry.name for entry in found}) < len(found):
        raise BadZip("the ZIP holds two files of the same name")
    located = [_locate_data(file, entry) for entry in found]
    _check_offsets(located, start)
    return located


def _directory(file: BinaryIO) -> tuple[int, int, int]:
    """The directory's offset, its bytes and its number of entries, from the record that ends the file."""
    length = file.seek(0, os.SEEK_END)
    max_tail = SIGNATURE_BYTES + END.size + MAX_COMMENT_BYTES
    tail = _read(file, max(0, length - max_tail), min(length, max_tail))
    at = tail.rfind(END_SIGNATURE)
    if at < 0 or len(tail) - at < SIGNATURE_BYTES + END.size:
        raise BadZip("the ZIP breaks off: its directory at the end is missing")
    disk, first_disk, here, count, size, start, comment = END.unpack_from(tail, at + SIGNATURE_BYTES)
    if at + SIGNATURE_BYTES + END.size + comment != len(tail):
        raise BadZip("the ZIP does not end where its directory says")
    end = length - len(tail) + at
    if big := _big_directory(file, end):
        disk, first_disk, here, count, size, start, end = big
    if disk or first_disk or here != count:
        raise BadZip("the ZIP is one part of several")
    if start + size != end:
        raise BadZip("the ZIP's directory is not where its end says")
    return start, size, count


def _big_directory(file: BinaryIO, end: int) -> tuple[int, ...] | None:
    """The fields of a ZIP64 end record and its offset; None for a ZIP without one."""
    at = end - SIGNATURE_BYTES - LOCATOR.size
    if at < 0 or _read(file, at, SIGNATURE_BYTES) != LOCATOR_SIGNATURE:
        return None
    _, record, _ = LOCATOR.unpack(_read(file, at + SIGNATURE_BYTES, LOCATOR.size))
    found = _read(file, record, SIGNATURE_BYTES + BIG_END.size)
    if not found.startswith(BIG_END_SIGNATURE):
        raise BadZip("the ZIP's ZIP64 directory is missing")
    _, _, _, disk, first_disk, here, count, size, start = BIG_END.unpack_from(found, SIGNATURE_BYTES)
    return disk, first_disk, here, count, size, start, record


def _read_directory(directory: bytes, count: int) -> Iterator[ZipEntry]:
    at = 0
    for _ in range(count):
        fixed = at + SIGNATURE_BYTES
        if directory[at:fixed] != ENTRY_SIGNATURE or fixed + ENTRY.size > len(directory):
            raise BadZip("the ZIP's directory is damaged")
        entry, at = _read_entry(directory, fixed)
        yield entry
    if at != len(directory):
        raise BadZip("the ZIP's directory says more than it counts")


def _read_entry(directory: bytes, at: int) -> tuple[ZipEntry, int]:
    """The entry, and the offset of the next one."""
    (by, _, flags, method, _, _, crc, packed, size, *lengths, _, _, attributes, start) = ENTRY.unpack_from(
        directory, at
    )
    at += ENTRY.size
    name_end, extra_end, end = (at + sum(lengths[:n]) for n in (1, 2, 3))
    if end > len(directory):
        raise BadZip("the ZIP's directory is damaged")
    name = directory[at:name_end].decode("utf-8", "backslashreplace")
    size, packed, start = _widened(directory[name_end:extra_end], [size, packed, start])
    is_link = by >> 8 == BY_UNIX and stat.S_ISLNK(attributes >> 16)
    return ZipEntry(name, size, packed, crc, method, flags, is_link, start), end


def _widened(extra: bytes, values: list[int]) -> list[int]:
    """The values, with those too big for 32 bits from the ZIP64 field (APPNOTE 4.5.3), in its fixed order."""
    missing = [n for n, value in enumerate(values) if value == IN_BIG_FIELD]
    while missing and len(extra) >= 4:
        key, size = struct.unpack_from("<2H", extra)
        if key == BIG_FIELDS and 8 * len(missing) <= size <= len(extra) - 4:
            wide = struct.unpack_from(f"<{len(missing)}Q", extra, 4)
            found = dict(zip(missing, wide, strict=True))
            return [found.get(n, value) for n, value in enumerate(values)]
        extra = extra[4 + size :]
    return values


def _locate_data(file: BinaryIO, entry: ZipEntry) -> ZipEntry:
    """The entry with the offset of its data, which follows from the header before the data."""
    header = _read(file, entry.start, SIGNATURE_BYTES + LOCAL.size)
    if not header.startswith(LOCAL_SIGNATURE):
        raise BadZip("the ZIP's directory points at something that is no file")
    *_, name, extra = LOCAL.unpack_from(header, SIGNATURE_BYTES)
    data = entry.start + len(header) + name + extra
    return replace(entry, data=data)


def _check_offsets(entries: list[ZipEntry], directory: int) -> None:
    ordered = sorted(entries, key=lambda entry: entry.start)
    if any(first.end > second.start for first, second in pairwise(ordered)):
        raise BadZip("the ZIP's files overlap, as in one that is made to do harm")
    if ordered[-1].end > directory:
        raise BadZip("the ZIP's files reach beyond its end")


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    """Exactly these bytes. Raises BadZip where the file ends before."""
    end = file.seek(0, os.SEEK_END)
    if at < 0 or at + size > end:
        raise BadZip("the ZIP's directory points beyond its end")
    file.seek(at)
    return file.read(size)
