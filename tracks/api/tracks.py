"""Tracks: listed, searched, read, judged, and archived once more."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api import rows
from tracks.api.base import ApiView, read_body, read_query
from tracks.api.bodies import TrackChanges
from tracks.api.pages import page, page_schema
from tracks.api.queries import TrackQuery, wanted_tracks
from tracks.api.serializers import TrackRowSerializer, TrackSerializer
from tracks.services.archive.fetch import archive_again
from tracks.services.review import edit


class TrackListView(ApiView):
    @extend_schema(
        operation_id="tracks_list",
        summary="List and search tracks",
        parameters=[TrackQuery],
        responses=page_schema("TrackPage", TrackRowSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = read_query(TrackQuery, request)
        return page(request, wanted_tracks(rows.track_rows(), asked), asked, TrackRowSerializer)


class TrackView(ApiView):
    @extend_schema(summary="Read a track, with its lyrics", responses=TrackSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return _shown(request, pk)

    @extend_schema(
        summary="Name, judge or annotate a track",
        description="A title given here stands above every title that the provider gives.",
        request=TrackChanges,
        responses=TrackSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        edit(pk, read_body(TrackChanges, request), self.caller().username)
        return _shown(request, pk)


class ArchiveView(ApiView):
    @extend_schema(summary="Try again what is not archived", request=None, responses={202: TrackSerializer})
    def post(self, request: Request, pk: int) -> Response:
        archive_again(pk, self.caller().username)
        return _shown(request, pk, status=202)


def _shown(request: Request, pk: int, **options: Any) -> Response:
    track = get_object_or_404(rows.tracks(), pk=pk)
    return Response(TrackSerializer(track, context={"request": request}).data, **options)
