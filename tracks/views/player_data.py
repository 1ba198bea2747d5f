"""One song as JSON for the dock, which can play any song without its page."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from tracks.domain.roles import Action
from tracks.models import Track
from tracks.presentation.player_song import player_song
from tracks.queries.access import allowed_to


@allowed_to(Action.LOOK)
@require_safe
def player_data(request: HttpRequest, pk: int) -> HttpResponseBase:
    """See player_song(). Browsers ask each time, and get a 304 where nothing changed."""
    rows = (
        Track.objects.select_related("task")
        .prefetch_related("assets", "lines", "track_notes")
        .defer("search_text")
    )
    answer = JsonResponse(player_song(get_object_or_404(rows, pk=pk)))
    answer["Cache-Control"] = "private, no-cache"
    answer["ETag"] = etag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag, response=answer) or answer
