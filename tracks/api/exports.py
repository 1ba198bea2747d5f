"""Songs to take along: playlists as M3U8, and ZIPs of a playlist, of one track or of a selection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from tracks.api.base import AnyAccept, ApiView, read_body, read_query
from tracks.api.bodies import ExportedIds, TrackId
from tracks.api.serializers import LyricsSerializer
from tracks.domain.roles import Action
from tracks.files.export import m3u8
from tracks.files.export.pieces import numbered
from tracks.files.export.zip_stream import sized_zip, streamed_zip
from tracks.files.file_names import content_disposition
from tracks.models import Playlist, Track
from tracks.queries.exports import exported_tracks, known_track_ids, playlist_track_ids
from tracks.services.bulk import MAX_AT_ONCE

Answer = TypeVar("Answer", bound=HttpResponseBase)

# Up to so many the lyrics are written before the answer begins, so that its length is known.
MAX_SIZED = 100
ZIP = {(200, "application/zip"): OpenApiTypes.BINARY}
WHAT = (
    "Sound, cover and lyrics in every format of each song, a playlist, and `manifest.json` with names, sizes "
    "and SHA-256. A file that is missing from the disk is left out and named there."
)


class IdsQuery(serializers.Serializer[Any]):
    ids = serializers.CharField(
        max_length=20 * MAX_AT_ONCE, help_text=f"Ids of tracks with commas between, at most {MAX_AT_ONCE}."
    )

    def validate_ids(self, text: str) -> list[int]:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
            raise serializers.ValidationError("Ids are whole numbers with commas between.", "invalid")
        ids = serializers.ListField(child=TrackId(), min_length=1, max_length=MAX_AT_ONCE)
        return list(ids.run_validation([int(part) for part in parts]))


class PlaylistM3u8View(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="A playlist for players, as M3U8",
        description="Extended M3U in UTF-8. The names of the files are those in the playlist's ZIP.",
        responses={(200, m3u8.CONTENT_TYPE): OpenApiTypes.STR},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        playlist, ids = get_object_or_404(Playlist, pk=pk), playlist_track_ids(pk)
        text = m3u8.m3u8(playlist.name, numbered(exported_tracks(ids), len(ids)))
        return _as_file(HttpResponse(text, content_type=m3u8.CONTENT_TYPE), playlist.name, ".m3u8")


class PlaylistZipView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(summary="A playlist with its songs, as a ZIP", description=WHAT, responses=ZIP)
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        playlist = get_object_or_404(Playlist, pk=pk)
        return _zip(request, playlist.name, playlist_track_ids(pk))


class TrackZipView(ApiView):
    content_negotiation_class = AnyAccept

    @extend_schema(summary="A song as a ZIP", description=WHAT, responses=ZIP)
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        track = get_object_or_404(Track.objects.only("title"), pk=pk)
        return _zip(request, track.title or f"track-{pk}", [pk])


class SelectionZipView(ApiView):
    content_negotiation_class = AnyAccept
    actions: ClassVar = {"POST": Action.LOOK}

    @extend_schema(
        operation_id="tracks_export",
        summary="A selection of songs as a ZIP",
        description=f"{WHAT} Ids without a track are left out.",
        parameters=[IdsQuery],
        responses={**ZIP, 404: OpenApiResponse(description="There is no track of any of these ids.")},
    )
    def get(self, request: Request) -> HttpResponseBase:
        return _selection(request, read_query(IdsQuery, request)["ids"])

    @extend_schema(
        operation_id="tracks_export_many",
        summary="A selection of songs as a ZIP, for more ids than an address can hold",
        description=f"{WHAT} Ids without a track are left out.",
        request=ExportedIds,
        responses=ZIP,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return _selection(request, read_body(ExportedIds, request)["ids"])


def _selection(request: Request, ids: Sequence[int]) -> HttpResponseBase:
    known = known_track_ids(ids)
    if not known:
        raise NotFound("There is no track of any of these ids.")
    return _zip(request, f"{len(known)} songs" if len(known) > 1 else "1 song", known)


def _zip(request: Request, name: str, ids: Sequence[int]) -> HttpResponseBase:
    now = timezone.now()
    length: int | None = None
    body: Iterator[bytes]
    if len(ids) <= MAX_SIZED:
        body, length = sized_zip(name, list(exported_tracks(ids)), now, _lyrics_as_json)
    else:
        body = streamed_zip(name, exported_tracks(ids), len(ids), now, _lyrics_as_json)
    answer: HttpResponseBase = (
        HttpResponse(content_type="application/zip")
        if request.method == "HEAD"
        else StreamingHttpResponse(body, content_type="application/zip")
    )
    if length is not None:
        answer["Content-Length"] = str(length)
    return _as_file(answer, name, ".zip")


def _lyrics_as_json(track: Track) -> dict[str, Any]:
    return dict(LyricsSerializer(track).data)


def _as_file(answer: Answer, name: str, extension: str) -> Answer:
    answer["Content-Disposition"] = content_disposition("attachment", [name], extension, instead="songs")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
