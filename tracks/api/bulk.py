"""One thing done to many tracks in one call, with a result for each."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api.base import ApiView, read_body
from tracks.api.bodies import BulkChange
from tracks.api.fields import OneOf
from tracks.domain.roles import Action
from tracks.services.bulk import NEEDED, BulkKind, TrackOutcome, TrackResult, do_to_many


class TrackResultSerializer(serializers.Serializer[TrackResult]):
    """``before``: the review or rating of before. ``task``: what was ordered, now or before."""

    id = serializers.IntegerField()
    outcome = OneOf(TrackOutcome)
    detail = serializers.CharField(allow_blank=True)
    before = serializers.JSONField(allow_null=True)
    task = serializers.IntegerField(allow_null=True)


class BulkSerializer(serializers.Serializer[Any]):
    """``counts``: how many of each outcome. ``results``: one for each id, in their order."""

    counts = serializers.DictField(child=serializers.IntegerField())
    results = TrackResultSerializer(many=True)


class BulkView(ApiView):
    # What it asks for depends on what is to be done: see below.
    actions: ClassVar = {"POST": Action.LOOK}

    @extend_schema(
        summary="Review, rate, tag, list, archive or order from many tracks",
        description="Each track is decided as a single one is; one that fails stops no other. Stems and WAV "
        "that are ordered or here already are not ordered again, so the same call twice buys nothing twice.",
        request=BulkChange,
        responses=BulkSerializer,
    )
    def post(self, request: Request) -> Response:
        body = read_body(BulkChange, request)
        do = BulkKind(body["do"])
        self.require(NEEDED[do])
        results = do_to_many(do, body["ids"], body.get("value"), self.caller())
        counts = Counter(str(result.outcome) for result in results)
        return Response(BulkSerializer({"counts": counts, "results": results}).data)
