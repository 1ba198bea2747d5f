"""Files that come inside a track's archive: checked with it, due once it is kept, lost with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind
from tracks.files import storage
from tracks.files.zip import extract
from tracks.models import Asset, Task, Track
from tracks.services.events import record_event
from tracks.services.ingest.rows import save_changes


class Missing(Exception):
    """The archive is whole, and the file is not in it; the text is a sentence for people."""


def archive_of(track: Track) -> Asset | None:
    """The track's archive, if it is kept."""
    kept = track.assets.filter(kind=AssetKind.ARCHIVE, status=AssetStatus.ARCHIVED)
    return kept.order_by("label").first()


def check_members(archive: Asset, path: Path, renew: Callable[[], None]) -> None:
    """Reads what the track wants of a fetched archive; raises BadArchive. What lacks is no fault yet."""
    names = archive.track.assets.exclude(member="").values_list("member", flat=True)
    extract.check(path, names, settings.FETCH_MAX_BYTES, lambda _: renew())


def take_out(asset: Asset, target: Path, renew: Callable[[], None]) -> extract.Extracted | None:
    """Writes the file to ``target``; None while there is no archive. Raises Missing, BadArchive, OSError."""
    archive = archive_of(asset.track)
    if archive is None:
        return None
    path = storage.path_of(archive.file)
    try:
        return extract.extract(path, asset.member, target, settings.FETCH_MAX_BYTES, lambda _: renew())
    except KeyError:
        raise Missing(f"There is no {asset.member} in the provider's archive.") from None
    except FileNotFoundError:
        raise OSError("The archive it lies in is missing from our disk. Restore it from a backup.") from None


def follow(archive: Asset, task: Task) -> None:
    """The files inside share the lot of their archive, which has just been kept or given up."""
    for row in archive.track.assets.exclude(member="").exclude(status=AssetStatus.ARCHIVED):
        before = row.status
        if "status" in save_changes(row, _lot(archive)):
            data = {"from": before, "to": row.status, "kind": row.kind, "error": row.error}
            record_event("asset.status", task, asset=row, data=data)


def _lot(archive: Asset) -> dict[str, Any]:
    if archive.status == AssetStatus.ARCHIVED:
        return {"status": AssetStatus.PENDING, "next_attempt_at": timezone.now(), "attempts": 0, "error": ""}
    reason = "It comes in the provider's archive, which could not be kept."
    return {"status": archive.status, "next_attempt_at": None, "error": reason}
