"""Archives files: fetches, counts, decodes, measures and stores each; only then is it "archived"."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import Q
from django.utils import timezone

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind
from tracks.files import download
from tracks.files.probe.check import Probe, probe
from tracks.files.probe.unplayable import RefusalKind, Unplayable
from tracks.files.zip.extract import BadZip
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim
from tracks.models import Asset, Track
from tracks.services.archive import members
from tracks.services.archive.aside import keep_aside
from tracks.services.archive.outcome import (
    MIN_TRIES,
    Fetched,
    ask_for_fresh_links,
    give_up,
    part_path,
    quarantine,
    retry_later,
    store,
    wait_for_zip,
)
from tracks.services.events import record_event
from tracks.services.ingest.apply import lock
from tracks.services.ingest.rows import update_archive_status

log = logging.getLogger(__name__)
DUE = DueColumn("next_attempt_at", "claims")

SLICE_SECONDS = 60.0
# A file that trickles in would have the nearest deadline again at once; this lets others pass in between.
BETWEEN_SLICES = timedelta(seconds=3)
# These say "no" to the link, not to the file: the provider may have a fresh one.
LINK_IS_DEAD = frozenset({401, 403, 404, 410})


def archive_next() -> bool:
    """Fetches the file whose deadline is nearest; False when none is due."""
    lease = claim(Asset.objects.due(timezone.now()).select_related("track__task"), DUE)
    if lease is None:
        return False
    try:
        if lease.row.status == AssetStatus.ARCHIVED:
            _refetch(lease)
        else:
            _archive(lease)
    except LeaseLost:
        log.info("file was taken over by another worker", extra={"asset": lease.row.pk})
    return True


def archive_again(track_id: int, by: str) -> int:
    """Makes every file of the track that is not archived due at once; returns how many.

    Fresh links are asked for too. Members of a ZIP that is not archived either follow it by themselves.
    Raises Track.DoesNotExist.
    """
    with transaction.atomic():
        lock(Track.objects.get(pk=track_id).task_id)
        track = Track.objects.select_related("task").get(pk=track_id)
        has_source = ~Q(source_url="")
        if members.zip_of(track):
            has_source |= ~Q(member="")
        missing = track.assets.exclude(status=AssetStatus.ARCHIVED).filter(has_source)
        count = missing.filter(claims=0).update(
            status=AssetStatus.PENDING, next_attempt_at=timezone.now(), attempts=0
        )
        update_archive_status(track)
        record_event("track.archive_again", track.task, track=track, data={"by": by, "files": count})
    if count:
        ask_for_fresh_links(track.task, by)
    return count


def _archive(lease: Lease[Asset]) -> None:
    asset = lease.row
    if lease.attempts_exhausted:
        quarantine(lease, "Fetching or decoding this file ended its worker several times.")
        return
    try:
        _fetch_and_store(lease, part_path(asset))
    except (download.BlockedAddress, download.FileTooLarge, members.Missing) as error:
        give_up(lease, AssetStatus.FAILED, str(error))
    except download.HttpRefused as error:
        if error.status in LINK_IS_DEAD:
            ask_for_fresh_links(asset.track.task, "archive")
        retry_later(lease, str(error), error.retry_after)
    except BadZip as error:
        _refuse(lease, str(error))
    except Unplayable as error:
        _refuse(lease, str(error), is_final=error.kind is RefusalKind.TOO_LONG)
    except (download.TransferFailed, OSError) as error:
        retry_later(lease, str(error))
    except (LeaseLost, DatabaseError, InterfaceError):
        raise
    except Exception as error:
        # It says something about us, not about the file: a broken checker must not give a song up.
        log.exception("a file could not be fetched or checked", extra={"asset": asset.pk})
        retry_later(lease, f"Our own fault ({type(error).__name__}); it is tried again.")


def _refuse(lease: Lease[Asset], reason: str, *, is_final: bool = False) -> None:
    """A link may bring another file the next time; a member of a ZIP that we hold stays what it is.

    ``is_final``: it is whole and can never be accepted.
    """
    if is_final or (lease.row.member and lease.row.attempts + 1 >= MIN_TRIES):
        give_up(lease, AssetStatus.FAILED, reason)
    else:
        retry_later(lease, reason)


def _fetch_and_store(lease: Lease[Asset], part: Path) -> None:
    asset = lease.row
    fetched: Fetched | None
    if asset.member:
        fetched = members.extract_member(asset, part, lease.renew)
        if fetched is None:
            wait_for_zip(lease)
    else:
        fetched = _fetch(lease, part)
    if fetched is not None:
        store(lease, part, _checked(lease, part, fetched), fetched, _defect(lease, part))


def _refetch(lease: Lease[Asset]) -> None:
    """Fetches an archived file again, because another take came with the same one.

    Whatever comes or fails, what is archived stays archived.
    """
    asset, part = lease.row, part_path(lease.row)
    if not lease.attempts_exhausted:
        try:
            fetched = _fetch(lease, part)
            if fetched is None:
                return
            if fetched.sha256 != asset.sha256:
                store(lease, part, probe(part, asset.kind, on_wait=lease.renew), fetched)
                return
        except (LeaseLost, DatabaseError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  a fetch that was not needed harms nothing by failing
            log.info("no other file came", extra={"asset": asset.pk, "reason": type(error).__name__})
    download.discard(part)
    lease.complete(due=None)


def _fetch(lease: Lease[Asset], part: Path) -> download.Progress | None:
    """The whole file; None where the time slice is over and it goes on later.

    Raises FetchError and LeaseLost.
    """
    asset = lease.row
    slice_seconds = SLICE_SECONDS * 2 ** min(asset.attempts, 3)
    policy = download.Policy(allow_hosts=settings.FETCH_ALLOW_HOSTS, max_bytes=settings.FETCH_MAX_BYTES)
    progress = download.download(
        asset.source_url, part, policy, slice_seconds=slice_seconds, on_progress=lambda _: lease.renew()
    )
    if progress.done:
        return progress
    if not progress.resumable:
        raise download.TransferFailed("the server is too slow and cannot go on where it stopped")
    lease.complete(due=timezone.now() + BETWEEN_SLICES)
    return None


def _checked(lease: Lease[Asset], part: Path, fetched: Fetched) -> Probe:
    """What the file is. Raises Unplayable; its bytes are kept aside then."""
    try:
        return probe(part, lease.row.kind, on_wait=lease.renew)
    except Unplayable as error:
        keep_aside(lease, part, fetched, error)
        raise


def _defect(lease: Lease[Asset], part: Path) -> str:
    """What is wrong inside a ZIP that is whole from outside; blank where nothing is."""
    if lease.row.kind == AssetKind.ARCHIVE:
        try:
            members.check_members(lease.row, part, lease.renew)
        except BadZip as error:
            return str(error)
    return ""
