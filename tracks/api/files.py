"""Lyrics in several formats, and the archived files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
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

from tracks import providers
from tracks.api import querysets
from tracks.api.base import AnyAccept, ApiView, read_query
from tracks.api.serializers import LyricsSerializer
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import IMAGES, PLAYABLE, AssetKind
from tracks.files import lyric_export, serving
from tracks.files.tagged import tag_of
from tracks.models import Asset, Track


class LyricsQuery(serializers.Serializer[Any]):
    words = serializers.BooleanField(
        default=False,
        help_text="With the time of each word, where it is known: LRC, WebVTT, TTML for lyric players.",
    )


class LabelQuery(serializers.Serializer[Any]):
    label = serializers.CharField(  # type: ignore[assignment]  # the name is the contract's
        required=False, max_length=64, help_text="Needed where a track has several files of the kind."
    )


class MediaQuery(LabelQuery):
    download = serializers.BooleanField(default=False, help_text="As a download, named after the song.")


class LyricsView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(summary="The lyrics of a track", responses=LyricsSerializer)
    def get(self, request: Request, pk: int, format: str) -> Response:
        return Response(LyricsSerializer(get_object_or_404(querysets.tracks_with_lyrics(), pk=pk)).data)


class LyricsFileView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="The lyrics of a track, as a file for players",
        parameters=[LyricsQuery],
        responses={(200, known.content_type): str for known in lyric_export.FORMATS.values()},
    )
    def get(self, request: Request, pk: int, format: str) -> HttpResponse:
        track = get_object_or_404(querysets.tracks_with_lyrics(), pk=pk)
        query = read_query(LyricsQuery, request)
        try:
            text = lyric_export.render_lyrics(track, format, words=query["words"])
        except lyric_export.Untimed as error:
            raise NotFound(str(error)) from error
        return _named(
            HttpResponse(text, content_type=lyric_export.FORMATS[format].content_type), track, format
        )


def _named(answer: HttpResponse, track: Track, format: str) -> HttpResponse:
    """Named like the song's audio file, because players look for lyrics by that name."""
    name = serving.download_name(Asset(track=track, file=f"lyrics.{format}"))
    answer["Content-Disposition"] = str(content_disposition_header(False, name))
    return answer


_KIND = OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=[str(kind) for kind in AssetKind])
_NO_BYTES: dict[Any, Any] = {
    304: OpenApiResponse(description="The cached copy is current."),
    416: OpenApiResponse(description="The range lies outside the file."),
}


def _bytes(content_type: str) -> dict[Any, Any]:
    return {(status, content_type): OpenApiTypes.BINARY for status in (200, 206)} | _NO_BYTES


class MediaView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="An archived file",
        description="Supports byte ranges and conditional requests. Where media are on S3, it redirects to a "
        "signed link.",
        parameters=[
            MediaQuery,
            _KIND,
        ],
        responses={
            **_bytes("*/*"),
            302: OpenApiResponse(description="The file is on S3: a link that is valid for a limited time."),
        },
    )
    def get(self, request: Request, pk: int, kind: str) -> HttpResponseBase:
        query = read_query(MediaQuery, request)
        asset = _one_of(_files(pk, kind).filter(status=AssetStatus.ARCHIVED), query.get("label"))
        return serving.serve(request._request, asset)


class TaggedMediaView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="The song as an MP3 with title, style, lyrics and cover in its tag",
        description="The archived MP3 with an ID3v2.4 tag of ours in place of its own; the archived file "
        "stays as it is. Lyrics are those that are shown, with the track's offset in their times.",
        responses=_bytes("audio/mpeg"),
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        track = get_object_or_404(querysets.tracks_with_lyrics(), pk=pk)
        archived = {asset.kind: asset for asset in track.assets.filter(status=AssetStatus.ARCHIVED, label="")}
        sounds = [archived[kind] for kind in PLAYABLE if kind in archived]
        mp3 = next((asset for asset in sounds if asset.content_type == "audio/mpeg"), None)
        if mp3 is None:
            raise NotFound(_ONLY_MP3 if sounds else _NO_SOUND)
        cover = next((archived[kind] for kind in IMAGES if kind in archived), None)
        return serving.serve_tagged(request._request, mp3, tag_of(track, _artist(track), cover))


_ONLY_MP3 = (
    "The archived sound of this song is no MP3, and only MP3 files get a tag here. Download it as it is, "
    "under `media/`; lyrics and cover can be downloaded beside it."
)
_NO_SOUND = "No sound of this track is archived yet, so there is nothing to tag. Try again once it is."


def _artist(track: Track) -> str:
    """The provider, and the model that sang."""
    label = providers.get(track.provider).label if track.provider in providers.REGISTRY else track.provider
    return track.model if label in track.model else " · ".join(filter(None, [label, track.model]))


class RefusedMediaView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="The bytes of a file that were refused",
        description="What the provider sent last and the check refused: always a download of no type. The "
        "file's `refused_reason` says why. They go once a good file is archived.",
        parameters=[
            LabelQuery,
            _KIND,
        ],
        responses=_bytes("application/octet-stream"),
    )
    def get(self, request: Request, pk: int, kind: str) -> HttpResponseBase:
        query = read_query(LabelQuery, request)
        asset = _one_of(_files(pk, kind).exclude(refused_file=""), query.get("label"))
        return serving.serve_refused(request._request, asset)


def _files(pk: int, kind: str) -> QuerySet[Asset]:
    if kind not in list(AssetKind):
        raise Http404
    track = get_object_or_404(Track.objects.only("title"), pk=pk)
    return track.assets.filter(kind=kind)


def _one_of(files: QuerySet[Asset], label: str | None) -> Asset:
    """Without ``label`` the one that has no label, or the only one."""
    if label is not None:
        return get_object_or_404(files, label=label)
    return _without_label(list(files.order_by("label")))


def _without_label(files: Sequence[Asset]) -> Asset:
    if not files:
        raise Http404
    if len(files) > 1 and files[0].label:
        labels = ", ".join(file.label for file in files)
        raise ValidationError({"label": f"There are several files of this kind; choose one of: {labels}."})
    return files[0]
