"""Saved searches: list, save, delete."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.api.base import ApiView, read_body, read_query
from tracks.api.bodies import NewSearch
from tracks.api.pagination import page_response, page_schema
from tracks.api.queries import ListQuery
from tracks.domain.roles import Action
from tracks.models import SavedSearch
from tracks.services.searches import delete_search, save_search


class SearchSerializer(serializers.ModelSerializer[SavedSearch]):
    """``query_string``: what follows the question mark of the list of tracks."""

    query = serializers.DictField(child=serializers.CharField(), read_only=True)
    query_string = serializers.SerializerMethodField()
    created_by = serializers.CharField(source="created_by.username", allow_null=True, read_only=True)

    class Meta:
        model = SavedSearch
        fields = ("id", "name", "query", "query_string", "created_by", "created_at")
        read_only_fields = fields

    def get_query_string(self, search: SavedSearch) -> str:
        return urlencode(sorted(search.query.items()))


class SearchListView(ApiView):
    actions: ClassVar = {"POST": Action.REVIEW}

    @extend_schema(
        operation_id="searches_list",
        summary="List saved searches",
        parameters=[ListQuery],
        responses=page_schema("SearchPage", SearchSerializer),
    )
    def get(self, request: Request) -> Response:
        query = {**read_query(ListQuery, request), "ordering": "-id"}
        rows = SavedSearch.objects.select_related("created_by")
        return page_response(request, rows, query, SearchSerializer)

    @extend_schema(
        summary="Save a search",
        description="`query` holds parameters of the list of tracks, but not its page.",
        request=NewSearch,
        responses={201: SearchSerializer},
    )
    def post(self, request: Request) -> Response:
        body = read_body(NewSearch, request)
        return Response(SearchSerializer(save_search(body["name"], body["query"], self.caller())).data, 201)


class SearchView(ApiView):
    actions: ClassVar = {"DELETE": Action.REVIEW}

    @extend_schema(summary="Delete a saved search", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        delete_search(pk, self.caller())
        return Response(status=204)
