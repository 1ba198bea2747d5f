"""A file that is still arriving: ``x.part``, and a note beside it that lets a later call go on.

The note says which file the bytes belong to and is written before the first of them. So after a kill -9 the
length of the part is the truth; a freshly signed link of the same file (the same URL but for the query) can
go on.
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
    """What the server said of the file. Blank or None: it did not say."""

    identity: str
    etag: str = ""
    last_modified: str = ""
    total: int | None = None
    ranges: bool = True  # until it says or shows that it can't send the rest of a file

    @property
    def validator(self) -> str:
        """For If-Range, which takes no weak ETag: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5"""
        return self.last_modified if self.etag.startswith("W/") or not self.etag else self.etag


class Part:
    """The open part file and its note; ``size`` is what stands in it."""

    def __init__(self, path: Path, file: FileIO, note: PartNote) -> None:
        self.path = path
        self.file = file
        self.note = note
        self.size = file.seek(0, os.SEEK_END)

    @property
    def complete(self) -> bool:
        return self.size > 0 and self.size == self.note.total

    @property
    def resumable(self) -> bool:
        return self.note.ranges and bool(self.note.validator or self.note.total)

    def begin(self, note: PartNote) -> None:
        """Empty the file, then note what will come."""
        with _our_disk():
            self.file.truncate(0)
        self.size = 0
        self.describe(note)

    def describe(self, note: PartNote) -> None:
        if note != self.note:
            self.note = note
            with _our_disk():
                _write_note(self.path, note)

    def append(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        with _our_disk():
            while view:
                view = view[self.file.write(view) :]
        self.size += len(chunk)

    def seal(self) -> str:
        """Bring the bytes to the disk for good and return the hex SHA-256 of the whole file."""
        with _our_disk(), self.path.open("rb") as file:
            os.fsync(self.file.fileno())
            return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def open_part(path: Path, identity: str) -> Iterator[Part]:
    """The part at ``path`` for the file ``identity``; what belongs to another file is thrown away.

    Raises Broken while another process holds it: a worker that lost its lease must not write into it too.
    """
    with _locked(path) as file:
        note = _read_note(path)
        part = Part(path, file, note or PartNote(identity))
        is_its = note is not None and note.identity == identity and part.size <= (note.total or part.size)
        if not _has_other_names(file) or (is_its and part.complete):
            if not is_its:
                part.begin(PartNote(identity))
            yield part
            return
        # Who put it in the archive was killed before it could let go of the part: never write to it again.
        path.unlink(missing_ok=True)
    with open_part(path, identity) as part:
        yield part


def _locked(path: Path) -> FileIO:
    with _our_disk():
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
def _our_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TransferFailed(f"our disk did not take the file: {error.strerror}") from None


def discard(path: Path) -> None:
    """Remove a part and its note; nothing there is fine."""
    path.unlink(missing_ok=True)
    note_path(path).unlink(missing_ok=True)


def note_path(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _write_note(path: Path, note: PartNote) -> None:
    fresh = path.with_name(path.name + ".json.new")
    fresh.write_text(json.dumps(asdict(note)))
    fresh.replace(note_path(path))


def _read_note(path: Path) -> PartNote | None:
    try:
        return PartNote(**json.loads(note_path(path).read_text()))
    except (OSError, ValueError, TypeError):
        return None
