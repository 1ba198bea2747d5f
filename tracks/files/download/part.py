"""A part: the bytes of a file that is still being fetched, ``x.part``, and a note beside it to continue with.

The note says which file the bytes belong to and is written before the first of them. So after a kill -9 the
length of the part can be trusted, and another signed link to the same file (equal but for the query) can
continue it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path

from tracks.files.download.errors import TransferFailed


@dataclass(frozen=True)
class PartNote:
    """What the server stated about the file; blank or None where it did not."""

    identity: str
    etag: str = ""
    last_modified: str = ""
    total: int | None = None
    ranges: bool = True  # until the server states or shows that it can't send the rest of a file

    @property
    def validator(self) -> str:
        """The value for If-Range, which allows no weak ETag: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5"""
        return self.last_modified if self.etag.startswith("W/") or not self.etag else self.etag

    @property
    def resumable(self) -> bool:
        """Whether the server can send the rest of the file."""
        return self.ranges and bool(self.validator or self.total)


class Part:
    """The open part file and its note; ``size`` is its length in bytes."""

    def __init__(self, path: Path, file: FileIO, note: PartNote) -> None:
        self.path = path
        self.file = file
        self.note = note
        self.size = file.seek(0, os.SEEK_END)

    @property
    def complete(self) -> bool:
        return self.size > 0 and self.size == self.note.total

    def begin(self, note: PartNote) -> None:
        """Empties the file and writes a new note."""
        with _disk_errors():
            self.file.truncate(0)
        self.size = 0
        self.describe(note)

    def describe(self, note: PartNote) -> None:
        if note != self.note:
            self.note = note
            with _disk_errors():
                _write_note(self.path, note)

    def append(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        with _disk_errors():
            while view:
                view = view[self.file.write(view) :]
        self.size += len(chunk)

    def seal(self) -> str:
        """Syncs the bytes to the disk and returns the hex SHA-256 of the whole file."""
        with _disk_errors(), self.path.open("rb") as file:
            os.fsync(self.file.fileno())
            return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def open_part(path: Path, identity: str) -> Iterator[Part]:
    """The part at ``path`` for the file ``identity``, emptied where its bytes belong to another file.

    Raises TransferFailed while another process has it open: a worker may still write after it lost its lease.
    """
    with _locked(path) as file:
        note = read_note(path)
        part = Part(path, file, note or PartNote(identity))
        is_same = note is not None and note.identity == identity and part.size <= (note.total or part.size)
        if not _has_other_names(file) or (is_same and part.complete):
            if not is_same:
                part.begin(PartNote(identity))
            yield part
            return
        # The worker that archived it was killed before it discarded the part: never write to that file again.
        path.unlink(missing_ok=True)
    with open_part(path, identity) as part:
        yield part


def _locked(path: Path) -> FileIO:
    with _disk_errors():
        file = FileIO(path, "a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise TransferFailed("another worker is still fetching this file") from None
    return file


def _has_other_names(file: FileIO) -> bool:
    return os.fstat(file.fileno()).st_nlink > 1


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TransferFailed(f"our disk did not take the file: {error.strerror}") from None


def discard(path: Path) -> None:
    """Removes a part and its note, if they exist."""
    path.unlink(missing_ok=True)
    note_path(path).unlink(missing_ok=True)


def part_size(path: Path) -> int:
    """How many bytes of the file have come; 0 without a part."""
    return path.stat().st_size if path.exists() else 0


def note_path(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _write_note(path: Path, note: PartNote) -> None:
    fresh = path.with_name(path.name + ".json.new")
    fresh.write_text(json.dumps(asdict(note)))
    fresh.replace(note_path(path))


def read_note(path: Path) -> PartNote | None:
    """The note of a part; None where there is none that can be read."""
    try:
        return PartNote(**json.loads(note_path(path).read_text()))
    except (OSError, ValueError, TypeError):
        return None
