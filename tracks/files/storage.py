"""The storage of archived files, each named by its asset and its checksum, so that none is overwritten."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from django.conf import settings

from tracks.domain.thumbnails import MAX_BYTES, thumbnail_name
from tracks.models import Asset

MAX_LABEL_BYTES = 100  # most file systems take names of 255 bytes


def name_for(asset: Asset, sha256: str, extension: str) -> str:
    """The name of a file below the media folder; different assets and different bytes never share one."""
    label = "".join(char if char.isalnum() else "-" for char in asset.label)
    label = label.encode()[:MAX_LABEL_BYTES].decode(errors="ignore")
    parts = [str(asset.track_id), asset.kind, *([label] if label else []), str(asset.pk), sha256[:16]]
    return f"{asset.track_id // 1000:04d}/{'-'.join(parts)}.{extension}"


def path_of(name: str) -> Path:
    path: Path = settings.MEDIA_ROOT / name
    return path


def put(part: Path, name: str) -> None:
    """Stores a checked file under the name, atomically and synced to the disk; the part stays as well."""
    _place(name, partial(_link, part))


def put_thumbnails(name: str, thumbnails: Mapping[int, bytes]) -> None:
    """Stores the small pictures of a stored file beside it, as :func:`put` does."""
    for size, body in thumbnails.items():
        _place(thumbnail_name(name, size), partial(_write, body))


def read_thumbnail(name: str, size: int) -> bytes | None:
    """The smallest of its small pictures that has the size at least; None where there is none."""
    for stored in (stored for stored in MAX_BYTES if stored >= size):
        with suppress(OSError):
            return path_of(thumbnail_name(name, stored)).read_bytes()
    return None


def remove(name: str) -> None:
    """Deletes a file that nothing names any more, and its small pictures; one that is gone is no fault."""
    for one in (name, *(thumbnail_name(name, size) for size in MAX_BYTES)):
        path_of(one).unlink(missing_ok=True)


def _place(name: str, make: Callable[[Path], None]) -> None:
    """Puts what ``make`` writes in place of the name's file."""
    target = path_of(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    make(draft)
    os.replace(draft, target)
    draft.unlink(missing_ok=True)  # where both names are one file, POSIX makes the replacement do nothing
    for folder in (target.parent, target.parent.parent):
        _sync(folder)


def _link(part: Path, draft: Path) -> None:
    try:
        os.link(part, draft)
    except OSError:  # another file system
        _copy(part, draft)


def _write(body: bytes, draft: Path) -> None:
    with draft.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _copy(part: Path, draft: Path) -> None:
    with part.open("rb") as source, draft.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1024 * 1024)
        copy.flush()
        os.fsync(copy.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
