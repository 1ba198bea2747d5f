"""Answers with one page of a list, and with the links that lead on from it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from tracks.lib.keyset import BadCursor, page_of


def link(request: Request, **changed: Any) -> str:
    """This request's address with some parameters changed and all others kept."""
    query = urlencode(request.query_params.dict() | changed)
    return request.build_absolute_uri(f"{request.path}?{query}")


def page(
    request: Request, rows: QuerySet[Any], asked: dict[str, Any], shape: type[serializers.Serializer[Any]]
) -> Response:
    """One keyset page in the ordering that was asked for."""
    try:
        found = page_of(rows, asked["ordering"], asked.get("cursor"), asked["page_size"])
    except BadCursor as error:
        raise ValidationError({"cursor": str(error)}) from error
    onward, back = found.next_cursor, found.previous_cursor
    return Response(
        {
            "next": link(request, cursor=onward) if onward else None,
            "previous": link(request, cursor=back) if back else None,
            "results": shape(found.rows, many=True, context={"request": request}).data,
        }
    )


def page_schema(name: str, row: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The page for the schema."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "next": serializers.URLField(allow_null=True, read_only=True),
        "previous": serializers.URLField(allow_null=True, read_only=True),
        "results": row(many=True, read_only=True),
    }
    page: serializers.Serializer[Any] = inline_serializer(name, fields)
    return page
