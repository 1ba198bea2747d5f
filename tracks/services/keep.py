"""The archive: a file is fetched, counted, decoded, measured and moved into place, then "archived"."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone

from tracks import fetch, storage
from tracks.audio import Probe, Unplayable, length_fault, probe
from tracks.leases import DueColumn, Lease, LeaseLost, claim
from tracks.models import Asset, Task, Track
from tracks.services.apply import lock
from tracks.services.events import note
from tracks.services.rows import settle_archive
from tracks.services.settle import NotNow, look_now
from tracks.statuses import AssetStatus
from tracks.updates import AssetKind, link_identity

log = logging.getLogger(__name__)
DUE = DueColumn("next_attempt_at", "claims")

SLICE_SECONDS = 60.0
# A file that trickles in has the nearest deadline again at once; this lets others pass in between.
OTHERS_TURN = timedelta(seconds=3)
# These say "no" to the link, not to the file: the provider may have a fresh one.
LINK_IS_DEAD = frozenset({401, 403, 404, 410})
# Even a link that should be dead by its date is tried this often.
LEAST_TRIES = 5
# A file longer than promised lacks nothing; it is believed when it comes again and again.
BELIEVE_LONGER_AFTER = 3
OF_PROMISED_LENGTH = frozenset({AssetKind.AUDIO, AssetKind.AUDIO_HI})


def archive_next() -> bool:
    """Fetches the file whose deadline is nearest; False when none is due."""
    lease = claim(Asset.objects.due(timezone.now()).select_related("track__task"), DUE)
    if lease is None:
        return False
    try:
        _archive(lease)
    except LeaseLost:
        log.info("file was taken over by another worker", extra={"asset": lease.row.pk})
    return True


def archive_again(track_id: int, by: str) -> int:
    """Makes all that is not archived due at once, and asks for fresh links; returns how many files."""
    with transaction.atomic():
        lock(Track.objects.get(pk=track_id).task_id)
        track = Track.objects.select_related("task").get(pk=track_id)
        missing = track.assets.exclude(status=AssetStatus.ARCHIVED).exclude(source_url="")
        count = missing.filter(claims=0).update(
            status=AssetStatus.PENDING, next_attempt_at=timezone.now(), attempts=0
        )
        settle_archive(track)
        note("track.archive_again", track.task, track=track, data={"by": by, "files": count})
    if count:
        _ask_for_fresh_links(track.task, by)
    return count


def _archive(lease: Lease[Asset]) -> None:
    asset = lease.row
    if lease.is_worn_out:
        _wait_long(lease, "Fetching or decoding this file ended its worker several times.")
        return
    try:
        _fetch_and_keep(lease, part_path(asset))
    except (fetch.Blocked, fetch.TooLarge) as error:
        _give_up(lease, AssetStatus.FAILED, str(error))
    except fetch.Refused as error:
        if error.status in LINK_IS_DEAD:
            _ask_for_fresh_links(asset.track.task, "archive")
        _try_later(lease, str(error), error.retry_after)
    except (fetch.Broken, Unplayable, OSError) as error:
        _try_later(lease, str(error), None)
    except (LeaseLost, DatabaseError, InterfaceError):
        raise
    except Exception as error:
        # Says something about us, not about the file: a broken checker must not give a song up.
        log.exception("a file could not be fetched or checked", extra={"asset": asset.pk})
        _try_later(lease, f"Our own fault ({type(error).__name__}); it is tried again.", None)


def _fetch_and_keep(lease: Lease[Asset], part: Path) -> None:
    asset = lease.row
    slice_seconds = SLICE_SECONDS * 2 ** min(asset.attempts, 3)
    policy = fetch.Policy(allow_hosts=settings.FETCH_ALLOW_HOSTS, max_bytes=settings.FETCH_MAX_BYTES)
    progress = fetch.download(
        asset.source_url, part, policy, slice_seconds=slice_seconds, on_progress=lambda _: lease.renew()
    )
    if progress.done:
        try:
            found = probe(part, asset.kind, on_wait=lease.renew)
            _check_length(asset, found)
        except Unplayable:
            fetch.discard(part)
            raise
        _keep(lease, part, found, progress)
    elif progress.resumable:
        lease.conclude(due=timezone.now() + OTHERS_TURN)
    else:
        raise fetch.Broken("the server is too slow and cannot go on where it stopped")


def part_path(asset: Asset) -> Path:
    """Where the bytes of a fetch collect until they are checked."""
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    path: Path = settings.SCRATCH_DIR / f"asset-{asset.pk}.part"
    return path


def _check_length(asset: Asset, found: Probe) -> None:
    promised = asset.track.duration_ms
    if asset.kind not in OF_PROMISED_LENGTH or not promised or found.duration_ms is None:
        return
    fault = length_fault(found.duration_ms, promised)
    longer = found.duration_ms > promised
    if fault and not (longer and asset.attempts >= BELIEVE_LONGER_AFTER):
        raise Unplayable(fault)


def _keep(lease: Lease[Asset], part: Path, found: Probe, progress: fetch.Progress) -> None:
    """Puts the file in place, then says so: after a crash between, the next try finds the whole part."""
    asset = lease.row
    name = storage.name_for(asset, progress.sha256, found.extension)
    lease.renew()
    storage.keep(part, name)
    before = {"file": asset.file, "sha256": asset.sha256} if asset.file not in ("", name) else {}
    values: dict[str, Any] = {
        "status": AssetStatus.ARCHIVED,
        "error": "",
        "file": name,
        "content_type": found.content_type,
        "bytes": progress.size,
        "sha256": progress.sha256,
        "duration_ms": found.duration_ms,
        "peaks": list(found.peaks),
        "archived_at": timezone.now(),
        "attempts": 0,
    }
    _conclude(lease, due=None, values=values, trace={"bytes": progress.size, **before})
    fetch.discard(part)


def _try_later(lease: Lease[Asset], reason: str, retry_after: float | None) -> None:
    asset, now = lease.row, timezone.now()
    tries = asset.attempts + 1
    if asset.expires_at and now >= max(asset.expires_at, _patience(asset)) and tries >= LEAST_TRIES:
        _give_up(lease, AssetStatus.EXPIRED, f"The provider's link is past its date. Last: {reason}")
        return
    due = _next_try(asset, now, retry_after)
    _conclude(lease, due=due, values={"error": reason, "attempts": tries}, trace={})


def _wait_long(lease: Lease[Asset], reason: str) -> None:
    """It may be innocent, beside one that kills workers: it waits, it is not given up."""
    due = timezone.now() + timedelta(seconds=settings.ARCHIVE_BACKOFF[-1])
    _conclude(lease, due=due, values={"error": reason, "attempts": lease.row.attempts + 1}, trace={})


def _patience(asset: Asset) -> datetime:
    """Until when a link is tried whatever its date says: providers' clocks have been wrong by years."""
    return asset.track.received_at + timedelta(days=1)


