"""Workers in the admin: which are alive."""

from __future__ import annotations

from django.contrib import admin
from django.utils import timezone
from django.utils.safestring import SafeString

from tracks.admin import shown
from tracks.admin.facts import FactAdmin
from tracks.models import Worker
from tracks.models.workers import SILENCE
from tracks.presentation.labels import BAD, GOOD, StateLabel
from tracks.templatetags.pages import moment


@admin.register(Worker)
class WorkerAdmin(FactAdmin):
    list_display = ("name", "state", "started", "seen", "restarts")
    ordering = ("name",)
    fields = ("name", "state", "started", "seen", "restarts")

    @admin.display(description="state")
    def state(self, worker: Worker) -> SafeString:
        silent = timezone.now() - worker.seen_at > SILENCE
        return shown.state(
            StateLabel("silent", BAD, "Its parent process has ended.")
            if silent
            else StateLabel("alive", GOOD)
        )

    @admin.display(description="started")
    def started(self, worker: Worker) -> str:
        return moment(worker.started_at)

    @admin.display(description="last seen")
    def seen(self, worker: Worker) -> str:
        return moment(worker.seen_at)
