"""What the actions share: one service call per chosen row, and a word about each that would not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

MOST_AT_ONCE = 500
MOST_WORDS = 10


def each_of(
    request: HttpRequest, rows: QuerySet[Any], act: Callable[[int], object], refusal: type[Exception]
) -> int:
    """Calls ``act`` with each id; how many went through. Refusals become warnings that name the row."""
    chosen = few(request, rows)
    refused = []
    for row in chosen:
        try:
            act(row.pk)
        except refusal as reason:
            refused.append(f"{row}: {reason}")
    for text in refused[:MOST_WORDS]:
        messages.warning(request, text)
    if len(refused) > MOST_WORDS:
        messages.warning(request, f"The same goes for {len(refused) - MOST_WORDS} more.")
    return len(chosen) - len(refused)


def few(request: HttpRequest, rows: QuerySet[Any]) -> list[Model]:
    """The chosen rows, or none and a warning: all of a large list would keep the request for hours."""
    chosen = list(rows[: MOST_AT_ONCE + 1])
    if len(chosen) <= MOST_AT_ONCE:
        return chosen
    messages.warning(request, f"At most {MOST_AT_ONCE} at once; nothing was done. Narrow the list first.")
    return []
