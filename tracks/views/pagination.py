"""The pages of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from tracks.lib.keyset import ORDERINGS, BadCursor, Page, page_of

M = TypeVar("M", bound=Model)

# A window full: with as many covers a page stays below 150 kB (tests/whole/test_weight.py). Lists go on by
# themselves.
PAGE_SIZE = 20


def requested_page(
    request: HttpRequest,
    rows: QuerySet[M],
    ordering: str = "-id",
    orderings: Mapping[str, str] = ORDERINGS,
) -> Page[M]:
    """The page of the query's ``cursor``; the first page, with a message, for a bad cursor."""
    try:
        return page_of(rows, ordering, request.GET.get("cursor"), PAGE_SIZE, orderings)
    except BadCursor:
        messages.info(request, "That page of the list cannot be found any more. Here is its beginning.")
        return page_of(rows, ordering, None, PAGE_SIZE, orderings)
