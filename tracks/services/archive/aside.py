"""Keeps the bytes of refused files aside: never shown as a song, but there for staff."""

from __future__ import annotations

from pathlib import Path

from tracks.domain.statuses import AssetStatus
from tracks.files import download, storage
from tracks.files.probe.unplayable import RefusalKind, Unplayable
from tracks.files.zip.extract import Extracted
from tracks.lib.leases import Lease, LeaseLost
from tracks.models import Asset
from tracks.services.archive.leftovers import remove_unnamed

Fetched = download.Progress | Extracted
# What cannot be the file says something, but never takes the place of bytes that may be the file.
OTHER, BYTES = "txt", "bin"
UNCHECKED = "It came whole and was never checked, through a fault of ours. Listen to it before you use it."
NONE_ASIDE = {"refused_file": "", "refused_reason": ""}


def keep_aside(lease: Lease[Asset], part: Path, fetched: Fetched, refusal: Unplayable) -> None:
    """Stores the bytes of a refused file, unless better ones are kept. Raises LeaseLost, OSError."""
    extension = OTHER if refusal.kind is RefusalKind.OTHER else BYTES
    # A page in place of a file that we have says nothing of that.
    if fetched.size and (extension == BYTES or lease.row.status != AssetStatus.ARCHIVED):
        lease.renew()
        _store(lease.row, part, fetched, extension, str(refusal))
    download.discard(part)


def keep_unchecked(asset: Asset, part: Path) -> None:
    """Stores the part, where it came whole, before it is emptied or discarded. Raises LeaseLost, OSError."""
    whole = download.whole_part(part)
    if whole is not None and whole.sha256 != asset.sha256:
        _store(asset, part, whole, BYTES, UNCHECKED)


def _store(asset: Asset, part: Path, fetched: Fetched, extension: str, reason: str) -> None:
    if _rank(extension, fetched.size) >= _rank_of_kept(asset):
        name = storage.name_for(asset, fetched.sha256, extension)
        storage.put(part, name)
        _record(asset, name, reason)


def _rank(extension: str, size: int) -> tuple[bool, int]:
    """Of two broken copies the longer one lacks less; of what cannot be the file the latest tells most."""
    return (True, size) if extension == BYTES else (False, 0)


def _rank_of_kept(asset: Asset) -> tuple[bool, int]:
    path = storage.path_of(asset.refused_file)
    return _rank(path.suffix[1:], path.stat().st_size) if path.is_file() else (False, 0)


def _record(asset: Asset, name: str, reason: str) -> None:
    before = asset.refused_file
    if not Asset.objects.filter(pk=asset.pk).update(refused_file=name, refused_reason=reason):
        storage.remove(name)
        raise LeaseLost
    remove_unnamed(asset, before)
    asset.refused_file, asset.refused_reason = name, reason
