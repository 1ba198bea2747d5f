"""The tracks of an export, in its order, read some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Prefetch

from tracks.domain.statuses import AssetStatus
from tracks.models import Asset, LyricLine, PlaylistEntry, Track

AT_ONCE = 50


def playlist_track_ids(pk: int) -> list[int]:
    """In the playlist's order."""
    entries = PlaylistEntry.objects.filter(playlist=pk).order_by("position", "pk")
    return list(entries.values_list("track_id", flat=True))


def known_track_ids(ids: Sequence[int]) -> list[int]:
    """Those of which there is a track, each once, in their order."""
    there = set(Track.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in dict.fromkeys(ids) if pk in there]


def exported_tracks(ids: Sequence[int]) -> Iterator[Track]:
    """The tracks in this order, with archived files, lyric lines and tags; a few queries for each AT_ONCE."""
    archived = Asset.objects.filter(status=AssetStatus.ARCHIVED)
    lines = LyricLine.objects.order_by("position")
    rows = Track.objects.defer("search_text", "prompt").prefetch_related(
        Prefetch("assets", archived), Prefetch("lines", lines), "tags"
    )
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found = rows.in_bulk(some)
        yield from (found[pk] for pk in some if pk in found)
