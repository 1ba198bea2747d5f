"""The outcome of a try to archive a file: archived, retried later, quarantined, or given up.

The row, the track's archive state and the event change in one transaction, under the task's lock.
"""

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
from tracks.domain.updates import LENGTH_CHECKED, AssetKind, link_identity
from tracks.files import download, storage
from tracks.files.probe.check import Probe
from tracks.lib.leases import Lease, LeaseLost
from tracks.models import Asset, Task, Track
from tracks.services.archive import members, verify
from tracks.services.archive.aside import NONE_ASIDE, Fetched, keep_unchecked
from tracks.services.archive.leftovers import remove_unnamed
from tracks.services.archive.measure import record_hue
from tracks.services.events import record_event
from tracks.services.ingest.ahead import Ahead
from tracks.services.ingest.apply import apply_measured, lock, prepare_measured
from tracks.services.ingest.rows import update_archive_status
from tracks.services.resolve import InvalidState, poll_now

log = logging.getLogger(__name__)

NOTHING: Mapping[str, Any] = MappingProxyType({})
# Even a link that should be dead by its date is tried this often.
MIN_TRIES = 5
# The columns that describe a file in the media storage, archived or not accepted yet.
STORED = (
    "file",
    "content_type",
    "bytes",
    "sha256",
    "duration_ms",
    "waveform",
    "loudness_lufs",
    "sound_checks",
    "thumbnail_side",
    "unusual",
    "is_cut",
    "gap_bytes",
    "defect",
)


def part_path(asset: Asset) -> Path:
    """The part file of an asset: where its bytes collect until they are checked."""
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    path: Path = settings.SCRATCH_DIR / f"asset-{asset.pk}.part"
    return path


def store(lease: Lease[Asset], part: Path, found: Probe, fetched: Fetched, defect: str = "") -> None:
    """Stores a checked file and accepts it, or rejects it for now where there are concerns.

    Raises LeaseLost. A rejected file is stored too, under its own name: it is what we have if nothing better
    comes. Only the best of these stays. ``defect``: what is wrong inside a ZIP.
    """
    # First the file, then the row: after a crash between, the next try finds the whole part.
    asset = lease.row
    names = [asset.file, storage.name_for(asset, fetched.sha256, found.extension)]
    lease.renew()
    storage.put(part, names[-1])
    storage.put_thumbnails(names[-1], found.thumbnails)
    stored = {
        "file": names[-1],
        "content_type": found.content_type,
        "bytes": fetched.size,
        "sha256": fetched.sha256,
        "duration_ms": found.duration_ms,
        "waveform": found.waveform,
        "loudness_lufs": found.loudness_lufs,
        "sound_checks": found.sound_checks,
        "thumbnail_side": found.thumbnail_side,
        "unusual": found.unusual,
        "is_cut": found.is_cut,
        "gap_bytes": found.gap_bytes,
        "defect": defect,
    }
    ahead = prepare_measured(lease.row, found.duration_ms)
    with transaction.atomic():
        _, task = _locked(asset)  # two takes with the same file must see each other
        concern = _first_open(verify.concerns_about(asset, stored))
        record_hue(asset, found.hue)
        best = _better(asset, stored, accepts=concern is None)
        if concern is None:
            if best is not stored:
                ahead = prepare_measured(asset, best["duration_ms"])
            _accept(lease, best, verify.concerns_about(asset, best), ahead)
        else:
            _reject_for_now(lease, best, concern)
        for name in names:
            remove_unnamed(asset, name)
    download.discard(part)
    if concern and concern.asks_for_links:
        ask_for_fresh_links(task, "archive")


def _first_open(concerns: Sequence[verify.Concern]) -> verify.Concern | None:
    """The first concern despite which the file is not accepted yet."""
    return next((one for one in concerns if not one.is_accepted), None)


def _stored(asset: Asset) -> Mapping[str, Any]:
    return {name: getattr(asset, name) for name in STORED}


def _better(asset: Asset, fresh: Mapping[str, Any], *, accepts: bool) -> Mapping[str, Any]:
    """Of a fresh file and a doubted one that we have, the better; ``accepts``: that can be archived."""
    doubted = _stored(asset)
    if asset.archived_at or not storage.path_of(doubted["file"]).is_file():
        return fresh
    if verify.rank(asset, fresh) <= verify.rank(asset, doubted):
        return fresh
    return fresh if accepts and _first_open(verify.concerns_about(asset, doubted)) else doubted


def retry_later(
    lease: Lease[Asset],
    reason: str,
    retry_after: float | None = None,
    stored: Mapping[str, Any] = NOTHING,
    trace: Mapping[str, Any] = NOTHING,
) -> None:
    """Due again with back-off, until the link expires. ``stored``: the best file that is rejected for now.

    ``retry_after``: seconds that the server asks for.
    """
    asset, now = lease.row, timezone.now()
    tries = asset.attempts + 1
    if asset.expires_at and now >= max(asset.expires_at, _retry_until_at_least(asset)) and tries >= MIN_TRIES:
        last = f"The provider's link is past its date. Last: {reason}"
        give_up(lease, AssetStatus.EXPIRED, last, stored)
        return
    due = _next_try(asset, now, retry_after or 0)
    _complete(lease, due=due, values={"error": reason, "attempts": tries, **stored}, trace=trace)


