"""The list of songs: search, filters, and what is arriving."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import TrackKind
from tracks.forms.filters import SongFilter
from tracks.models import Asset, Task, Track
from tracks.presentation.labels import asked_for, operation_label, provider_label, task_state
from tracks.presentation.song_rows import lyric_hits, song_rows
from tracks.views.turning import page_asked_for

# Counting a million rows costs more than showing fifty, so above this the page says "more than".
COUNT_UP_TO = 10_000
ARRIVING_AT_MOST = 6
RECENT = 300
MOST_SUGGESTIONS = 40
OPEN = (TaskStatus.QUEUED, TaskStatus.UNSURE, TaskStatus.RUNNING)


@staff_member_required
@require_safe
def tracks(request: HttpRequest) -> HttpResponse:
    """The newest songs first, a page at a time."""
    songs = Track.objects.filter(kind=TrackKind.SONG)
    styles, models = _recent(songs)
    narrowing = SongFilter(request.GET, styles, models)
    asked = narrowing.asked()
    shown = narrowing.narrowed(songs).defer("search_text", "stream_url", "prompt").prefetch_related("assets")
    page = page_asked_for(request, shown)
    hits = lyric_hits(page.rows, asked.get("q", ""))
    rows = song_rows(page.rows, timezone.now(), hits)
    context: dict[str, Any] = {
        "filter": narrowing,
        "asked": asked,
        "page": page,
        "rows": rows,
        "is_open": any(row.is_open for row in rows),
        **({} if asked or page.previous_cursor else _overview(songs)),
    }
    return render(request, "tracks/list.html", context)


def _recent(songs: QuerySet[Track]) -> tuple[list[str], list[str]]:
    """Styles and models of the latest songs, the most used first: what one is likely to filter by."""
    pairs = list(songs.order_by("-id").values_list("style", "model")[:RECENT])
    return _most_used([style for style, _ in pairs]), _most_used([model for _, model in pairs])


def _most_used(names: list[str]) -> list[str]:
    counted = {name: names.count(name) for name in set(names) if 0 < len(name) <= 60}
    return sorted(counted, key=lambda name: (-counted[name], name))[:MOST_SUGGESTIONS]


def _overview(songs: QuerySet[Track]) -> dict[str, Any]:
    """How many songs there are, what is on its way, and until when files must be fetched."""
    counted = songs.order_by()[: COUNT_UP_TO + 1].count()
    arriving = _without_songs_yet()
    due = Asset.objects.filter(next_attempt_at__isnull=False, expires_at__isnull=False)
    return {
        "songs_counted": counted,
        "songs_in_words": f"{min(counted, COUNT_UP_TO):,}",
        "songs_are_more": counted > COUNT_UP_TO,
        "arriving": [_arrival(task) for task in arriving[:ARRIVING_AT_MOST]],
        "arriving_are_more": len(arriving) > ARRIVING_AT_MOST,
        "first_deadline": due.order_by("expires_at").values_list("expires_at", flat=True).first(),
    }


def _without_songs_yet() -> list[Task]:
    """Open tasks that no row of the list stands for yet."""
    waiting = Task.objects.filter(~Exists(Track.objects.filter(task=OuterRef("pk"))), status__in=OPEN)
    return list(waiting.order_by("-id")[: ARRIVING_AT_MOST + 1])


def _arrival(task: Task) -> dict[str, Any]:
    return {
        "task": task,
        "what": operation_label(task.provider, task.operation),
        "provider": provider_label(task.provider),
        "asked": asked_for(task),
        "state": task_state(task),
    }
