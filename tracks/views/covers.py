"""The cover of a song: the small pictures of an archived one, else one that we draw."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from tracks.domain.roles import Action
from tracks.domain.thumbnails import CONTENT_TYPE, MAX_BYTES
from tracks.files import storage
from tracks.files.serving import guarded
from tracks.models import Track
from tracks.presentation import media
from tracks.presentation.covers import cover_subject
from tracks.presentation.drawn_cover import draw_cover
from tracks.queries.access import allowed_to

IMMUTABLE = "private, max-age=31536000, immutable"


@allowed_to(Action.LOOK)
@require_safe
def drawn_cover(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An SVG. Under its own version (``?v=``) it never changes, so that browsers keep it."""
    return _drawn(request, _track(pk))


@allowed_to(Action.LOOK)
@require_safe
def cover_thumbnail(request: HttpRequest, pk: int, size: int) -> HttpResponseBase:
    """A small picture of the archived cover; the drawn cover where there is none. Versions as above."""
    if size not in MAX_BYTES:
        raise Http404("There are no small pictures of this size.")
    track = _track(pk)
    cover = media.main_cover(track.assets.all())
    body = storage.read_thumbnail(cover.file, size) if cover else None
    if cover is None or body is None:
        return _drawn(request, track)
    version = media.thumbnail_version(cover)
    return _answer(request, version, f'"{version}-{size}"', HttpResponse(body, content_type=CONTENT_TYPE))


def _track(pk: int) -> Track:
    return get_object_or_404(Track.objects.prefetch_related("assets").defer("search_text"), pk=pk)


def _drawn(request: HttpRequest, track: Track) -> HttpResponseBase:
    subject = cover_subject(track, track.assets.all())
    picture = HttpResponse(draw_cover(subject), content_type="image/svg+xml")
    return _answer(request, subject.digest, f'"{subject.digest}"', picture)


def _answer(request: HttpRequest, version: str, etag: str, picture: HttpResponse) -> HttpResponseBase:
    answer: HttpResponseBase = get_conditional_response(request, etag) or picture
    answer["Cache-Control"] = IMMUTABLE if request.GET.get("v") == version else "private, no-cache"
    answer["ETag"] = etag
    return guarded(answer)
