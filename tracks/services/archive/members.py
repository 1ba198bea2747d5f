"""Files that come inside a track's ZIP: checked with it, due once it is archived, lost with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind
from tracks.files import storage
from tracks.files.download import TransferFailed
from tracks.files.zip import extract
from tracks.models import Asset, Task, Track
from tracks.services.events import record_event
from tracks.services.ingest.rows import save_changes


class Missing(Exception):
    """The ZIP is whole, and the member is not in it; the text is a sentence for people."""


def zip_of(track: Track) -> Asset | None:
    """The track's ZIP, if it is archived."""
    archived = track.assets.filter(kind=AssetKind.ARCHIVE, status=AssetStatus.ARCHIVED)
    return archived.order_by("label").first()


def check_members(zip_file: Asset, path: Path, renew: Callable[[], None]) -> None:
    """Reads the members that the track wants of a fetched ZIP. Raises BadZip; one that lacks is no fault."""
    names = zip_file.track.assets.exclude(member="").values_list("member", flat=True)
    extract.check(path, names, settings.FETCH_MAX_BYTES, lambda _: renew())


def extract_member(asset: Asset, target: Path, renew: Callable[[], None]) -> extract.Extracted | None:
    """Writes the member to ``target``; None while there is no ZIP.

    Raises Missing, BadZip, TransferFailed, OSError.
    """
    zip_file = zip_of(asset.track)
    if zip_file is None:
        return None
    path = storage.path_of(zip_file.file)
    try:
        return extract.extract(path, asset.member, target, settings.FETCH_MAX_BYTES, lambda _: renew())
    except KeyError:
        raise Missing(f"There is no {asset.member} in the provider's archive.") from None
    except FileNotFoundError:
        lost = "The archive it lies in is missing from our disk. Restore it from a backup."
        raise TransferFailed(lost) from None


def follow_zip(zip_file: Asset, task: Task) -> None:
    """Brings the members in line with their ZIP, which has just been archived or given up."""
    for row in zip_file.track.assets.exclude(member="").exclude(status=AssetStatus.ARCHIVED):
        before = row.status
        if "status" in save_changes(row, _member_values(zip_file)):
            data = {"from": before, "to": row.status, "kind": row.kind, "error": row.error}
            record_event("asset.status", task, asset=row, data=data)


def _member_values(zip_file: Asset) -> dict[str, Any]:
    if zip_file.status == AssetStatus.ARCHIVED:
        return {"status": AssetStatus.PENDING, "next_attempt_at": timezone.now(), "attempts": 0, "error": ""}
    reason = "It comes in the provider's archive, which could not be archived."
    return {"status": zip_file.status, "next_attempt_at": None, "error": reason}
