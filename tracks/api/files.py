"""Lyrics in the formats that players take, and the archived files themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api import rows
from tracks.api.base import AnyAccept, ApiView, read_query
from tracks.api.serializers import LyricsSerializer
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind
from tracks.files import lyric_export, serving
from tracks.models import Asset, Track


class LyricsQuery(serializers.Serializer[Any]):
    words = serializers.BooleanField(default=False, help_text="With each word's time, where it is known.")


class MediaQuery(serializers.Serializer[Any]):
    label = serializers.CharField(  # type: ignore[assignment]  # the name is the contract's
        required=False, max_length=64, help_text="Where a kind has several files."
    )
    download = serializers.BooleanField(default=False, help_text="To be saved, under the song's name.")


class LyricsView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(summary="The lyrics of a track", responses=LyricsSerializer)
    def get(self, request: Request, pk: int, format: str) -> Response:
        return Response(LyricsSerializer(get_object_or_404(rows.tracks(), pk=pk)).data)


class LyricsFileView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="The lyrics of a track, in a format that players take",
        parameters=[LyricsQuery],
        responses={(200, known.content_type): str for known in lyric_export.FORMATS.values()},
    )
    def get(self, request: Request, pk: int, format: str) -> HttpResponse:
        track = get_object_or_404(rows.tracks(), pk=pk)
        asked = read_query(LyricsQuery, request)
        try:
            text = lyric_export.render(track, format, words=asked["words"])
        except lyric_export.Untimed as error:
            raise NotFound(str(error)) from error
        return _named(
            HttpResponse(text, content_type=lyric_export.FORMATS[format].content_type), track, format
        )


def _named(answer: HttpResponse, track: Track, format: str) -> HttpResponse:
    """Named as the song's own files are, because players look for lyrics by that."""
    name = serving.download_name(Asset(track=track, file=f"lyrics.{format}"))
    answer["Content-Disposition"] = str(content_disposition_header(False, name))
    return answer


class MediaView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="An archived file",
        description="Takes byte ranges and conditions. Where media live on S3, a redirect to a signed link.",
        parameters=[
            MediaQuery,
            OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=[str(kind) for kind in AssetKind]),
        ],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
            302: OpenApiResponse(description="The file lives on S3: a link that works for a while."),
            304: OpenApiResponse(description="What the caller has is current."),
            416: OpenApiResponse(description="The range lies outside of the file."),
        },
    )
    def get(self, request: Request, pk: int, kind: str) -> HttpResponseBase:
        asked = read_query(MediaQuery, request)
        asset = _archived(pk, kind, asked.get("label"))
        return serving.serve(request._request, asset)


def _archived(pk: int, kind: str, label: str | None) -> Asset:
    """The file of that kind; without a label the one that has none, or the only one."""
    if kind not in list(AssetKind):
        raise Http404
    track = get_object_or_404(Track.objects.only("title"), pk=pk)
    files = track.assets.filter(kind=kind, status=AssetStatus.ARCHIVED)
    if label is not None:
        return get_object_or_404(files, label=label)
    return _without_label(list(files.order_by("label")))


def _without_label(files: Sequence[Asset]) -> Asset:
    if not files:
        raise Http404
    if len(files) > 1 and files[0].label:
        labels = ", ".join(file.label for file in files)
        raise ValidationError({"label": f"There are several; name one of: {labels}."})
    return files[0]
