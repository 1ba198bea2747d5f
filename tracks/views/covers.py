"""The drawn cover of a song whose provider sent none."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from tracks.domain.roles import Action
from tracks.files.serving import guarded
from tracks.models import Track
from tracks.presentation.covers import cover_subject
from tracks.presentation.drawn_cover import draw_cover
from tracks.queries.access import allowed_to


@allowed_to(Action.LOOK)
@require_safe
def drawn_cover(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An SVG. Under its own version (``?v=``) it never changes, so that browsers keep it."""
    track = get_object_or_404(Track.objects.prefetch_related("assets"), pk=pk)
    subject = cover_subject(track, track.assets.all())
    etag = f'"{subject.digest}"'
    answer: HttpResponseBase = get_conditional_response(request, etag) or HttpResponse(
        draw_cover(subject), content_type="image/svg+xml"
    )
    is_named = request.GET.get("v") == subject.digest
    answer["Cache-Control"] = "private, max-age=31536000, immutable" if is_named else "private, no-cache"
    answer["ETag"] = etag
    return guarded(answer)
