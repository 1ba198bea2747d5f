"""The heartbeat of each supervisor, for the readiness page and the admin."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

# A worker without a heartbeat for this long is gone: it sends one every five seconds.
MAX_SILENCE = timedelta(seconds=30)


class Worker(models.Model):
    name = models.CharField(max_length=255, unique=True, help_text="host:process")
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    restarts = models.PositiveIntegerField(
        default=0, help_text="How often the watchdog replaced its processes."
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
