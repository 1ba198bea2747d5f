"""What the admin's actions share: one service call per selected row, and a warning for each refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

MAX_SELECTED = 500
MAX_WARNINGS = 10


def run_each(
    request: HttpRequest, rows: QuerySet[Any], act: Callable[[int], object], refusal: type[Exception]
) -> int:
    """Calls ``act`` with each id and returns how many succeeded; each ``refusal`` becomes a warning."""
    chosen = limited_selection(request, rows)
    refused = []
    for row in chosen:
        try:
            act(row.pk)
        except refusal as reason:
            refused.append(f"{row}: {reason}")
    for text in refused[:MAX_WARNINGS]:
        messages.warning(request, text)
    if len(refused) > MAX_WARNINGS:
        messages.warning(request, f"{len(refused) - MAX_WARNINGS} more were refused.")
    return len(chosen) - len(refused)


def limited_selection(request: HttpRequest, rows: QuerySet[Any]) -> list[Model]:
    """The selected rows; none, with a warning, where there are more than ``MAX_SELECTED``."""
    # All rows of a large list would keep the request busy for hours.
    chosen = list(rows[: MAX_SELECTED + 1])
    if len(chosen) <= MAX_SELECTED:
        return chosen
    messages.warning(request, f"At most {MAX_SELECTED} at once; nothing was done. Narrow the list first.")
    return []
