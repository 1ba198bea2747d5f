"""The rows of the library: one for all takes of a request, however the list is filtered, sorted and paged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.db.models import Exists, Field, OuterRef, Q, QuerySet

from tracks.domain.updates import TrackKind
from tracks.lib.keyset import ORDERINGS
from tracks.models import Track


def listed_songs() -> QuerySet[Track]:
    """Every song, without the long texts that no row shows."""
    songs = Track.objects.filter(kind=TrackKind.SONG)
    return songs.defer("search_text", "stream_url", "prompt", "lyrics_text", "notes")


def leaders(songs: QuerySet[Track], ordering: str = "-id") -> QuerySet[Track]:
    """Of the songs of each task the one that stands for all: sorted and paged by it, no request comes twice.

    It is the best by the ordering, see tracks/lib/keyset.py; among equals, and in a list by id, the first.
    Songs that the queryset leaves out stand for nothing.
    """
    field = Track._meta.get_field(ORDERINGS[ordering.removeprefix("-")])
    assert isinstance(field, Field)
    takes, earlier = songs.order_by().filter(task=OuterRef("task")), Q(pk__lt=OuterRef("pk"))
    if field.primary_key:
        return songs.filter(~Exists(takes.filter(earlier)))
    column = field.attname
    way = "gt" if ordering.startswith("-") else "lt"
    better = Q((f"{column}__{way}", OuterRef(column))) | (Q((column, OuterRef(column))) & earlier)
    led = songs.filter(~Exists(takes.filter(better)))
    if not field.null:
        return led
    without = Q((f"{column}__isnull", True))
    # Nothing is better than no value by comparing: in SQL that is neither true nor false.
    return led.exclude(without & Exists(takes.filter(~without | earlier)))


def takes_of(songs: QuerySet[Track], task_ids: Iterable[int]) -> Mapping[int, list[int]]:
    """The ids of those of the songs that belong to each task, in the order of their takes; one query."""
    found: dict[int, list[int]] = {pk: [] for pk in task_ids}
    rows = songs.filter(task__in=list(found)).order_by("position", "pk").values_list("task_id", "pk")
    for task, pk in rows:
        found[task].append(pk)
    return MappingProxyType(found)
