"""Tasks in the admin: what was sent, what came of it, and what to do where it went wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from tracks.admin import shown
from tracks.admin.acting import each_of
from tracks.admin.facts import FactAdmin
from tracks.admin.filters import by_provider, by_window, by_word
from tracks.admin.finding import task_ids
from tracks.domain.statuses import TaskStatus
from tracks.models import Origin, Task
from tracks.presentation.history import story
from tracks.presentation.labels import (
    TASK_STATES,
    advice,
    operation_label,
    provider_label,
    song_state,
    task_state,
)
from tracks.services.resolve import InvalidState, poll_now
from tracks.templatetags.pages import moment

MOST_ROWS = 200


@admin.register(Task)
class TaskAdmin(FactAdmin):
    list_display = ("id", "what", "state", "failure", "asked", "made", "ended", "created_by")
    list_display_links = ("id", "what")
    list_select_related = ("created_by",)
    list_filter = (
        by_word("status", "status", [(status, TASK_STATES[status].word) for status in TaskStatus]),
        by_provider(),
        by_word("origin", "origin", Origin.choices),
        by_window("time finished", "finished", "finished_at"),
    )
    search_fields = ("external_id",)
    search_help_text = "An id: ours, the provider's, or that of one of its tracks."
    actions = ("poll_now",)
    fieldsets = (
        (None, {"fields": ("state_said", "failed_because", "to_do", "what", "external_id")}),
        ("What was asked", {"fields": ("asked_for", "source_track", "origin", "created_by")}),
        ("When", {"fields": (("made", "sent", "heard", "ended", "next_poll"), "poll_error")}),
        (
            "Inside",
            {
                "classes": ("collapse",),
                "fields": (
                    "provider",
                    "operation",
                    "submit_at",
                    "submit_claims",
                    "submit_attempts",
                    "poll_claims",
                    "polls",
                    "gave_up_at",
                    "idempotency_key",
                ),
            },
        ),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Task], search_term: str
    ) -> tuple[QuerySet[Task], bool]:
        return (queryset.filter(pk__in=task_ids(search_term)) if search_term.strip() else queryset), False

    def view_on_site(self, obj: Task) -> str:
        return reverse("task", args=[obj.pk])

    def around(self, row: Task) -> dict[str, Any]:
        now, tracks = timezone.now(), row.tracks.order_by("position").prefetch_related("assets")
        events = list(row.events.select_related("track", "asset").order_by("-id")[:MOST_ROWS])
        return {
            "tracks": [(track, song_state(track, track.assets.all(), now)) for track in tracks],
            "story": story(reversed(events)),
            "is_cut": len(events) == MOST_ROWS,
            "statements": row.statements.defer("data")[:MOST_ROWS],
        }

    @admin.action(description="Poll now", permissions=["operate"])
    def poll_now(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        by = request.user.get_username()
        asked = each_of(request, queryset, lambda pk: poll_now(pk, by), InvalidState)
        if asked:
            text = "1 task is polled at once." if asked == 1 else f"{asked} tasks are polled at once."
            messages.success(request, text)

    @admin.display(description="what")
    def what(self, task: Task) -> str:
        return f"{provider_label(task.provider)} · {operation_label(task.provider, task.operation)}"

    @admin.display(description="status")
    def state(self, task: Task) -> SafeString:
        return shown.state(task_state(task))

    @admin.display(description="status")
    def state_said(self, task: Task) -> SafeString:
        return shown.state_said(task_state(task))

    @admin.display(description="error")
    def failure(self, task: Task) -> str:
        parts = [task.error_kind, shown.short(task.error_message)]
        return shown.visible(": ".join(part for part in parts if part)) or shown.NOTHING

    @admin.display(description="error")
    def failed_because(self, task: Task) -> str:
        parts = [task.error_kind, task.error_code, task.error_message]
        return shown.visible(" · ".join(part for part in parts if part)) or shown.NOTHING

    @admin.display(description="what to do")
    def to_do(self, task: Task) -> str:
        return shown.visible(advice(task)) or shown.NOTHING

    @admin.display(description="prompt")
    def asked(self, task: Task) -> str:
        prompt = task.params.get("prompt") if isinstance(task.params, dict) else ""
        return shown.visible(shown.short(str(prompt or ""), 50)) or shown.NOTHING

    @admin.display(description="parameters")
    def asked_for(self, task: Task) -> SafeString:
        return shown.pretty(task.params)

    @admin.display(description="created")
    def made(self, task: Task) -> str:
        return moment(task.created_at)

    @admin.display(description="sent")
    def sent(self, task: Task) -> str:
        return moment(task.submitted_at)

    @admin.display(description="last news")
    def heard(self, task: Task) -> str:
        return moment(task.heard_at)

    @admin.display(description="finished")
    def ended(self, task: Task) -> str:
        return moment(task.finished_at)

    @admin.display(description="next look")
    def next_poll(self, task: Task) -> str:
        return moment(task.next_poll_at)
