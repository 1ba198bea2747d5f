"""Writes the append-only rows of what changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from tracks.models import Asset, Event, Task, Track


def record_event(
    kind: str,
    task: Task | None,
    *,
    track: Track | None = None,
    asset: Asset | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Writes one event; ``data`` is JSON. Call it in the transaction of the change that it records.

    ``task``: None where it is about no task, such as a playlist.
    """
    row = asset.track if asset and not track else track
    return Event.objects.create(
        at=timezone.now(), kind=kind, task=task, track=row, asset=asset, data=dict(data or {})
    )


def tasks_of(track_ids: Collection[int]) -> dict[int, int]:
    """The ids of those of the tracks that there are, each with its task's; one query."""
    return dict(Track.objects.filter(pk__in=track_ids).values_list("pk", "task_id"))


def record_track_events(kind: str, tasks: Mapping[int, int], data: Mapping[str, Any]) -> None:
    """Writes the same event for many tracks, in a few statements. ``tasks``: the task's id by the track's."""
    now = timezone.now()
    # Always in this order, for at the end the database locks each task against its deletion.
    pairs = sorted((task, track) for track, task in tasks.items())
    Event.objects.bulk_create(
        Event(at=now, kind=kind, task_id=task, track_id=track, data=dict(data)) for task, track in pairs
    )
