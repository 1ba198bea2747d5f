"""The query parameters of lists, and the rows that they select."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework import serializers

from tracks import providers
from tracks.api.fields import OneOf, OperationName
from tracks.domain.statuses import TaskStatus, TrackStatus
from tracks.domain.updates import TrackKind
from tracks.models import Origin, Review, Task, Track
from tracks.queries.library import Flag, narrowed
from tracks.queries.search import matching

MAX_ID = 2**63 - 1


def _both_ways(names: Iterable[str]) -> list[str]:
    return [direction + name for name in names for direction in ("", "-")]


class PageQuery(serializers.Serializer[Any]):
    page_size = serializers.IntegerField(min_value=1, max_value=200, default=50)


class ListQuery(PageQuery):
    cursor = serializers.CharField(required=False, max_length=4000, help_text="From next or previous.")


class NoteQuery(ListQuery):
    ordering = OneOf(_both_ways(["id"]), default="id")


class TaskQuery(ListQuery):
    provider = OneOf(providers.REGISTRY, required=False)
    operation = OperationName(required=False)
    status = OneOf(TaskStatus, required=False)
    origin = OneOf(Origin, required=False)
    external_id = serializers.CharField(required=False, max_length=200)
    ordering = OneOf(_both_ways(["id", "created_at"]), default="-id")


class TrackQuery(ListQuery):
    q = serializers.CharField(
        required=False, max_length=500, help_text="Searches title, style, prompt and lyric text."
    )
    external_id = serializers.CharField(required=False, max_length=200)
    provider = OneOf(providers.REGISTRY, required=False)
    style = serializers.CharField(  # type: ignore[assignment]  # the name is the contract's
        required=False, max_length=500, help_text="Whole words of the style, in order."
    )
    model = serializers.CharField(required=False, max_length=200)
    status = OneOf(TrackStatus, required=False)
    review = OneOf(Review, required=False)
    kind = OneOf([*(str(kind) for kind in TrackKind), "all"], default=str(TrackKind.SONG))
    tag = serializers.CharField(required=False, max_length=200, help_text="A tag's name, in any case.")
    playlist = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_ID, help_text="The id of a playlist that holds it."
    )
    rating = serializers.IntegerField(
        required=False, min_value=0, max_value=5, help_text="At least so many stars."
    )
    flag = OneOf(Flag, required=False, help_text="Something that is wrong with its files.")
    no_flag = OneOf(Flag, required=False, help_text="Something that is not wrong with its files.")
    parked = OneOf(("true", "false"), required=False, help_text="Whether it is set aside.")
    since = serializers.IntegerField(
        required=False, min_value=1, max_value=36500, help_text="Received in the last so many days."
    )
    created_after = serializers.DateTimeField(required=False, help_text="received_at is this or later.")
    created_before = serializers.DateTimeField(required=False, help_text="received_at is earlier.")
    ordering = OneOf(
        _both_ways(["id", "created_at", "title", "duration", "rating"]),
        default="-id",
        help_text="Tracks without the value come last in both directions.",
    )


# What a saved search may hold: the filters and the order, but not the place in the list.
SEARCHABLE = frozenset(TrackQuery().fields) - frozenset(ListQuery().fields)

PLAYLIST_ORDERINGS = {"id": "id", "name": "key", "updated_at": "updated_at"}


class PlaylistQuery(ListQuery):
    ordering = OneOf(_both_ways(PLAYLIST_ORDERINGS), default="-id")


class TagQuery(ListQuery):
    q = serializers.CharField(
        required=False, max_length=200, help_text="The beginning of the name, in any case."
    )


class EventQuery(PageQuery):
    after = serializers.IntegerField(
        min_value=0, max_value=MAX_ID, default=0, help_text="The id of the last event that was seen."
    )


TRACK_LOOKUPS = {
    "provider": "provider",
    "model": "model",
    "status": "status",
    "review": "review",
    "created_after": "received_at__gte",
    "created_before": "received_at__lt",
}


def wanted_tasks(rows: QuerySet[Task], query: Mapping[str, Any]) -> QuerySet[Task]:
    plain = ("provider", "operation", "status", "origin")
    rows = rows.filter(**{name: query[name] for name in plain if name in query})
    return _of_external_id(rows, query) if "external_id" in query else rows


def wanted_tracks(rows: QuerySet[Track], query: Mapping[str, Any]) -> QuerySet[Track]:
    rows = rows.filter(**{lookup: query[name] for name, lookup in TRACK_LOOKUPS.items() if name in query})
    if query["kind"] != "all":
        rows = rows.filter(kind=query["kind"])
    if "external_id" in query:
        rows = _of_external_id(rows, query)
    if "style" in query:
        # The search index narrows first: a style alone is on no index.
        rows = matching(rows, query["style"]).filter(style__icontains=query["style"])
    if "since" in query:
        rows = rows.filter(received_at__gte=timezone.now() - timedelta(days=query["since"]))
    rows = narrowed(rows, query)
    return matching(rows, query["q"]) if "q" in query else rows


def _of_external_id(rows: Any, query: Mapping[str, Any]) -> Any:
    """Names all providers and "not blank", so that the index over both columns is used."""
    every = list(providers.REGISTRY)
    return rows.filter(~Q(external_id=""), provider__in=every, external_id=query["external_id"])
