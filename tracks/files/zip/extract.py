"""Takes members out of an untrusted ZIP: a limited child process reads it, we only write what it sends."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tracks.files.probe.checker import in_child
from tracks.files.probe.unplayable import Unplayable
from tracks.files.zip.directory import BadZip

__all__ = ["BadZip", "Extracted", "check", "extract"]

MAX_SECONDS = 300.0  # for half a gigabyte on a busy machine


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was written: its size in bytes, and its SHA-256 in hex."""

    size: int
    sha256: str


def check(path: Path, names: Iterable[str], max_bytes: int, on_progress: Callable[[int], None]) -> None:
    """Reads the named members that exist to their ends. Raises BadZip; FileNotFoundError without a ZIP.

    Each may have ``max_bytes``, all together twice as many; ``on_progress`` is called about once a second.
    """
    _ask("check", path, [sorted(names), max_bytes], lambda: on_progress(0))


def extract(
    path: Path, name: str, target: Path, max_bytes: int, on_progress: Callable[[int], None]
) -> Extracted:
    """Writes the member ``name`` to a new file ``target``, synced to the disk; at most ``max_bytes`` of it.

    ``on_progress(bytes so far)`` is called after each chunk and about once a second; what it raises is passed
    on. Raises BadZip, KeyError where there is no such member, OSError of our disk. After any error there is
    no file at ``target``.
    """
    target.unlink(missing_ok=True)
    try:
        # A new file: a worker that lost its lease may still have the earlier one open.
        with target.open("xb") as file:
            copy = _Copy(file, max_bytes, on_progress)
            facts = _ask("member", path, [name, max_bytes], lambda: on_progress(copy.size), copy.take)
            if not facts["found"]:
                raise KeyError(name)
            return copy.sealed()
    except BaseException:
        target.unlink(missing_ok=True)
        raise


class _Copy:
    """Writes and counts what a child sends, which may have been taken over by the file."""

    def __init__(self, file: BinaryIO, max_bytes: int, on_progress: Callable[[int], None]) -> None:
        self._file, self._max_bytes, self._on_progress = file, max_bytes, on_progress
        self._digest = hashlib.sha256()
        self.size = 0

    def take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self._max_bytes:
            raise BadZip(f"more than the {self._max_bytes} bytes that are allowed came out of the ZIP")
        self._file.write(chunk)
        self._digest.update(chunk)
        self._on_progress(self.size)

    def sealed(self) -> Extracted:
        self._file.flush()
        os.fsync(self._file.fileno())
        return Extracted(self.size, self._digest.hexdigest())


def _ask(
    work: str,
    path: Path,
    arguments: list[Any],
    on_wait: Callable[[], None],
    take: Callable[[bytes], None] | None = None,
) -> dict[str, Any]:
    try:
        return in_child(work, path, arguments, MAX_SECONDS, on_wait, take)
    except Unplayable as error:
        raise BadZip(str(error)) from None
