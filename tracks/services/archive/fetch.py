"""Archives files: fetches, counts, decodes, measures and stores each; only then is it "archived"."""

from __future__ import annotations

import logging
from contextlib import ExitStack
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
from tracks.lib.leases import Lease, LeaseLost
from tracks.models import Asset, Track
from tracks.services.archive import hosts, members
from tracks.services.archive.aside import Fetched, keep_aside, keep_unchecked
from tracks.services.archive.outcome import (
    MIN_TRIES,
    ask_for_fresh_links,
    disk_fault,
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

MAX_DOUBLINGS = 5  # of the time slice, for a server that cannot go on where it stopped, and of the patience
MAX_PATIENCE = 30.0  # seconds that a host may stay silent; also a slow one begins to send within that
# Bytes per second of a song of 256 kb/s: a host that sends less than can be played is slow.
MIN_SPEED = 32 * 1024
# These say "no" to the link, not to the file: the provider may have a fresh one.
LINK_IS_DEAD = frozenset({401, 403, 404, 410})


def archive_next() -> bool:
    """Archives the next file, see ``claim_file``; False when none is due or no host has a place free."""
    with ExitStack() as places:
        lease = hosts.claim_file(places)
        if lease is not None:
            _archive_leased(lease)
        return lease is not None


def _archive_leased(lease: Lease[Asset]) -> None:
    try:
        if lease.row.status == AssetStatus.ARCHIVED:
            _refetch(lease)
        elif lease.attempts_exhausted:
            quarantine(lease, "Fetching or decoding this file ended its worker several times.")
        else:
            _archive(lease)
    except LeaseLost:
        log.info("file was taken over by another worker", extra={"asset": lease.row.pk})


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
        hosts.forget_rest(set(missing.values_list("host", flat=True)))
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
    except download.TransferFailed as error:
        retry_later(lease, str(error))
    except OSError as error:
        retry_later(lease, disk_fault(error))
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
        if download.is_of_other_file(asset.source_url, part):
            keep_unchecked(asset, part)
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
                store(lease, part, _checked(lease, part, fetched), fetched)
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
    progress = _download(lease, part)
    if progress.done:
        return progress
    if not progress.resumable:
        raise download.TransferFailed("the server is too slow and cannot go on where it stopped")
    lease.complete(due=timezone.now() + hosts.BETWEEN_SLICES)
    return None


def _download(lease: Lease[Asset], part: Path) -> download.Progress:
    """One slice of the download. What it says of the host is recorded for the files beside it."""
    asset, before = lease.row, download.part_size(part)
    seconds = _slice_seconds(asset, part)
    try:
        progress = download.download(
            asset.source_url,
            part,
            _policy(asset),
            slice_seconds=seconds,
            on_progress=lambda _: lease.renew(),
        )
    except download.HostSilent as error:
        hosts.record_silence(error.netloc)
        if error.netloc != asset.host:
            hosts.record_answer(asset.host)  # it redirected
        raise
    except download.HttpRefused:
        hosts.record_answer(asset.host)
        raise
    if progress.done or progress.size - before >= MIN_SPEED * seconds:
        hosts.record_answer(asset.host)
    else:
        hosts.record_trickle(asset.host)
    return progress


def _slice_seconds(asset: Asset, part: Path) -> float:
    """Longer with each try only for a file that must come in one go: else it would never come."""
    longer = 2 ** min(asset.attempts, MAX_DOUBLINGS) if download.must_come_in_one_go(part) else 1
    return float(settings.FETCH_SLICE * longer)


def _policy(asset: Asset) -> download.Policy:
    """With less patience for a first try, which holds up others, than for later ones."""
    patience = min(MAX_PATIENCE, settings.FETCH_PATIENCE * 2 ** min(asset.attempts, MAX_DOUBLINGS))
    return download.Policy(
        allow_hosts=settings.FETCH_ALLOW_HOSTS, max_bytes=settings.FETCH_MAX_BYTES, read_seconds=patience
    )


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