def _next_try(asset: Asset, now: datetime, retry_after: float | None) -> datetime:
    """Growing steps, and one more try just before the link dies."""
    steps = settings.ARCHIVE_BACKOFF
    due = now + timedelta(seconds=max(steps[min(asset.attempts, len(steps) - 1)], retry_after or 0))
    last_call = asset.expires_at - timedelta(minutes=2) if asset.expires_at else None
    return last_call if last_call and now < last_call < due else due


def _give_up(lease: Lease[Asset], status: AssetStatus, reason: str) -> None:
    fetch.discard(part_path(lease.row))
    log.error("a file was not archived", extra={"asset": lease.row.pk, "status": status, "reason": reason})
    _conclude(lease, due=None, values={"status": status, "error": reason}, trace={})


def _conclude(
    lease: Lease[Asset], *, due: datetime | None, values: dict[str, Any], trace: dict[str, Any]
) -> None:
    """The outcome, the track's archive state and the event in one transaction, under the task's lock.

    A link that came fresh while this one was being tried is due at once.
    """
    asset = lease.row
    with transaction.atomic():
        before, task = _locked(asset)
        if values.get("status") != AssetStatus.ARCHIVED and before.source_url != asset.source_url:
            due, values["status"] = timezone.now(), AssetStatus.PENDING
        lease.conclude(due=due, **values)
        settle_archive(before.track)
        data = {"from": before.status, "to": asset.status, "kind": asset.kind, "error": asset.error, **trace}
        note("asset.status" if before.status != asset.status else "asset.try", task, asset=asset, data=data)
        if link_identity(before.source_url) != link_identity(asset.source_url) and due is None:
            note("asset.other_link", task, asset=asset, data={"kind": asset.kind})


def _locked(asset: Asset) -> tuple[Asset, Task]:
    """The row as it stands, and its task under lock; the track may have moved to another task meanwhile."""
    for _ in range(3):
        row = Asset.objects.select_related("track").filter(pk=asset.pk).first()
        if row is None:
            fetch.discard(part_path(asset))
            raise LeaseLost
        task = lock(row.track.task_id)
        if Track.objects.filter(pk=row.track_id, task=task).exists():
            row.refresh_from_db()
            return row, task
    raise LeaseLost


def _ask_for_fresh_links(task: Task, by: str) -> None:
    try:
        look_now(task.pk, by)
    except NotNow:
        log.info("no fresh link to be had", extra={"task": task.pk})
