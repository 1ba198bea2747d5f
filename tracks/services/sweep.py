"""Repairs that no event would wake: rows that should be due and are not, files left over from tries."""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from tracks.models import Asset, Task, Worker
from tracks.statuses import AssetStatus, TaskStatus

SCRATCH_DAYS = 4


def sweep() -> None:
    """Safe at any time and any number of times."""
    now = timezone.now()
    lost = Task.objects.filter(status=TaskStatus.RUNNING, next_poll_at__isnull=True).exclude(external_id="")
    lost.update(next_poll_at=now)
    Asset.objects.filter(status=AssetStatus.PENDING, next_attempt_at__isnull=True).update(next_attempt_at=now)
    Task.objects.filter(status=TaskStatus.QUEUED, submit_at__isnull=True).update(submit_at=now)
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    _empty_scratch()


def _empty_scratch() -> None:
    oldest = time.time() - SCRATCH_DAYS * 86400
    for path in settings.SCRATCH_DIR.glob("*"):
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
