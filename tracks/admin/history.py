"""A task's statements and events in the admin, read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from tracks.admin import formatting
from tracks.admin.base import ReadOnlyAdmin
from tracks.admin.id_search import task_ids
from tracks.models import Event, Statement
from tracks.templatetags.pages import time_tag


def status_change(event: Event) -> str:
    """``running → failed`` for events about a change of status, else a dash."""
    data = event.data if isinstance(event.data, dict) else {}
    before, after = data.get("from") or "new", data.get("to")
    return f"{before} → {after}" if isinstance(before, str) and isinstance(after, str) else formatting.NOTHING


class _TaskRowAdmin(ReadOnlyAdmin):
    """Rows that belong to a task; the list is searched by the task's id."""

    search_fields = ("task_id",)
    search_help_text = "The id of a task: ours, the provider's, or that of one of its tracks."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (queryset.filter(task__in=task_ids(search_term)) if search_term.strip() else queryset), False

    @admin.display(description="task")
    def of_task(self, row: Event | Statement) -> str:
        return formatting.task_link(row.task)


@admin.register(Statement)
class StatementAdmin(_TaskRowAdmin):
    list_display = ("id", "of_task", "source", "first", "last")
    list_select_related = ("task",)
    fields = ("of_task", "source", "first", "last", "content", "digest")

    @admin.display(description="first seen")
    def first(self, row: Statement) -> str:
        return time_tag(row.first_seen)

    @admin.display(description="last seen")
    def last(self, row: Statement) -> str:
        return time_tag(row.last_seen)

    @admin.display(description="content")
    def content(self, row: Statement) -> SafeString:
        return formatting.pretty(row.data)


@admin.register(Event)
class EventAdmin(_TaskRowAdmin):
    list_display = ("id", "when", "kind", "change", "of_task", "of_track")
    list_display_links = ("id", "kind")
    list_select_related = ("task", "track")
    fields = ("when", "kind", "of_task", "of_track", "of_asset", "all_data")

    @admin.display(description="at")
    def when(self, event: Event) -> str:
        return time_tag(event.at)

    @admin.display(description="change")
    def change(self, event: Event) -> str:
        return status_change(event)

    @admin.display(description="track")
    def of_track(self, event: Event) -> str:
        return formatting.row_link("tracks_track", event.track_id, str(event.track))

    @admin.display(description="file")
    def of_asset(self, event: Event) -> str:
        return formatting.row_link("tracks_asset", event.asset_id, str(event.asset))

    @admin.display(description="data")
    def all_data(self, event: Event) -> SafeString:
        return formatting.pretty(event.data)
