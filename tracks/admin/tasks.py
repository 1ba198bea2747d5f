"""Tasks in the admin: request, results and history, and what to do about a failure."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from tracks.admin import formatting
from tracks.admin.base import ReadOnlyAdmin
from tracks.admin.bulk_actions import run_each
from tracks.admin.filters import ProviderFilter, by_value, by_window
from tracks.admin.id_search import task_ids
from tracks.domain.statuses import TaskStatus
from tracks.models import Origin, Task
from tracks.presentation.history import history
from tracks.presentation.labels import (
    TASK_STATES,
    advice,
    song_state,
    task_state,
    task_words,
)
from tracks.presentation.task_names import task_name
from tracks.queries.refusals import last_refusals
from tracks.services.resolve import InvalidState, poll_now
from tracks.templatetags.pages import time_tag

MAX_ROWS = 200


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "provider_and_operation",
        "state",
        "failure",
        "ordered",
        "created",
        "finished",
        "created_by",
    )
    list_display_links = ("id", "provider_and_operation")
    list_select_related = ("created_by",)
    list_filter = (
        by_value("status", "status", [(status, TASK_STATES[status].word) for status in TaskStatus]),
        ProviderFilter,
        by_value("origin", "origin", Origin.choices),
        by_window("time finished", "finished", "finished_at"),
    )
    search_fields = ("external_id",)
    search_help_text = "An id: ours, the provider's, or that of one of its tracks."
    actions = ("poll_now",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "state_detail",
                    "full_failure",
                    "what_to_do",
                    "provider_and_operation",
                    "shown_external_id",
                )
            },
        ),
        ("Request", {"fields": ("parameters", "source_track", "origin", "created_by")}),
        (
            "Times",
            {"fields": (("created", "sent", "last_update", "finished", "next_poll"), "latest_poll_error")},
        ),
        (
            "Internals",
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

    def page_context(self, row: Task) -> dict[str, Any]:
        now, tracks = timezone.now(), row.tracks.order_by("position").prefetch_related("assets")
        events = list(row.events.select_related("track", "asset").order_by("-id")[:MAX_ROWS])
        return {
            "tracks": [(track, song_state(track, track.assets.all(), now)) for track in tracks],
            "history": history(reversed(events)),
            "is_cut": len(events) == MAX_ROWS,
            "statements": row.statements.defer("data")[:MAX_ROWS],
        }

    @admin.action(description="Poll now", permissions=["operate"])
    def poll_now(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        by = request.user.get_username()
        count = run_each(request, queryset, lambda pk: poll_now(pk, by), InvalidState)
        if count:
            text = "1 task is polled now." if count == 1 else f"{count} tasks are polled now."
            messages.success(request, text)

    shown_external_id = formatting.text_column("external_id")

    @admin.display(description="operation")
    def provider_and_operation(self, task: Task) -> str:
        return task_words(task)

    @admin.display(description="status")
    def state(self, task: Task) -> SafeString:
        return formatting.state(task_state(task, timezone.now()))

    @admin.display(description="status")
    def state_detail(self, task: Task) -> SafeString:
        return formatting.state_detail(
            task_state(task, timezone.now(), last_refusals([task]).get(task.pk, ""))
        )

    @admin.display(description="error")
    def failure(self, task: Task) -> str:
        parts = [task.error_kind, formatting.short(task.error_message)]
        return formatting.visible(": ".join(part for part in parts if part)) or formatting.NOTHING

    @admin.display(description="error")
    def full_failure(self, task: Task) -> str:
        parts = [task.error_kind, task.error_code, task.error_message]
        return formatting.visible(" · ".join(part for part in parts if part)) or formatting.NOTHING

    @admin.display(description="what to do")
    def what_to_do(self, task: Task) -> str:
        return formatting.visible(advice(task)) or formatting.NOTHING

    @admin.display(description="ordered")
    def ordered(self, task: Task) -> str:
        return formatting.visible(formatting.short(task_name(task), 50))

    @admin.display(description="parameters")
    def parameters(self, task: Task) -> SafeString:
        return formatting.pretty(task.params)

    @admin.display(description="created")
    def created(self, task: Task) -> str:
        return time_tag(task.created_at)

    @admin.display(description="sent")
    def sent(self, task: Task) -> str:
        return time_tag(task.submitted_at)

    @admin.display(description="last update")
    def last_update(self, task: Task) -> str:
        return time_tag(task.heard_at)

    @admin.display(description="finished")
    def finished(self, task: Task) -> str:
        return time_tag(task.finished_at)

    @admin.display(description="poll error")
    def latest_poll_error(self, task: Task) -> str:
        return formatting.visible(task.poll_error) or formatting.NOTHING

    @admin.display(description="next poll")
    def next_poll(self, task: Task) -> str:
        return time_tag(task.next_poll_at)
