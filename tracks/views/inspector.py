"""One song beside the list, as a part that scripts fetch for the row with the focus."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracks.domain.roles import Action
from tracks.models import Track
from tracks.presentation.inspector import inspected_song
from tracks.queries.access import allowed_to


@allowed_to(Action.LOOK)
@require_safe
def inspector(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Track.objects.select_related("task").prefetch_related("assets", "lines", "tags", "track_notes")
    found = get_object_or_404(rows.defer("search_text"), pk=pk)
    context = {"shown": inspected_song(found, timezone.now()), "track": found}
    return render(request, "tracks/part_inspector.html", context)
