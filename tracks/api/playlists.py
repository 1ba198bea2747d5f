"""Playlists: list, create, change, delete; their tracks in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Sum
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from tracks.api import querysets
from tracks.api.base import ApiView, read_body, read_query
from tracks.api.bodies import AddedTracks, MovedTrack, NewPlaylist, PlaylistChanges, TrackId
from tracks.api.pagination import page_response, page_schema
from tracks.api.queries import PLAYLIST_ORDERINGS, ListQuery, PlaylistQuery
from tracks.api.schema import ErrorSerializer
from tracks.api.serializers import TrackRowSerializer
from tracks.domain.roles import Action
from tracks.models import Playlist, PlaylistEntry
from tracks.queries.library import playlist_tracks, playlists_with_counts
from tracks.services import playlists

FULL = OpenApiResponse(ErrorSerializer, description="The playlist would hold too many tracks.")


class PlaylistRowSerializer(serializers.ModelSerializer[Playlist]):
    """A playlist in a list. ``count``: its number of tracks."""

    created_by = serializers.CharField(source="created_by.username", allow_null=True, read_only=True)
    count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Playlist
        fields: tuple[str, ...] = (
            "id",
            "name",
            "description",
            "count",
            "created_by",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class PlaylistSerializer(PlaylistRowSerializer):
    """A playlist with the ids of its tracks in order."""

    tracks = serializers.SerializerMethodField()
    duration = serializers.SerializerMethodField(help_text="Seconds of all its tracks, as far as known.")

    class Meta(PlaylistRowSerializer.Meta):
        fields = (*PlaylistRowSerializer.Meta.fields, "duration", "tracks")
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_tracks(self, playlist: Playlist) -> list[int]:
        return list(playlist.entries.order_by("position", "pk").values_list("track_id", flat=True))

    def get_duration(self, playlist: Playlist) -> float:
        return (playlist.entries.aggregate(sum=Sum("track__duration_ms"))["sum"] or 0) / 1000


class EntrySerializer(TrackRowSerializer):
    """The track of an entry."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return super().to_representation(instance.track)


class AddedSerializer(serializers.Serializer[playlists.Added]):
    """What became of the ids. ``missing``: there is no such track."""

    added = serializers.ListField(child=serializers.IntegerField())
    already_in = serializers.ListField(child=serializers.IntegerField())
    missing = serializers.ListField(child=serializers.IntegerField())


class PlaylistListView(ApiView):
    actions: ClassVar = {"POST": Action.REVIEW}

    @extend_schema(
        operation_id="playlists_list",
        summary="List playlists",
        parameters=[PlaylistQuery],
        responses=page_schema("PlaylistPage", PlaylistRowSerializer),
    )
    def get(self, request: Request) -> Response:
        query = read_query(PlaylistQuery, request)
        rows = playlists_with_counts()
        return page_response(request, rows, query, PlaylistRowSerializer, PLAYLIST_ORDERINGS)

    @extend_schema(
        summary="Create a playlist",
        description="A name stands once, whatever its case and width.",
        request=NewPlaylist,
        responses={201: PlaylistSerializer},
    )
    def post(self, request: Request) -> Response:
        body = read_body(NewPlaylist, request)
        made = playlists.create_playlist(body["name"], body["description"], self.caller())
        headers = {"Location": reverse("api:playlist-detail", [made.pk], request=request)}
        return _playlist_response(made.pk, status=201, headers=headers)


class PlaylistView(ApiView):
    actions: ClassVar = {"PATCH": Action.REVIEW, "DELETE": Action.REVIEW}

    @extend_schema(summary="Read a playlist, with the ids of its tracks", responses=PlaylistSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return _playlist_response(pk)

    @extend_schema(
        summary="Change the name or the description of a playlist",
        request=PlaylistChanges,
        responses=PlaylistSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        playlists.change_playlist(pk, read_body(PlaylistChanges, request), self.caller())
        return _playlist_response(pk)

    @extend_schema(summary="Delete a playlist; its tracks stay", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        playlists.delete_playlist(pk, self.caller())
        return Response(status=204)


_IDS = serializers.ListField(child=TrackId(), max_length=playlists.MAX_TRACKS)
_LIST = {"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": playlists.MAX_TRACKS}


def _ids_in(body: Any) -> list[int]:
    """The ids of a list, or of an object that holds nothing else: ``{"ids": […]}`` or ``{"tracks": […]}``."""
    if isinstance(body, Mapping) and len(body) == 1 and next(iter(body)) in ("ids", "tracks"):
        body = next(iter(body.values()))
    return list(_IDS.run_validation(body))


def _object_of(name: str) -> dict[str, Any]:
    properties = {name: _LIST}
    return {
        "type": "object",
        "properties": properties,
        "required": [name],
        "additionalProperties": False,
    }


class PlaylistTracksView(ApiView):
    actions: ClassVar = {"PUT": Action.REVIEW, "POST": Action.REVIEW}

    @extend_schema(
        operation_id="playlist_tracks_list",
        summary="The tracks of a playlist in their order",
        parameters=[ListQuery],
        responses=page_schema("PlaylistTrackPage", TrackRowSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        get_object_or_404(Playlist, pk=pk)
        query = {**read_query(ListQuery, request), "ordering": "position"}
        entries = playlist_tracks(pk, querysets.track_rows())
        return page_response(request, entries, query, EntrySerializer, {"position": "position"})

    @extend_schema(
        summary="Make these the tracks of a playlist, in this order",
        description="The body is a list of ids; one that comes again counts once. With an unknown id nothing "
        "is changed.",
        request={"application/json": {"oneOf": [_LIST, _object_of("ids"), _object_of("tracks")]}},
        responses={200: PlaylistSerializer, 409: FULL},
    )
    def put(self, request: Request, pk: int) -> Response:
        if missing := playlists.set_playlist(pk, _ids_in(request.data), self.caller()):
            names = ", ".join(map(str, missing[:10])) + (" and more" if len(missing) > 10 else "")
            text = f"There is no track {names}. Nothing was changed."
            raise ValidationError([ErrorDetail(text, "not_found")])
        return _playlist_response(pk)

    @extend_schema(
        summary="Add tracks to a playlist",
        description="In their order, before place `at`. Those already in stay where they are.",
        request=AddedTracks,
        responses={200: AddedSerializer, 409: FULL},
    )
    def post(self, request: Request, pk: int) -> Response:
        body = read_body(AddedTracks, request)
        done = playlists.add_to_playlist(pk, body["ids"], self.caller(), body.get("at"))
        return Response(AddedSerializer(done).data)


class PlaylistTrackView(ApiView):
    actions: ClassVar = {"PATCH": Action.REVIEW, "DELETE": Action.REVIEW}

    @extend_schema(
        summary="Move a track to another place in a playlist",
        request=MovedTrack,
        responses=PlaylistSerializer,
    )
    def patch(self, request: Request, pk: int, track: int) -> Response:
        playlists.move_in_playlist(pk, track, read_body(MovedTrack, request)["to"], self.caller())
        return _playlist_response(pk)

    @extend_schema(summary="Take a track out of a playlist", responses={204: None})
    def delete(self, request: Request, pk: int, track: int) -> Response:
        if not playlists.remove_from_playlist(pk, [track], self.caller()):
            raise PlaylistEntry.DoesNotExist
        return Response(status=204)


def _playlist_response(pk: int, **options: Any) -> Response:
    playlist = get_object_or_404(playlists_with_counts(), pk=pk)
    return Response(PlaylistSerializer(playlist).data, **options)
