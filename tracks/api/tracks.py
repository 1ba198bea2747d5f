"""Tracks: list, search, read, review, and archive again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api import querysets
from tracks.api.base import ApiView, read_body, read_query
from tracks.api.bodies import TrackChanges
from tracks.api.pagination import page_response, page_schema
from tracks.api.queries import TrackQuery, wanted_tracks
from tracks.api.serializers import TrackRowSerializer, TrackSerializer
from tracks.domain.roles import Action
from tracks.services.archive.fetch import archive_again
from tracks.services.track_changes import change_track


class TrackListView(ApiView):
    @extend_schema(
        operation_id="tracks_list",
        summary="List and search tracks",
        parameters=[TrackQuery],
        responses=page_schema("TrackPage", TrackRowSerializer),
    )
    def get(self, request: Request) -> Response:
        query = read_query(TrackQuery, request)
        return page_response(request, wanted_tracks(querysets.track_rows(), query), query, TrackRowSerializer)


class TrackView(ApiView):
    actions: ClassVar = {"PATCH": Action.REVIEW}

    @extend_schema(summary="Read a track, with its lyrics", responses=TrackSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return _track_response(request, pk)

    @extend_schema(
        summary="Change title, review, tags or the lyrics' offset of a track, or set it aside",
        description="All of it or nothing. A title given here takes precedence over all of the provider's.",
        request=TrackChanges,
        responses=TrackSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        change_track(pk, read_body(TrackChanges, request), self.caller())
        return _track_response(request, pk)


class ArchiveView(ApiView):
    actions: ClassVar = {"POST": Action.ARCHIVE}

    @extend_schema(
        summary="Archive again what is not archived yet", request=None, responses={202: TrackSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        archive_again(pk, self.caller().username)
        return _track_response(request, pk, status=202)


def _track_response(request: Request, pk: int, **options: Any) -> Response:
    track = get_object_or_404(querysets.tracks_with_lyrics(), pk=pk)
    return Response(TrackSerializer(track, context={"request": request}).data, **options)