def disk_fault(error: OSError) -> str:
    """A sentence for people, without the paths that the error's own text has."""
    return f"Our disk did not take the file: {error.strerror or type(error).__name__}. It is tried again."


def quarantine(lease: Lease[Asset], reason: str) -> None:
    """Sets the file aside for the longest back-off, with the reason, without giving it up.

    It may be innocent, beside another that kills workers.
    """
    due = timezone.now() + timedelta(seconds=settings.ARCHIVE_BACKOFF[-1])
    _complete(lease, due=due, values={"error": reason, "attempts": lease.row.attempts + 1})


def wait_for_zip(lease: Lease[Asset]) -> None:
    """The ZIP that it comes in is not archived, or not any more."""
    _complete(lease, due=None, values={"status": AssetStatus.WAITING, "error": ""})


def give_up(
    lease: Lease[Asset], status: AssetStatus, reason: str, stored: Mapping[str, Any] = NOTHING
) -> None:
    """Nothing better will come: a stored file is accepted despite its concerns, else the asset ends."""
    asset = lease.row
    try:
        if not stored:  # else the part was checked
            keep_unchecked(asset, part_path(asset))
        download.discard(part_path(asset))
    except OSError as error:
        quarantine(lease, disk_fault(error))
        return
    stored = stored or _stored(asset)
    if stored["file"] and storage.path_of(stored["file"]).is_file():
        measured = prepare_measured(asset, stored["duration_ms"])
        _accept(lease, stored, verify.concerns_about(asset, stored), measured)
        return
    log.error("a file was not archived", extra={"asset": asset.pk, "status": status, "reason": reason})
    _complete(lease, due=None, values={"status": status, "error": reason})


def ask_for_fresh_links(task: Task, by: str) -> None:
    """Polls the task at once, if it can be polled."""
    try:
        poll_now(task.pk, by)
    except InvalidState:
        log.info("no fresh link to be had", extra={"task": task.pk})


def _accept(
    lease: Lease[Asset], stored: Mapping[str, Any], concerns: Sequence[verify.Concern], ahead: Ahead
) -> None:
    """The file is archived; its concerns are recorded. ``ahead``: see :func:`prepare_measured`."""
    asset, now = lease.row, timezone.now()
    before = {"file": asset.file, "sha256": asset.sha256} if _outlives(asset, stored) else {}
    values = {"status": AssetStatus.ARCHIVED, "error": "", "archived_at": now, "attempts": 0, **stored}
    refused = asset.refused_file
    if refused and all(concern.event == verify.UNUSUAL for concern in concerns):
        values |= NONE_ASIDE
    with transaction.atomic():
        if "refused_file" in values:
            transaction.on_commit(lambda: storage.remove(refused))
        task = _complete(lease, due=None, values=values, trace={"bytes": stored["bytes"], **before})
        for concern in concerns:
            log.warning(
                "a file was archived despite a concern", extra={"asset": asset.pk, "concern": concern.event}
            )
            data = {"kind": asset.kind, "reason": concern.reason, **concern.data}
            record_event(concern.event, task, asset=asset, data=data)
        if asset.kind in LENGTH_CHECKED:
            apply_measured(task, {"measured_ms": stored["duration_ms"]}, ahead)


def _outlives(asset: Asset, stored: Mapping[str, Any]) -> bool:
    """Whether the asset's file stays, named by an event, beside the one that is archived in its place."""
    if asset.file in ("", stored["file"]):
        return False
    return bool(asset.archived_at) or verify.rank(asset, _stored(asset)) < verify.rank(asset, stored)


def _reject_for_now(lease: Lease[Asset], stored: Mapping[str, Any], concern: verify.Concern) -> None:
    if lease.row.status == AssetStatus.ARCHIVED:
        lease.complete(due=None)  # what is archived is no worse
        return
    verify.refetch_duplicate(concern)
    retry_later(lease, concern.reason, stored=stored, trace={"doubt": concern.event})


def _retry_until_at_least(asset: Asset) -> datetime:
    """Until when a link is tried whatever its date says: providers' clocks have been wrong by years."""
    return asset.track.received_at + timedelta(days=1)


def _next_try(asset: Asset, now: datetime, retry_after: float) -> datetime:
    """With back-off, and once more just before the link expires."""
    steps = settings.ARCHIVE_BACKOFF
    due = now + timedelta(seconds=max(steps[min(asset.attempts, len(steps) - 1)], retry_after))
    last_call = asset.expires_at - timedelta(minutes=2) if asset.expires_at else None
    return last_call if last_call and now < last_call < due else due


def _complete(
    lease: Lease[Asset], *, due: datetime | None, values: dict[str, Any], trace: Mapping[str, Any] = NOTHING
) -> Task:
    """Completes the lease with the outcome. A link that came fresh during the try is due at once."""
    asset = lease.row
    with transaction.atomic():
        before, task = _locked(asset)
        if values.get("status") != AssetStatus.ARCHIVED and before.source_url != asset.source_url:
            due, values["status"] = timezone.now(), AssetStatus.PENDING
        lease.complete(due=due, **values)
        if asset.kind == AssetKind.ARCHIVE and due is None:
            members.follow_zip(asset, task)
        update_archive_status(before.track)
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
    """The row as it is now, and its task, locked. Raises LeaseLost where the row is gone."""
    # The track may move to another task between the two look-ups.
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
