"""What a try to archive a file comes to: archived, tried again later, or given up. The row, the track's
archive state and the event change in one transaction, under the task's lock."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind, link_identity
from tracks.files import download, storage
from tracks.files.probe import Probe
from tracks.files.zip.extract import Extracted
from tracks.lib.leases import Lease, LeaseLost
from tracks.models import Asset, Task, Track
from tracks.services.archive import members, verify
from tracks.services.events import record_event
from tracks.services.ingest.apply import lock
from tracks.services.ingest.rows import settle_archive
from tracks.services.resolve import InvalidState, poll_now

log = logging.getLogger(__name__)

Fetched = download.Progress | Extracted
NOTHING: Mapping[str, Any] = MappingProxyType({})
# Even a link that should be dead by its date is tried this often.
LEAST_TRIES = 5
# What the row says of a file that is in place, archived or not believed yet.
HELD = ("file", "content_type", "bytes", "sha256", "duration_ms", "peaks")


def part_path(asset: Asset) -> Path:
    """Where the bytes of a fetch collect until they are checked."""
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    path: Path = settings.SCRATCH_DIR / f"asset-{asset.pk}.part"
    return path


def store(lease: Lease[Asset], part: Path, found: Probe, fetched: Fetched, defect: str = "") -> None:
    """Puts the file in place, then says so: after a crash between, the next try finds the whole part.

    One that may be the wrong file is put in place too, under its own name, and not called archived: it is
    what we have if nothing better comes. ``defect``: what is wrong inside of an archive.
    """
    name = storage.name_for(lease.row, fetched.sha256, found.extension)
    lease.renew()
    storage.put(part, name)
    values = (name, found.content_type, fetched.size, fetched.sha256, found.duration_ms, list(found.peaks))
    held = dict(zip(HELD, values, strict=True))
    with transaction.atomic():
        _, task = _locked(lease.row)  # two takes with the same file must see each other
        heard = verify.concerns_about(lease.row, found.duration_ms, fetched.sha256, defect)
        concern = next((one for one in heard if not one.is_accepted), None)
        if concern is None:
            _accept(lease, held, heard)
        else:
            _reject_for_now(lease, held, concern)
    download.discard(part)
    if concern and concern.asks_for_links:
        ask_for_fresh_links(task, "archive")


def retry_later(
    lease: Lease[Asset],
    reason: str,
    retry_after: float | None = None,
    held: Mapping[str, Any] = NOTHING,
    trace: Mapping[str, Any] = NOTHING,
) -> None:
    """By growing steps until the link's date. ``held``: a file that is in place and not believed yet."""
    asset, now = lease.row, timezone.now()
    tries = asset.attempts + 1
    if asset.expires_at and now >= max(asset.expires_at, _patience(asset)) and tries >= LEAST_TRIES:
        last = f"The provider's link is past its date. Last: {reason}"
        give_up(lease, AssetStatus.EXPIRED, last, held)
        return
    due = _next_try(asset, now, retry_after or 0)
    _conclude(lease, due=due, values={"error": reason, "attempts": tries, **held}, trace=trace)


def quarantine(lease: Lease[Asset], reason: str) -> None:
    """It may be innocent, beside one that kills workers: it waits, it is not given up."""
    due = timezone.now() + timedelta(seconds=settings.ARCHIVE_BACKOFF[-1])
    _conclude(lease, due=due, values={"error": reason, "attempts": lease.row.attempts + 1})


def wait_for_archive(lease: Lease[Asset]) -> None:
    """The archive that it comes in is not kept (again)."""
    _conclude(lease, due=None, values={"status": AssetStatus.WAITING, "error": ""})


def give_up(lease: Lease[Asset], status: AssetStatus, reason: str, held: Mapping[str, Any] = NOTHING) -> None:
    """Nothing better will come: a file that is in place is kept, whatever spoke against it."""
    asset = lease.row
    download.discard(part_path(asset))
    held = held or {name: getattr(asset, name) for name in HELD}
    if held["file"] and storage.path_of(held["file"]).is_file():
        _accept(lease, held, verify.concerns_about(asset, held["duration_ms"], held["sha256"]))
        return
    log.error("a file was not archived", extra={"asset": asset.pk, "status": status, "reason": reason})
    _conclude(lease, due=None, values={"status": status, "error": reason})


