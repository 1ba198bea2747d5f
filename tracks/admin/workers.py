"""Workers in the admin: which of them are alive."""

from __future__ import annotations

from django.contrib import admin
from django.utils import timezone
from django.utils.safestring import SafeString

from tracks.admin import formatting
from tracks.admin.base import ReadOnlyAdmin
from tracks.models import Worker
from tracks.models.workers import MAX_SILENCE
from tracks.presentation.labels import BAD, OK, StateLabel
from tracks.templatetags.pages import time_tag


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "started", "seen", "restarts")
    ordering = ("name",)
    fields = ("name", "state", "started", "seen", "restarts")

    @admin.display(description="state")
    def state(self, worker: Worker) -> SafeString:
        silent = timezone.now() - worker.seen_at > MAX_SILENCE
        return formatting.state(
            StateLabel("silent", BAD, "Its supervisor has ended.") if silent else StateLabel("alive", OK)
        )

    @admin.display(description="started")
    def started(self, worker: Worker) -> str:
        return time_tag(worker.started_at)

    @admin.display(description="last seen")
    def seen(self, worker: Worker) -> str:
        return time_tag(worker.seen_at)
