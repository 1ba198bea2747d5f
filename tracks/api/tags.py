"""The tags, each with its number of tracks."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api.base import ApiView, read_query
from tracks.api.pagination import page_response, page_schema
from tracks.api.queries import TagQuery
from tracks.models import Tag
from tracks.queries.library import tag_counts


class TagSerializer(serializers.ModelSerializer[Tag]):
    """``count``: the number of tracks that have it."""

    count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Tag
        fields = ("id", "name", "count")
        read_only_fields = fields


class TagListView(ApiView):
    @extend_schema(
        operation_id="tags_list",
        summary="List tags by name, with their numbers of tracks",
        parameters=[TagQuery],
        responses=page_schema("TagPage", TagSerializer),
    )
    def get(self, request: Request) -> Response:
        query = {**read_query(TagQuery, request), "ordering": "name"}
        return page_response(request, tag_counts(query.get("q", "")), query, TagSerializer, {"name": "key"})
