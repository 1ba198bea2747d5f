"""The archive: a file is fetched, counted, decoded, measured and moved into place, then "archived"."""

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
from tracks.files.probe import Probe, Unplayable, probe
from tracks.files.zip.extract import BadArchive
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim
from tracks.models import Asset, Track
from tracks.services.archive import members
from tracks.services.archive.outcome import (
    LEAST_TRIES,
    Fetched,
    ask_for_fresh_links,
    give_up,
    part_path,
    quarantine,
    retry_later,
    store,
    wait_for_archive,
)
from tracks.services.events import record_event
from tracks.services.ingest.apply import lock
from tracks.services.ingest.rows import settle_archive

log = logging.getLogger(__name__)
DUE = DueColumn("next_attempt_at", "claims")

SLICE_SECONDS = 60.0
# A file that trickles in has the nearest deadline again at once; this lets others pass in between.
OTHERS_TURN = timedelta(seconds=3)
# These say "no" to the link, not to the file: the provider may have a fresh one.
LINK_IS_DEAD = frozenset({401, 403, 404, 410})


def archive_next() -> bool:
    """Fetches the file whose deadline is nearest; False when none is due."""
    lease = claim(Asset.objects.due(timezone.now()).select_related("track__task"), DUE)
    if lease is None:
        return False
    try:
        if lease.row.status == AssetStatus.ARCHIVED:
            _look_again(lease)
        else:
            _archive(lease)
    except LeaseLost:
        log.info("file was taken over by another worker", extra={"asset": lease.row.pk})
    return True


def archive_again(track_id: int, by: str) -> int:
    """Makes all that is not archived due at once, and asks for fresh links; returns how many files.

    What comes in an archive that is not kept either follows it by itself.
    """
    with transaction.atomic():
        lock(Track.objects.get(pk=track_id).task_id)
        track = Track.objects.select_related("task").get(pk=track_id)
        to_be_had = ~Q(source_url="")
        if members.archive_of(track):
            to_be_had |= ~Q(member="")
        missing = track.assets.exclude(status=AssetStatus.ARCHIVED).filter(to_be_had)
        count = missing.filter(claims=0).update(
            status=AssetStatus.PENDING, next_attempt_at=timezone.now(), attempts=0
        )
        settle_archive(track)
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
        _take_and_keep(lease, part_path(asset))
    except (download.BlockedAddress, download.FileTooLarge, members.Missing) as error:
        give_up(lease, AssetStatus.FAILED, str(error))
    except download.HttpRefused as error:
        if error.status in LINK_IS_DEAD:
            ask_for_fresh_links(asset.track.task, "archive")
        retry_later(lease, str(error), error.retry_after)
    except (BadArchive, Unplayable) as error:
        _refuse(lease, str(error))
    except (download.TransferFailed, OSError) as error:
        retry_later(lease, str(error))
    except (LeaseLost, DatabaseError, InterfaceError):
        raise
    except Exception as error:
        # Says something about us, not about the file: a broken checker must not give a song up.
        log.exception("a file could not be fetched or checked", extra={"asset": asset.pk})
        retry_later(lease, f"Our own fault ({type(error).__name__}); it is tried again.")


def _refuse(lease: Lease[Asset], reason: str) -> None:
    """A link may bring another file the next time; what lies in our own archive stays what it is."""
    if lease.row.member and lease.row.attempts + 1 >= LEAST_TRIES:
        give_up(lease, AssetStatus.FAILED, reason)
    else:
        retry_later(lease, reason)


def _take_and_keep(lease: Lease[Asset], part: Path) -> None:
    asset = lease.row
    fetched: Fetched | None
    if asset.member:
        fetched = members.take_out(asset, part, lease.renew)
        if fetched is None:
            wait_for_archive(lease)
    else:
        fetched = _fetch(lease, part)
    if fetched is not None:
        store(lease, part, _checked(lease, part), fetched, _defect(lease, part))


def _look_again(lease: Lease[Asset]) -> None:
    """An archived file is due where another take came with the same one: has its link another by now?

    Whatever comes or fails, what is kept stays kept.
    """
    asset, part = lease.row, part_path(lease.row)
    if not lease.attempts_exhausted:
        try:
            fetched = _fetch(lease, part)
            if fetched is None:
                return
            if fetched.sha256 != asset.sha256:
                store(lease, part, _checked(lease, part), fetched)
                return
        except (LeaseLost, DatabaseError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  a fetch that was not needed harms nothing by failing
            log.info("no other file came", extra={"asset": asset.pk, "reason": type(error).__name__})
    download.discard(part)
    lease.complete(due=None)


def _fetch(lease: Lease[Asset], part: Path) -> download.Progress | None:
    """The whole file, or None where the time slice is over and it goes on later."""
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
    lease.complete(due=timezone.now() + OTHERS_TURN)
    return None


def _checked(lease: Lease[Asset], part: Path) -> Probe:
    """What the file is; one that is not what it should be is thrown away."""
    try:
        return probe(part, lease.row.kind, on_wait=lease.renew)
    except Unplayable:
        download.discard(part)
        raise


def _defect(lease: Lease[Asset], part: Path) -> str:
    """What is wrong inside an archive that is whole from outside; blank where nothing is."""
    if lease.row.kind == AssetKind.ARCHIVE:
        try:
            members.check_members(lease.row, part, lease.renew)
        except BadArchive as error:
            return str(error)
    return ""
