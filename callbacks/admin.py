"""Callbacks in the admin: every body as it was received, its outcome, and replaying it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from callbacks.jobs import adopt_mismatch
from callbacks.models import CallbackEvent, Outcome
from callbacks.replay import replay
from tracks.admin import formatting
from tracks.admin.base import ReadOnlyAdmin
from tracks.admin.bulk_actions import limited_selection
from tracks.admin.filters import ProviderFilter, by_value, by_window
from tracks.admin.id_search import task_ids
from tracks.presentation.labels import BAD, OK, QUIET, WAIT, WARN, StateLabel
from tracks.services.resolve import InvalidState
from tracks.templatetags.pages import time_tag

STATES: dict[str, StateLabel] = {
    Outcome.RECEIVED: StateLabel("received", WAIT, "A worker processes it next."),
    Outcome.APPLIED: StateLabel("applied", OK, "Its content is in the task and its songs."),
    Outcome.LIMITED: StateLabel(
        "not all of it",
        WARN,
        "It holds more than a task takes. The reason says what was left out; the rest is in the task.",
    ),
    Outcome.MISMATCH: StateLabel(
        "another task's",
        WARN,
        "It came under this task's token but names another id. Nothing was applied; the task was polled.",
    ),
    Outcome.ADOPTED: StateLabel(
        "adopted", OK, "The task was not sent from here, so a new one was created for it."
    ),
    Outcome.UNREADABLE: StateLabel(
        "unreadable",
        BAD,
        "No song changed; its task was polled instead. Process it again after an update.",
    ),
    Outcome.UNVERIFIED: StateLabel(
        "unverified",
        WARN,
        "Its signature is missing or wrong. No song changed; the task was polled instead.",
    ),
    Outcome.READBACK: StateLabel("readback", QUIET, "Its task was polled; the body itself is not trusted."),
    Outcome.PARKED: StateLabel(
        "parked",
        BAD,
        "Processing it failed several times and no song changed. Process it again after an update.",
    ),
}
# Outcomes that need a person; the dashboard counts these.
NOT_APPLIED = (Outcome.UNREADABLE, Outcome.MISMATCH)


@admin.register(CallbackEvent)
class CallbackEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "provider", "of_task", "state", "deliveries", "received", "reason")
    list_select_related = ("task",)
    list_filter = (
        by_value(
            "outcome",
            "outcome",
            [
                (",".join(NOT_APPLIED), "unreadable, or another task's"),
                *((outcome.value, STATES[outcome].word) for outcome in Outcome),
            ],
        ),
        ProviderFilter,
        by_window("time received", "received", "last_received_at"),
    )
    search_fields = ("sha256",)
    search_help_text = "The id of a task (ours, the provider's, or a track's), or the SHA-256 of a body."
    actions = ("process_again", "adopt")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "state_detail",
                    "full_reason",
                    "of_task",
                    "provider",
                    "deliveries",
                    "received",
                    "last_delivery",
                    "processed",
                )
            },
        ),
        ("Body", {"fields": ("sent_headers", "sha256", "length", "content")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallbackEvent]:
        """Without bodies, which may be a megabyte each."""
        return super().get_queryset(request).defer("body")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CallbackEvent], search_term: str
    ) -> tuple[QuerySet[CallbackEvent], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if len(term) == 64:
            return queryset.filter(Q(sha256=term.lower()) | Q(task__in=task_ids(term))), False
        return queryset.filter(task__in=task_ids(term)), False

    @admin.action(description="Process again", permissions=["operate"])
    def process_again(self, request: HttpRequest, queryset: QuerySet[CallbackEvent]) -> None:
        chosen = [row.pk for row in limited_selection(request, queryset)]
        count = replay(CallbackEvent.objects.filter(pk__in=chosen))
        if count:
            callbacks = "1 callback is" if count == 1 else f"{count} callbacks are"
            messages.success(request, f"{callbacks} processed again now.")

    @admin.action(description="Adopt as a task of its own", permissions=["operate"])
    def adopt(self, request: HttpRequest, queryset: QuerySet[CallbackEvent]) -> None:
        chosen = [row.pk for row in limited_selection(request, queryset)]
        for event in CallbackEvent.objects.filter(pk__in=chosen):
            if event.outcome != Outcome.MISMATCH:
                messages.warning(request, f"Callback {event.pk} names no other task: nothing to adopt.")
                continue
            try:
                adopt_mismatch(event, request.user.get_username())
                messages.success(request, f"The task that callback {event.pk} names is adopted.")
            except InvalidState as reason:
                messages.warning(request, f"Callback {event.pk}: {reason}")

    @admin.display(description="outcome")
    def state(self, event: CallbackEvent) -> SafeString:
        return formatting.state(STATES[event.outcome])

    @admin.display(description="outcome")
    def state_detail(self, event: CallbackEvent) -> SafeString:
        return formatting.state_detail(STATES[event.outcome])

    @admin.display(description="reason")
    def reason(self, event: CallbackEvent) -> str:
        return formatting.visible(formatting.short(event.error)) or formatting.NOTHING

    @admin.display(description="reason")
    def full_reason(self, event: CallbackEvent) -> str:
        return formatting.visible(event.error) or formatting.NOTHING

    @admin.display(description="task")
    def of_task(self, event: CallbackEvent) -> str:
        return formatting.task_link(event.task)

    @admin.display(description="received")
    def received(self, event: CallbackEvent) -> str:
        return time_tag(event.received_at)

    @admin.display(description="last delivery")
    def last_delivery(self, event: CallbackEvent) -> str:
        return time_tag(event.last_received_at)

    @admin.display(description="processed")
    def processed(self, event: CallbackEvent) -> str:
        return time_tag(event.processed_at)

    @admin.display(description="headers")
    def sent_headers(self, event: CallbackEvent) -> SafeString:
        pairs = [(name, formatting.visible(str(value))) for name, value in event.headers.items()]
        return format_html_join("", "<div><b>{}</b>: {}</div>", pairs)

    @admin.display(description="size")
    def length(self, event: CallbackEvent) -> str:
        return formatting.size(len(event.body))

    @admin.display(description="body")
    def content(self, event: CallbackEvent) -> SafeString:
        return formatting.body(bytes(event.body))
