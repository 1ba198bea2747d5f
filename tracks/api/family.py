"""A track's family, and the comparison of two tracks."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api import querysets
from tracks.api.base import ApiView
from tracks.api.fields import OneOf
from tracks.api.serializers import TaskRowSerializer, TrackRowSerializer, TrackSerializer
from tracks.models import Track
from tracks.queries import compare, lineage


class MadeSerializer(TaskRowSerializer):
    """A task that made something from the track, with its results."""

    tracks = TrackRowSerializer(many=True, read_only=True)

    class Meta(TaskRowSerializer.Meta):
        fields = (*TaskRowSerializer.Meta.fields, "tracks")
        read_only_fields = fields


class FamilySerializer(serializers.Serializer[Any]):
    """``ancestors``: nearest first, beginning with ``source``; ``siblings``: the other takes of its task."""

    track = TrackRowSerializer(read_only=True)
    source = TrackRowSerializer(read_only=True, allow_null=True)  # type: ignore[assignment]  # its name is the contract's
    ancestors = TrackRowSerializer(many=True, read_only=True)
    siblings = TrackRowSerializer(many=True, read_only=True)
    made_from_it = MadeSerializer(many=True, read_only=True, help_text="The newest first, at most 50.")


class LineChangeSerializer(serializers.Serializer[compare.Changed]):
    change = OneOf(compare.Change, read_only=True)
    is_section = serializers.BooleanField(source="line.is_section", read_only=True)
    text = serializers.CharField(source="line.text", read_only=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """``goes_on_at``: seconds into one track at which the other, an extension of it, continues."""

    tracks = TrackSerializer(many=True, read_only=True)
    differing = serializers.ListField(child=serializers.CharField(), read_only=True)
    goes_on_at = serializers.FloatField(allow_null=True, read_only=True)
    lyrics = LineChangeSerializer(many=True, read_only=True)


class FamilyView(ApiView):
    @extend_schema(
        summary="The family of a track: what it is made from, its takes, and what is made from it",
        responses=FamilySerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(FamilySerializer(_family(pk), context={"request": request}).data)


def _family(pk: int) -> dict[str, Any]:
    track = get_object_or_404(querysets.track_rows().select_related("task"), pk=pk)
    ids = lineage.ancestor_ids(track)
    found = querysets.track_rows().in_bulk(ids)
    ancestors = [found[pk] for pk in ids if pk in found]
    return {
        "track": track,
        "source": ancestors[0] if ancestors else None,
        "ancestors": ancestors,
        "siblings": lineage.takes(track, querysets.track_rows()),
        "made_from_it": lineage.made_from(track, querysets.track_rows()),
    }


class ComparisonView(ApiView):
    @extend_schema(
        summary="Two tracks side by side",
        description="Lyric lines are listed as changes from the first track to the second.",
        responses=ComparisonSerializer,
    )
    def get(self, request: Request, pk: int, other: int) -> Response:
        one, two = _track(pk), _track(other)
        comparison = {
            "tracks": [one, two],
            "differing": [_api_name(name) for name in compare.differing(one, two)],
            "goes_on_at": compare.extension(one, two),
            "lyrics": compare.changes(one, two),
        }
        return Response(ComparisonSerializer(comparison, context={"request": request}).data)


def _track(pk: int) -> Track:
    return get_object_or_404(querysets.tracks_with_lyrics().select_related("task"), pk=pk)


def _api_name(name: str) -> str:
    """The API has lengths in seconds, under another name."""
    return name.removesuffix("_ms")
