"""Callbacks in the admin: every body as it came, what became of it, and reading it once more."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from callbacks.jobs import adopt_what_it_names
from callbacks.models import CallbackEvent, Outcome
from callbacks.replay import replay
from tracks.admin import shown
from tracks.admin.acting import few
from tracks.admin.facts import FactAdmin
from tracks.admin.filters import by_provider, by_window, by_word
from tracks.admin.finding import task_ids
from tracks.presentation.labels import BAD, BUSY, GOOD, QUIET, WARN, StateLabel
from tracks.services.resolve import InvalidState
from tracks.templatetags.pages import moment

STATES: dict[str, StateLabel] = {
    Outcome.RECEIVED: StateLabel("received", BUSY, "A worker reads it next."),
    Outcome.APPLIED: StateLabel("applied", GOOD, "What it says is in the task and its songs."),
    Outcome.MISMATCH: StateLabel(
        "another task's",
        WARN,
        "It came under this task's token but speaks of another id. Nothing of it was applied; it was polled.",
    ),
    Outcome.ADOPTED: StateLabel("adopted", GOOD, "Nobody here had sent this task, so it made a new one."),
    Outcome.UNREADABLE: StateLabel(
        "not understood",
        BAD,
        "No song changed; its task was polled instead. Process it again after an update.",
    ),
    Outcome.UNVERIFIED: StateLabel(
        "not believed",
        WARN,
        "Its signature is missing or wrong. No song changed; the task was polled instead.",
    ),
    Outcome.READBACK: StateLabel(
        "taken as a hint", QUIET, "Its task was polled; the body itself is not believed."
    ),
    Outcome.PARKED: StateLabel(
        "given up",
        BAD,
        "Reading it failed several times and no song changed. Process it again after an update.",
    ),
}
# What needs a person; the dashboard counts these.
NOT_UNDERSTOOD = (Outcome.UNREADABLE, Outcome.MISMATCH)


@admin.register(CallbackEvent)
class CallbackEventAdmin(FactAdmin):
    list_display = ("id", "provider", "of_task", "state", "deliveries", "received", "reason")
    list_select_related = ("task",)
    list_filter = (
        by_word(
            "outcome",
            "outcome",
            [
                (",".join(NOT_UNDERSTOOD), "not understood, or another task's"),
                *((outcome.value, STATES[outcome].word) for outcome in Outcome),
            ],
        ),
        by_provider(),
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
                    "state_said",
                    "why",
                    "of_task",
                    "provider",
                    "deliveries",
                    "received",
                    "again",
                    "read",
                )
            },
        ),
        ("What came", {"fields": ("sent_headers", "sha256", "length", "content")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallbackEvent]:
        """Bodies may be a megabyte each, so a list leaves them out."""
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
        chosen = [row.pk for row in few(request, queryset)]
        count = replay(CallbackEvent.objects.filter(pk__in=chosen))
        if count:
            words = "1 callback is" if count == 1 else f"{count} callbacks are"
            messages.success(request, f"{words} processed again at once.")

    @admin.action(description="Adopt as a task of its own", permissions=["operate"])
    def adopt(self, request: HttpRequest, queryset: QuerySet[CallbackEvent]) -> None:
        chosen = [row.pk for row in few(request, queryset)]
        for event in CallbackEvent.objects.filter(pk__in=chosen):
            if event.outcome != Outcome.MISMATCH:
                messages.warning(request, f"Callback {event.pk} names no other task: nothing to adopt.")
                continue
            try:
                adopt_what_it_names(event, request.user.get_username())
                messages.success(request, f"What callback {event.pk} names is a task of its own now.")
            except InvalidState as reason:
                messages.warning(request, f"Callback {event.pk}: {reason}")

    @admin.display(description="outcome")
    def state(self, event: CallbackEvent) -> SafeString:
        return shown.state(STATES[event.outcome])

    @admin.display(description="outcome")
    def state_said(self, event: CallbackEvent) -> SafeString:
        return shown.state_said(STATES[event.outcome])

    @admin.display(description="reason")
    def reason(self, event: CallbackEvent) -> str:
        return shown.visible(shown.short(event.error)) or shown.NOTHING

    @admin.display(description="reason")
    def why(self, event: CallbackEvent) -> str:
        return shown.visible(event.error) or shown.NOTHING

    @admin.display(description="task")
    def of_task(self, event: CallbackEvent) -> str:
        return shown.row_link("tracks_task", event.task_id, str(event.task))

    @admin.display(description="received")
    def received(self, event: CallbackEvent) -> str:
        return moment(event.received_at)

    @admin.display(description="last delivery")
    def again(self, event: CallbackEvent) -> str:
        return moment(event.last_received_at)

    @admin.display(description="processed")
    def read(self, event: CallbackEvent) -> str:
        return moment(event.processed_at)

    @admin.display(description="headers")
    def sent_headers(self, event: CallbackEvent) -> SafeString:
        pairs = [(name, shown.visible(str(value))) for name, value in event.headers.items()]
        return format_html_join("", "<div><b>{}</b>: {}</div>", pairs)

    @admin.display(description="size")
    def length(self, event: CallbackEvent) -> str:
        return shown.size(len(event.body))

    @admin.display(description="body")
    def content(self, event: CallbackEvent) -> SafeString:
        return shown.body(bytes(event.body))
