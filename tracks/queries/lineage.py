"""What a track came from, what came with it, and what was made from it. Reads only, a few rows each."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from tracks.models import Task, Track

# A song that was extended more often than this is still told apart by its next of kin.
DEEPEST = 12
MOST = 50


def ancestor_ids(track: Track) -> list[int]:
    """Ids of the tracks that it goes back to, the nearest first; one query for each step."""
    found: list[int] = []
    next_id = track.task.source_track_id
    while next_id is not None and next_id not in (track.pk, *found) and len(found) < DEEPEST:
        found.append(next_id)
        next_id = Track.objects.filter(pk=next_id).values_list("task__source_track_id", flat=True).first()
    return found


def takes(track: Track, rows: QuerySet[Track]) -> list[Track]:
    """The other tracks of its task and kind, in their order."""
    others = rows.filter(task=track.task_id, kind=track.kind).exclude(pk=track.pk)
    return list(others.order_by("position", "pk")[:MOST])


def made_from(track: Track, rows: QuerySet[Track]) -> list[Task]:
    """The tasks that make something from it, the newest first, each with its ``tracks`` from these rows."""
    tasks = Task.objects.filter(source_track=track).order_by("-pk").defer("params")
    return list(tasks.prefetch_related(Prefetch("tracks", rows.order_by("position", "pk")))[:MOST])
