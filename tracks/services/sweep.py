"""Repairs that no event would wake: rows that should be due and are not, files left over from tries."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from tracks import providers
from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.domain.updates import AssetKind, TimingState
from tracks.models import Asset, Task, Track, Worker
from tracks.services.ingest.apply import lock
from tracks.services.ingest.rows import plan_words, settle_archive

SCRATCH_DAYS = 4


def sweep() -> None:
    """Safe at any time and any number of times."""
    now = timezone.now()
    lost = Task.objects.filter(status=TaskStatus.RUNNING, next_poll_at__isnull=True).exclude(external_id="")
    lost.update(next_poll_at=now)
    Asset.objects.filter(status=AssetStatus.PENDING, next_attempt_at__isnull=True).update(next_attempt_at=now)
    _unpack_what_waits()
    _ask_for_words(now)
    Task.objects.filter(status=TaskStatus.QUEUED, submit_at__isnull=True).update(submit_at=now)
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    _empty_scratch()


def _ask_for_words(now: datetime) -> None:
    """Songs that were there before their words could be asked for, as long as the provider keeps them."""
    for name, provider in providers.registered().items():
        if provider.fetches_word_timing:
            kept = Track.objects.filter(provider=name, received_at__gt=now - provider.retention)
            for track in kept.filter(words_at=None, timing_state__in=("", TimingState.WAITING)).iterator():
                plan_words(track)


def _unpack_what_waits() -> None:
    """Files that were heard of only after the archive they come in was kept."""
    archives = Asset.objects.filter(
        track=OuterRef("track"), kind=AssetKind.ARCHIVE, status=AssetStatus.ARCHIVED
    )
    inside = Asset.objects.exclude(member="").filter(Exists(archives), status=AssetStatus.WAITING)
    for track in Track.objects.filter(pk__in=inside.values("track")):
        with transaction.atomic():
            lock(track.task_id)
            inside.filter(track=track).update(status=AssetStatus.PENDING, next_attempt_at=timezone.now())
            settle_archive(track)


def _empty_scratch() -> None:
    oldest = time.time() - SCRATCH_DAYS * 86400
    for path in settings.SCRATCH_DIR.glob("*"):
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
