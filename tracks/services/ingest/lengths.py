"""The lengths of a task's songs as we measured them, by which the fold decides between units of time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import Q

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import LENGTH_CHECKED
from tracks.models import Asset, Task

NONE_ELSE: Mapping[int, int] = MappingProxyType({})


def measured_lengths(task: Task, archived: Mapping[int, int] = NONE_ELSE) -> dict[str, int]:
    """The lengths of the task's archived songs in milliseconds, as the fold takes them.

    ``archived``: lengths by asset id, of files that count as archived with them.
    """
    songs = Asset.objects.filter(track__task=task, kind__in=LENGTH_CHECKED)
    rows = songs.filter(Q(status=AssetStatus.ARCHIVED) | Q(pk__in=archived))
    found = rows.order_by("-kind").values_list(  # of two files that of the lower kind
        "pk", "track__external_id", "track__position", "duration_ms"
    )
    lengths = [(external_id or f"#{n}", archived.get(pk, length)) for pk, external_id, n, length in found]
    return {key: length for key, length in lengths if length}
