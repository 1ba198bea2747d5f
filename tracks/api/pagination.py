"""One page of a list, with links to the next and the previous page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.lib.keyset import ORDERINGS, BadCursor, page_of


def page_link(request: Request, **changed: Any) -> str:
    """The absolute URL of this request with some query parameters changed."""
    query = urlencode(request.query_params.dict() | changed)
    return request.build_absolute_uri(f"{request.path}?{query}")


def page_response(
    request: Request,
    rows: QuerySet[Any],
    query: dict[str, Any],
    shape: type[serializers.Serializer[Any]],
    orderings: Mapping[str, str] = ORDERINGS,
) -> Response:
    """One keyset page in the ordering of the query; a bad cursor raises ValidationError."""
    try:
        found = page_of(rows, query["ordering"], query.get("cursor"), query["page_size"], orderings)
    except BadCursor as error:
        raise ValidationError({"cursor": str(error)}) from error
    after, before = found.next_cursor, found.previous_cursor
    return Response(
        {
            "next": page_link(request, cursor=after) if after else None,
            "previous": page_link(request, cursor=before) if before else None,
            "results": shape(found.rows, many=True, context={"request": request}).data,
        }
    )


def page_schema(name: str, row: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The shape of such a page, for the schema."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "next": serializers.URLField(allow_null=True, read_only=True),
        "previous": serializers.URLField(allow_null=True, read_only=True),
        "results": row(many=True, read_only=True),
    }
    page: serializers.Serializer[Any] = inline_serializer(name, fields)
    return page
