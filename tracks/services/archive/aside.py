"""Keeps the bytes of refused files aside: never shown as a song, but there for staff."""

from __future__ import annotations

from pathlib import Path

from tracks.files import download, storage
from tracks.files.probe.unplayable import RefusalKind, Unplayable
from tracks.files.zip.extract import Extracted
from tracks.lib.leases import Lease, LeaseLost
from tracks.models import Asset

# A message in place of the file says something, but never takes the place of bytes that may be the file.
MESSAGE, BYTES = "txt", "bin"
UNCHECKED = "It came whole and was never checked, through a fault of ours. Listen to it before you use it."
NONE_ASIDE = {"refused_file": "", "refused_reason": ""}


def keep_aside(
    lease: Lease[Asset], part: Path, fetched: download.Progress | Extracted, refusal: Unplayable
) -> None:
    """Stores the bytes of a refused file in place of those that were refused before. Raises LeaseLost."""
    asset = lease.row
    extension = MESSAGE if refusal.kind is RefusalKind.MESSAGE else BYTES
    if fetched.size and not (extension == MESSAGE and asset.refused_file.endswith(BYTES)):
        lease.renew()
        _store(asset, part, fetched.sha256, extension, str(refusal))
    download.discard(part)


def keep_unchecked(asset: Asset, part: Path) -> None:
    """Stores the part, where it came whole, before it is emptied or discarded. Raises LeaseLost, OSError."""
    whole = download.whole_part(part)
    if whole is not None and whole.sha256 != asset.sha256:
        _store(asset, part, whole.sha256, BYTES, UNCHECKED)


def _store(asset: Asset, part: Path, sha256: str, extension: str, reason: str) -> None:
    name = storage.name_for(asset, sha256, extension)
    storage.put(part, name)
    _record(asset, name, reason)


def _record(asset: Asset, name: str, reason: str) -> None:
    before = asset.refused_file
    if not Asset.objects.filter(pk=asset.pk).update(refused_file=name, refused_reason=reason):
        storage.remove(name)
        raise LeaseLost
    if before not in ("", name):
        storage.remove(before)
    asset.refused_file, asset.refused_reason = name, reason
