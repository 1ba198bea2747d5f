"""Writes the append-only rows of what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from tracks.models import Asset, Event, Task, Track


def record_event(
    kind: str,
    task: Task,
    *,
    track: Track | None = None,
    asset: Asset | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Writes one event; ``data`` is JSON. Call it in the transaction of the change that it records."""
    row = asset.track if asset and not track else track
    return Event.objects.create(
        at=timezone.now(), kind=kind, task=task, track=row, asset=asset, data=dict(data or {})
    )
