"""Lyrics that people edit: save them, see and restore versions, look for what may be wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api import querysets
from tracks.api.base import ApiView, read_body
from tracks.api.fields import OneOf, Seconds
from tracks.api.lyric_bodies import MAX_VERSION, LintBody, LyricsBody, RestoreBody
from tracks.api.serializers import (
    LyricLineSerializer,
    LyricsOrigin,
    LyricsTiming,
    shown_origin,
    shown_timing,
    timing_in_rest,
)
from tracks.domain.lyrics.lint import LintCode
from tracks.domain.roles import Action
from tracks.domain.update_json import lyrics_digest
from tracks.domain.updates import Lyrics, Timing
from tracks.models import LyricLine, Track
from tracks.queries.lyric_versions import (
    Version,
    findings,
    is_providers_newer,
    lyrics_of,
    versions_of,
)
from tracks.services.lyrics import PROVIDER, save_version, show_version


class FindingSerializer(serializers.Serializer[Any]):
    """Something to look at in one line: its position, a code, and a sentence for people."""

    position = serializers.IntegerField(read_only=True)
    code = OneOf(LintCode, read_only=True)
    sentence = serializers.CharField(read_only=True)


class DraftLintSerializer(serializers.Serializer[Any]):
    track = serializers.IntegerField(read_only=True)
    lint = FindingSerializer(many=True, read_only=True)


class LintSerializer(DraftLintSerializer):
    lyrics_version = serializers.IntegerField(read_only=True, allow_null=True)


class ShownLyricsSerializer(LintSerializer):
    """The lyrics that are shown now, by their own times: the offset stands beside them."""

    lyrics_digest = serializers.CharField(
        read_only=True, help_text="To send back as `seen` with edited lines."
    )
    lyrics_origin = OneOf(LyricsOrigin, read_only=True)
    lyrics_timing = OneOf(LyricsTiming, read_only=True)
    lyrics_offset = Seconds()
    lyrics = LyricLineSerializer(many=True, read_only=True)


class VersionSerializer(serializers.Serializer[Version]):
    """A version of the lyrics. ``version`` and ``based_on``: a number; null for the provider's."""

    version = serializers.IntegerField(source="number", read_only=True, allow_null=True)
    is_shown = serializers.BooleanField(read_only=True)
    lyrics_timing = serializers.SerializerMethodField()
    at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When it was saved, or came from the provider meanwhile."
    )
    by = serializers.CharField(read_only=True)
    note = serializers.CharField(read_only=True)
    based_on = serializers.IntegerField(read_only=True, allow_null=True)

    @extend_schema_field(OneOf(LyricsTiming))
    def get_lyrics_timing(self, version: Version) -> str:
        return timing_in_rest(version.timing)


class VersionsSerializer(serializers.Serializer[Any]):
    """All versions, the newest first, the provider's last."""

    provider_is_newer = serializers.BooleanField(
        read_only=True, help_text="The provider gave other lyrics after the shown version was saved."
    )
    versions = VersionSerializer(many=True, read_only=True)


class VersionLyricsSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(read_only=True, allow_null=True)
    lyrics_timing = OneOf(LyricsTiming, read_only=True)
    lyrics = LyricLineSerializer(many=True, read_only=True)


class LyricsEditView(ApiView):
    actions: ClassVar = {"PUT": Action.REVIEW}

    @extend_schema(
        summary="The lyrics that are shown, and what may be wrong in them", responses=ShownLyricsSerializer
    )
    def get(self, request: Request, pk: int) -> Response:
        return _shown(pk)

    @extend_schema(
        summary="Save edited lyrics as a new version and show it",
        description="The provider's lyrics, and what it still sends of them, are kept and can be restored. "
        "409 where other lyrics are shown by now than `based_on` and `seen` say.",
        request=LyricsBody,
        responses=ShownLyricsSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        body = read_body(LyricsBody, request)
        note, seen = body.get("note", ""), body.get("seen", "")
        save_version(pk, body["cues"], body["based_on"], self.caller().username, note, seen)
        return _shown(pk)


class LyricsLintView(ApiView):
    actions: ClassVar = {"POST": Action.LOOK}

    @extend_schema(summary="What may be wrong in the lyrics that are shown", responses=LintSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(LintSerializer(_linted(_track(pk))).data)

    @extend_schema(
        summary="What may be wrong in these lines; nothing is saved",
        request=LintBody,
        responses=DraftLintSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        found = findings(_track(pk), read_body(LintBody, request)["cues"])
        return Response(DraftLintSerializer({"track": pk, "lint": found}).data)


class VersionListView(ApiView):
    @extend_schema(
        operation_id="tracks_lyrics_versions_list",
        summary="The versions of a track's lyrics",
        responses=VersionsSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        versions = versions_of(_track(pk))
        found = {"provider_is_newer": is_providers_newer(versions), "versions": versions}
        return Response(VersionsSerializer(found).data)


class VersionView(ApiView):
    @extend_schema(
        summary="The lyrics of one version, by their own times",
        parameters=[
            OpenApiParameter(
                "version", str, OpenApiParameter.PATH, description=f"Its number, or `{PROVIDER}`."
            )
        ],
        responses=VersionLyricsSerializer,
    )
    def get(self, request: Request, pk: int, version: str) -> Response:
        track, number = _track(pk), _number(version)
        lyrics = lyrics_of(track, number)
        timing = lyrics.timing if lyrics else Timing.NONE
        found = {"version": number, "lyrics_timing": timing_in_rest(timing), "lyrics": _lines(track, lyrics)}
        return Response(VersionLyricsSerializer(found).data)


class LyricsRestoreView(ApiView):
    actions: ClassVar = {"POST": Action.REVIEW}

    @extend_schema(
        summary="Show an earlier version, or what the provider gave",
        request=RestoreBody,
        responses=ShownLyricsSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        show_version(pk, read_body(RestoreBody, request)["version"], self.caller().username)
        return _shown(pk)


def _number(version: str) -> int | None:
    """None for the provider's. Raises Http404 for what is no version's name."""
    if version == PROVIDER:
        return None
    if not (version.isascii() and version.isdigit() and 1 <= int(version[:12]) <= MAX_VERSION):
        raise Http404
    return int(version)


def _track(pk: int) -> Track:
    return get_object_or_404(querysets.tracks_with_lyrics(), pk=pk)


def _lines(track: Track, lyrics: Lyrics | None) -> list[LyricLine]:
    return [LyricLine.of(track, place, cue) for place, cue in enumerate(lyrics.cues if lyrics else ())]


def _linted(track: Track) -> dict[str, Any]:
    return {"track": track.pk, "lyrics_version": track.lyrics_version, "lint": findings(track)}


def _shown(pk: int) -> Response:
    track = _track(pk)
    found = _linted(track) | {
        "lyrics_digest": lyrics_digest(track.lyrics_shown()),
        "lyrics_origin": shown_origin(track),
        "lyrics_timing": shown_timing(track),
        "lyrics_offset": track.lyrics_offset_ms,
        "lyrics": list(track.lines.all()),
    }
    return Response(ShownLyricsSerializer(found).data)
