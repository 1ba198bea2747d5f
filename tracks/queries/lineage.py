"""The family of a track: its sources, its other takes, and what was made from it."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from tracks.models import Task, Track

# Each generation costs a query; the nearest ones are what a person looks for.
MAX_GENERATIONS = 12
MAX_RELATIVES = 50


def ancestor_ids(track: Track) -> list[int]:
    """The ids of its source track, that one's source and so on, the nearest first; one query each."""
    found: list[int] = []
    next_id = track.task.source_track_id
    while next_id is not None and next_id not in (track.pk, *found) and len(found) < MAX_GENERATIONS:
        found.append(next_id)
        next_id = Track.objects.filter(pk=next_id).values_list("task__source_track_id", flat=True).first()
    return found


def takes(track: Track, rows: QuerySet[Track]) -> list[Track]:
    """The other tracks of its task and kind, by position; at most MAX_RELATIVES."""
    others = rows.filter(task=track.task_id, kind=track.kind).exclude(pk=track.pk)
    return list(others.order_by("position", "pk")[:MAX_RELATIVES])


def made_from(track: Track, rows: QuerySet[Track]) -> list[Task]:
    """The tasks that have it as source track, newest first, with their tracks of ``rows``."""
    tasks = Task.objects.filter(source_track=track).order_by("-pk").defer("params")
    return list(tasks.prefetch_related(Prefetch("tracks", rows.order_by("position", "pk")))[:MAX_RELATIVES])
