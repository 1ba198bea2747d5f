"""The compare page: two tracks side by side, switched between at the same position."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracks.domain.roles import Action
from tracks.models import Track
from tracks.presentation.compare import sides
from tracks.queries.access import allowed_to
from tracks.queries.compare import extension


@allowed_to(Action.LOOK)
@require_safe
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """A track compared with itself redirects to the track."""
    if pk == other:
        return redirect("track", pk)
    one, two = _track(pk), _track(other)
    start = extension(one, two)
    context = {
        "sides": sides(one, two, timezone.now()),
        "extension": start,
        "extension_ms": int(abs(start) * 1000) if start is not None else None,
    }
    return render(request, "tracks/compare.html", context)


def _track(pk: int) -> Track:
    rows = Track.objects.select_related("task").prefetch_related("assets", "lines").defer("search_text")
    return get_object_or_404(rows, pk=pk)
