"""Periodic repairs: makes rows due that should be and are not, and deletes what is left over."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tracks import providers
from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.domain.updates import AssetKind, TimingState
from tracks.models import Asset, FileHost, Task, Track, Worker
from tracks.services.ingest.apply import lock
from tracks.services.ingest.rows import plan_word_timing, update_archive_status

SCRATCH_DAYS = 4
HOST_TROUBLE = timedelta(days=1)
PART_NAME = re.compile(r"asset-([0-9]{1,18})\.part")  # see part_path() in archive/outcome.py


def sweep() -> None:
    """One round of all repairs; safe at any time and any number of times."""
    now = timezone.now()
    lost = Task.objects.filter(status=TaskStatus.RUNNING, next_poll_at__isnull=True).exclude(external_id="")
    lost.update(next_poll_at=now)
    Asset.objects.filter(status=AssetStatus.PENDING, next_attempt_at__isnull=True).update(next_attempt_at=now)
    _extract_waiting_members()
    _plan_word_timing(now)
    Task.objects.filter(status=TaskStatus.QUEUED, submit_at__isnull=True).update(submit_at=now)
    _forget_hosts(now)
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    _empty_scratch()


def _forget_hosts(now: datetime) -> None:
    """Hosts that no file is to be fetched from; those in trouble after a while only."""
    wanted = Asset.objects.exclude(next_attempt_at=None).values("host")
    idle = FileHost.objects.exclude(name__in=wanted)
    idle.filter(Q(failures=0) | Q(next_try_at__lt=now - HOST_TROUBLE)).delete()


def _plan_word_timing(now: datetime) -> None:
    """For songs that were ready before their word timing could be fetched, while the provider has them."""
    for name, provider in providers.registered().items():
        if provider.fetches_word_timing:
            tracks = Track.objects.filter(provider=name, received_at__gt=now - provider.retention)
            for track in tracks.filter(words_at=None, timing_state__in=("", TimingState.WAITING)).iterator():
                plan_word_timing(track)


def _extract_waiting_members() -> None:
    """Makes ZIP members due that were stated only after their ZIP was archived."""
    zips = Asset.objects.filter(track=OuterRef("track"), kind=AssetKind.ARCHIVE, status=AssetStatus.ARCHIVED)
    inside = Asset.objects.exclude(member="").filter(Exists(zips), status=AssetStatus.WAITING)
    for track in Track.objects.filter(pk__in=inside.values("track")):
        with transaction.atomic():
            lock(track.task_id)
            inside.filter(track=track).update(status=AssetStatus.PENDING, next_attempt_at=timezone.now())
            update_archive_status(track)


def _empty_scratch() -> None:
    """Not of files that are still due: their parts may be all that is left of them."""
    oldest = time.time() - SCRATCH_DAYS * 86400
    files = [path for path in settings.SCRATCH_DIR.glob("*") if path.is_file()]
    old = [(path, _asset_of(path)) for path in files if path.stat().st_mtime < oldest]
    due = Asset.objects.filter(pk__in={pk for _, pk in old if pk}).exclude(next_attempt_at=None)
    still_due = set(due.values_list("pk", flat=True))
    for path, pk in old:
        if pk not in still_due:
            path.unlink(missing_ok=True)


def _asset_of(path: Path) -> int | None:
    """The asset that the part, or the note of one, belongs to."""
    found = PART_NAME.match(path.name)
    return int(found[1]) if found else None
