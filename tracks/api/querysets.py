"""The rows that answers need: a constant number of queries, and no columns that are not shown."""

from __future__ import annotations

from django.db.models import F, Prefetch, QuerySet

from tracks.models import Asset, Event, LyricLine, Task, Track


def task_rows() -> QuerySet[Task]:
    return Task.objects.defer("params")


def tasks_with_details() -> QuerySet[Task]:
    return Task.objects.prefetch_related(
        Prefetch("tracks", tracks_with_lyrics().order_by("position", "pk")),
        Prefetch("events", Event.objects.order_by("pk")),
    )


def track_rows() -> QuerySet[Track]:
    return _tracks().defer("prompt", "lyrics_text", "search_text")


def tracks_with_lyrics() -> QuerySet[Track]:
    lines = Prefetch("lines", LyricLine.objects.order_by("position"))
    return _tracks().defer("search_text").prefetch_related(lines)


def _tracks() -> QuerySet[Track]:
    assets = Asset.objects.defer("source_url", "file", "waveform").order_by("kind", "label")
    source = F("task__source_track_id")
    return Track.objects.annotate(source_id=source).prefetch_related(Prefetch("assets", assets), "tags")
