"""The filters of the library by what people and checks say of a track: tag, playlist, rating, flags.

Each becomes a condition that PostgreSQL can answer from an index, in the order of the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from tracks.domain.names import name_key
from tracks.domain.statuses import AssetStatus
from tracks.models import Asset, Playlist, PlaylistEntry, Tag, Track, TrackTag

# Playlists to choose from on the page of a song.
MAX_OFFERED = 100


class Flag(StrEnum):
    """What may be wrong with the files of a track."""

    CUT_END = "cut_end"
    DAMAGED = "damaged"
    UNUSUAL = "unusual"
    INCOMPLETE = "incomplete"


_FLAGGED: dict[Flag, Q] = {
    Flag.CUT_END: Q(is_cut=True),
    Flag.DAMAGED: Q(gap_bytes__gt=0),
    Flag.UNUSUAL: ~Q(unusual=""),
    Flag.INCOMPLETE: Q(status__in=(AssetStatus.FAILED, AssetStatus.EXPIRED)),
}


def narrowed(tracks: QuerySet[Track], filters: Mapping[str, Any]) -> QuerySet[Track]:
    """The tracks that pass all of these filters; what it does not know is ignored.

    ``tag``: a name, in any case and width. ``playlist``: an id. ``rating``: at least so many stars.
    ``flag`` and ``no_flag``: a Flag that the track has, or has not. ``parked``: "true" or "false".
    """
    if "tag" in filters:
        tracks = _tagged(tracks, filters["tag"])
    if "playlist" in filters:
        # As a join and not a subquery: both tables are then read in the order of the tracks' ids.
        tracks = tracks.filter(playlist_entries__playlist=filters["playlist"])
    if "rating" in filters:
        tracks = tracks.filter(rating__gte=filters["rating"])
    if "parked" in filters:
        tracks = tracks.filter(parked_at__isnull=filters["parked"] == "false")
    if "flag" in filters:
        tracks = tracks.filter(pk__in=_flagged(filters["flag"]))
    if "no_flag" in filters:
        tracks = tracks.exclude(pk__in=_flagged(filters["no_flag"]))
    return tracks


def _tagged(tracks: QuerySet[Track], name: str) -> QuerySet[Track]:
    """The tag is looked up at once: with its id PostgreSQL knows how many tracks there are to expect."""
    tag = Tag.objects.filter(key=name_key(name)).values_list("pk", flat=True).first()
    return tracks.none() if tag is None else tracks.filter(tag_links__tag=tag)


def _flagged(flag: str) -> QuerySet[Asset, int]:
    return Asset.objects.filter(_FLAGGED[Flag(flag)]).values_list("track_id", flat=True)


def tag_counts(search: str = "") -> QuerySet[Tag]:
    """Every tag with ``count``, its number of tracks; with a text those whose names begin with it."""
    counted = _count(TrackTag.objects.filter(tag=OuterRef("pk")), "tag")
    tags = Tag.objects.annotate(count=counted)
    return tags.filter(key__startswith=name_key(search)) if search else tags


def playlists_with_counts() -> QuerySet[Playlist]:
    """Every playlist with ``count``, its number of tracks."""
    counted = _count(PlaylistEntry.objects.filter(playlist=OuterRef("pk")), "playlist")
    return Playlist.objects.select_related("created_by").annotate(count=counted)


def playlists_with_lengths() -> QuerySet[Playlist]:
    """Every playlist with ``count`` and ``length_ms``, of all its tracks as far as their length is known."""
    entries = PlaylistEntry.objects.filter(playlist=OuterRef("pk")).order_by().values("playlist")
    total = Subquery(entries.annotate(total=Sum("track__duration_ms")).values("total"))
    return playlists_with_counts().annotate(length_ms=Coalesce(total, 0))


def _count(rows: QuerySet[Any], of: str) -> Coalesce:
    """Counts per row of the page only, where a join would count all before the page is cut."""
    return Coalesce(Subquery(rows.order_by().values(of).annotate(n=Count("pk")).values("n")), 0)


def playlist_tracks(pk: int, tracks: QuerySet[Track]) -> QuerySet[PlaylistEntry]:
    """The entries of a playlist, each with its track as the queryset reads it."""
    return PlaylistEntry.objects.filter(playlist=pk).prefetch_related(Prefetch("track", tracks))


def playlists_of(track: Track) -> dict[str, list[Playlist]]:
    """``has``: those that it is in, by name; ``others``: the latest changed of the rest, to put it in."""
    has = list(Playlist.objects.filter(entries__track=track).order_by("key"))
    others = Playlist.objects.exclude(pk__in=[one.pk for one in has]).order_by("-updated_at", "-pk")
    return {"has": has, "others": list(others[:MAX_OFFERED])}