def ask_for_fresh_links(task: Task, by: str) -> None:
    try:
        poll_now(task.pk, by)
    except InvalidState:
        log.info("no fresh link to be had", extra={"task": task.pk})


def _accept(lease: Lease[Asset], held: Mapping[str, Any], heard: Sequence[verify.Concern]) -> None:
    """The file is archived; what spoke against it is told."""
    asset, now = lease.row, timezone.now()
    replaced = asset.file not in ("", held["file"])
    before = {"file": asset.file, "sha256": asset.sha256} if replaced else {}
    values = {"status": AssetStatus.ARCHIVED, "error": "", "archived_at": now, "attempts": 0, **held}
    with transaction.atomic():
        task = _conclude(lease, due=None, values=values, trace={"bytes": held["bytes"], **before})
        for concern in heard:
            log.warning("a file was kept in doubt", extra={"asset": asset.pk, "doubt": concern.event})
            data = {"kind": asset.kind, "reason": concern.reason, **concern.data}
            record_event(concern.event, task, asset=asset, data=data)


def _reject_for_now(lease: Lease[Asset], held: Mapping[str, Any], concern: verify.Concern) -> None:
    if lease.row.status == AssetStatus.ARCHIVED:
        lease.complete(due=None)  # what is kept is no worse
        return
    verify.refetch_duplicate(concern)
    retry_later(lease, concern.reason, held=held, trace={"doubt": concern.event})


def _patience(asset: Asset) -> datetime:
    """Until when a link is tried whatever its date says: providers' clocks have been wrong by years."""
    return asset.track.received_at + timedelta(days=1)


def _next_try(asset: Asset, now: datetime, retry_after: float) -> datetime:
    """Growing steps, and one more try just before the link dies."""
    steps = settings.ARCHIVE_BACKOFF
    due = now + timedelta(seconds=max(steps[min(asset.attempts, len(steps) - 1)], retry_after))
    last_call = asset.expires_at - timedelta(minutes=2) if asset.expires_at else None
    return last_call if last_call and now < last_call < due else due


def _conclude(
    lease: Lease[Asset], *, due: datetime | None, values: dict[str, Any], trace: Mapping[str, Any] = NOTHING
) -> Task:
    """Writes the outcome. A link that came fresh while this one was being tried is due at once."""
    asset = lease.row
    with transaction.atomic():
        before, task = _locked(asset)
        if values.get("status") != AssetStatus.ARCHIVED and before.source_url != asset.source_url:
            due, values["status"] = timezone.now(), AssetStatus.PENDING
        lease.complete(due=due, **values)
        if asset.kind == AssetKind.ARCHIVE and due is None:
            members.follow(asset, task)
        settle_archive(before.track)
        data = {"from": before.status, "to": asset.status, "kind": asset.kind, "error": asset.error, **trace}
        record_event(_event(before.status, asset.status), task, asset=asset, data=data)
        if link_identity(before.source_url) != link_identity(asset.source_url) and due is None:
            record_event("asset.other_link", task, asset=asset, data={"kind": asset.kind})
    return task


def _event(before: str, after: str) -> str:
    if before != after:
        return "asset.status"
    return "asset.replaced" if after == AssetStatus.ARCHIVED else "asset.try"


def _locked(asset: Asset) -> tuple[Asset, Task]:
    """The row as it stands, and its task under lock; the track may have moved to another task meanwhile."""
    for _ in range(3):
        row = Asset.objects.select_related("track").filter(pk=asset.pk).first()
        if row is None:
            download.discard(part_path(asset))
            raise LeaseLost
        task = lock(row.track.task_id)
        if Track.objects.filter(pk=row.track_id, task=task).exists():
            row.refresh_from_db()
            return row, task
    raise LeaseLost
