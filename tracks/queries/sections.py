"""The section headings of many songs at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tracks.domain.updates import CueKind
from tracks.models import LyricLine


def timed_headings(track_ids: Iterable[int]) -> dict[int, list[LyricLine]]:
    """The headings that have a start, by the track's id; one query for all.

    Where some of a track share a start, one more query brings the times of its sung lines as well.
    """
    found: dict[int, list[LyricLine]] = defaultdict(list)
    timed = LyricLine.objects.filter(start_ms__isnull=False).defer("words").order_by("track", "position")
    for line in timed.filter(track__in=list(track_ids), kind=CueKind.SECTION):
        found[line.track_id].append(line)
    shared = [track for track, lines in found.items() if len({line.start_ms for line in lines}) < len(lines)]
    for line in timed.filter(track__in=shared, kind=CueKind.LINE).defer("words", "text") if shared else ():
        found[line.track_id].append(line)
    return found
