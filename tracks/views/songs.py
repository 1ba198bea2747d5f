"""The list of songs: search, filters, and tasks whose songs are still to come."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracks.domain.roles import Action
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import TrackKind
from tracks.forms.filters import SongFilter
from tracks.models import Task, Track
from tracks.presentation.headline import headline
from tracks.presentation.labels import StateLabel, model_name, operation_label, provider_label, task_state
from tracks.presentation.song_rows import lyric_hits, song_rows
from tracks.presentation.task_names import task_name
from tracks.queries.access import allowed_to
from tracks.queries.refusals import last_refusals
from tracks.views.pagination import requested_page

# Counting a million rows costs more than showing fifty, so above this the page says "more than".
MAX_COUNTED = 10_000
MAX_ARRIVING = 6
RECENT = 300
MAX_SUGGESTIONS = 40
OPEN = (TaskStatus.QUEUED, TaskStatus.UNSURE, TaskStatus.RUNNING)


@allowed_to(Action.LOOK)
@require_safe
def tracks(request: HttpRequest) -> HttpResponse:
    """The newest songs first, a page at a time."""
    songs = Track.objects.filter(kind=TrackKind.SONG)
    styles, models = _recent(songs)
    song_filter = SongFilter(request.GET, styles, models)
    active = song_filter.active()
    shown = (
        song_filter.filtered(songs).defer("search_text", "stream_url", "prompt").prefetch_related("assets")
    )
    page = requested_page(request, shown)
    hits = lyric_hits(page.rows, active.get("q", ""))
    rows = song_rows(page.rows, timezone.now(), hits)
    context: dict[str, Any] = {
        "filter": song_filter,
        "active_filters": active,
        "page": page,
        "rows": rows,
        "is_open": any(row.is_open for row in rows),
        **({} if active or song_filter.errors or page.previous_cursor else _overview(songs)),
    }
    return render(request, "tracks/list.html", context)


def _recent(songs: QuerySet[Track]) -> tuple[list[str], list[str]]:
    """Styles and models of the latest songs, the most used first: suggestions for the filters."""
    found = list(songs.order_by("-id").values_list("style", "provider", "model")[:RECENT])
    models = [model_name(provider, model) for _, provider, model in found]
    return _most_used([style for style, *_ in found]), _most_used(models)


def _most_used(names: list[str]) -> list[str]:
    counted = {name: names.count(name) for name in set(names) if 0 < len(name) <= 60}
    return sorted(counted, key=lambda name: (-counted[name], name))[:MAX_SUGGESTIONS]


def _overview(songs: QuerySet[Track]) -> dict[str, Any]:
    """The number of songs, the tasks without songs yet, and how the files are."""
    counted = songs.order_by()[: MAX_COUNTED + 1].count()
    arriving = _without_songs_yet()
    return {
        "songs_counted": counted,
        "songs_text": f"{min(counted, MAX_COUNTED):,}",
        "songs_are_more": counted > MAX_COUNTED,
        "arriving": _arrivals(arriving[:MAX_ARRIVING]),
        "arriving_are_more": len(arriving) > MAX_ARRIVING,
        "headline": headline(timezone.now()),
    }


def _without_songs_yet() -> list[Task]:
    """The newest open tasks without a track yet; one more than the page shows."""
    waiting = Task.objects.filter(~Exists(Track.objects.filter(task=OuterRef("pk"))), status__in=OPEN)
    return list(waiting.order_by("-id")[: MAX_ARRIVING + 1])


def _arrivals(tasks: list[Task]) -> list[dict[str, Any]]:
    refused, now = last_refusals(tasks), timezone.now()
    return [_arrival(task, task_state(task, now, refused.get(task.pk, ""))) for task in tasks]


def _arrival(task: Task, state: StateLabel) -> dict[str, Any]:
    return {
        "task": task,
        "operation": operation_label(task.provider, task.operation),
        "provider": provider_label(task.provider),
        "text": task_name(task),
        "state": state,
    }
