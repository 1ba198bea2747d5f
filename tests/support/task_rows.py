"""The rows of a task that follow from its statements."""

from __future__ import annotations

from typing import Any

from tracks.models import Asset, Task


def rows_of(task: Task) -> list[Any]:
    """Everything that statements decide, without our own ids and clocks."""
    task.refresh_from_db()
    ours = ("status", "external_id", "error_code", "error_kind", "error_message", "finished_at", "heard_at")
    tracks = task.tracks.order_by("position").values(
        *("external_id", "position", "status", "title", "style", "lyrics_text", "duration_ms", "archive"),
        *("stream_url", "finished_at", "received_at", "lyrics_timing", "timing_state", "search_text"),
    )
    assets = Asset.objects.filter(track__task=task).order_by("track__external_id", "kind", "label")
    facts = (
        "track__external_id",
        "kind",
        "status",
        "source_url",
        "link_key",
        "member",
        "expires_at",
        "error",
    )
    lines = task.tracks.order_by("position", "lines__position").values_list("lines__text", "lines__start_ms")
    return [
        [getattr(task, name) for name in ours],
        list(tracks),
        list(assets.values_list(*facts)),
        list(lines),
    ]
