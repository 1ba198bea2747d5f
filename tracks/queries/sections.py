"""The section headings of many songs at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tracks.domain.updates import CueKind
from tracks.models import LyricLine


def timed_headings(track_ids: Iterable[int]) -> dict[int, list[LyricLine]]:
    """The headings that have a start, in their order, by the track's id; one query for all."""
    found: dict[int, list[LyricLine]] = defaultdict(list)
    timed = LyricLine.objects.filter(track__in=list(track_ids), kind=CueKind.SECTION, start_ms__isnull=False)
    for line in timed.order_by("track", "position").defer("words"):
        found[line.track_id].append(line)
    return found
