"""Notes at moments of a track: read, write, remove."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api.base import ApiView, read_body, read_query
from tracks.api.bodies import PlainLinesField, StrictBody
from tracks.api.fields import Seconds
from tracks.api.pagination import page_response, page_schema
from tracks.api.queries import NoteQuery
from tracks.domain.roles import Action
from tracks.models import Track, TrackNote
from tracks.services import notes


class NoteSerializer(serializers.ModelSerializer[TrackNote]):
    """``time``: the moment in the track, in seconds; null where it is about all of it.

    ``at``: when it was written.
    """

    time = Seconds(source="at_ms", allow_null=True)

    class Meta:
        model = TrackNote
        fields = ("id", "time", "text", "by", "at")
        read_only_fields = fields


class NewNote(StrictBody):
    time = serializers.FloatField(
        min_value=0,
        max_value=notes.MAX_AT_MS / 1000,
        allow_null=True,
        required=False,
        help_text="The moment in the track, in seconds; null: about all of it.",
    )
    text = PlainLinesField(max_length=notes.MAX_NOTE)


class NoteListView(ApiView):
    actions: ClassVar = {"POST": Action.REVIEW}

    @extend_schema(
        operation_id="track_notes_list",
        summary="List the notes at moments of a track",
        parameters=[NoteQuery],
        responses=page_schema("NotePage", NoteSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        track = get_object_or_404(Track.objects.only("pk"), pk=pk)
        query = read_query(NoteQuery, request)
        return page_response(request, TrackNote.objects.filter(track=track), query, NoteSerializer)

    @extend_schema(
        summary="Write a note at a moment of a track", request=NewNote, responses={201: NoteSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        body: dict[str, Any] = read_body(NewNote, request)
        time = body.get("time")
        at_ms = None if time is None else round(time * 1000)
        note = notes.add_note(pk, at_ms, body["text"], self.caller().username)
        return Response(NoteSerializer(note).data, status=201)


class NoteView(ApiView):
    actions: ClassVar = {"DELETE": Action.REVIEW}

    @extend_schema(summary="Remove a note", responses={204: None})
    def delete(self, request: Request, pk: int, note: int) -> Response:
        notes.remove_note(pk, note, self.caller().username)
        return Response(status=204)
