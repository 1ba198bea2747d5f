"""The storage of archived files, each named by its asset and its checksum, so that none is overwritten."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.conf import settings

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
    target = path_of(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        os.link(part, draft)
    except OSError:  # another file system
        _copy(part, draft)
    os.replace(draft, target)
    draft.unlink(missing_ok=True)  # where both names are one file, POSIX makes the replacement do nothing
    for folder in (target.parent, target.parent.parent):
        _sync(folder)


def remove(name: str) -> None:
    """Deletes a file that nothing names any more; one that is gone already is no fault."""
    path_of(name).unlink(missing_ok=True)


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
