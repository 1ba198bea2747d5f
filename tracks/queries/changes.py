"""What changed since a reader last asked, of the songs and tasks that it shows: small, whatever happened."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tracks.models import Event

MAX_EVENTS = 500  # read at once; more come with the next question


@dataclass(frozen=True, slots=True)
class Changes:
    """``cursor``: the last event that was looked at. ``is_any``: whether anything at all happened."""

    cursor: int
    tracks: list[int]
    tasks: list[int]
    is_any: bool


def changes_since(after: int, track_ids: Collection[int], task_ids: Collection[int]) -> Changes:
    """Which of these ids have events after the one with the id ``after``."""
    events = Event.objects.filter(pk__gt=after).gapless().order_by("pk")
    found = list(events.values_list("pk", "track_id", "task_id")[:MAX_EVENTS])
    return Changes(
        cursor=found[-1][0] if found else after,
        tracks=sorted({track for _, track, _ in found if track in track_ids}),
        tasks=sorted({task for *_, task in found if task in task_ids}),
        is_any=bool(found),
    )


def latest_event() -> int:
    """The cursor to begin with; 0 where nothing ever happened."""
    return Event.objects.order_by("-pk").gapless().values_list("pk", flat=True).first() or 0
