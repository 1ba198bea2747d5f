"""Where archived files live: named by what they are and by their checksum, so that nothing is overwritten."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from tracks.models import Asset


def name_for(asset: Asset, sha256: str, extension: str) -> str:
    """The name of an archived file below the media folder; other bytes get another name."""
    label = "".join(char if char.isalnum() else "-" for char in asset.label)
    parts = [str(asset.track_id), asset.kind, *([label] if label else []), sha256[:16]]
    return f"{asset.track_id // 1000:04d}/{'-'.join(parts)}.{extension}"


def path_of(name: str) -> Path:
    path: Path = settings.MEDIA_ROOT / name
    return path


def keep(part: Path, name: str) -> None:
    """Moves a checked file into place, atomically and durably."""
    target = path_of(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(part, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
