"""Turning the pages of a list."""

from __future__ import annotations

from typing import TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from tracks.lib.keyset import BadCursor, Page, page_of

M = TypeVar("M", bound=Model)

SIZE = 50


def page_asked_for(request: HttpRequest, rows: QuerySet[M]) -> Page[M]:
    """The page that the address names, newest first; the first one where its cursor makes no sense."""
    try:
        return page_of(rows, "-id", request.GET.get("cursor"), SIZE)
    except BadCursor:
        messages.info(request, "That page of the list cannot be found any more. Here is its beginning.")
        return page_of(rows, "-id", None, SIZE)
