"""The lengths of a task's songs as we measured them, by which the fold decides between units of time."""

from __future__ import annotations

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import LENGTH_CHECKED
from tracks.models import Asset, Task


def measured_lengths(task: Task) -> dict[str, int]:
    """The lengths of the task's archived songs in milliseconds, as the fold takes them."""
    archived = Asset.objects.filter(track__task=task, status=AssetStatus.ARCHIVED)
    songs = archived.filter(kind__in=LENGTH_CHECKED).order_by("-kind")  # of two files that of the lower kind
    rows = songs.values_list("track__external_id", "track__position", "duration_ms")
    return {external_id or f"#{position}": length for external_id, position, length in rows if length}
