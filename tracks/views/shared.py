"""File links: one archived file, for a provider that holds the signed link of one task."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from tracks import signed_urls
from tracks.domain.statuses import AssetStatus
from tracks.files import serving
from tracks.models import Asset, Task

NO_FILE = "There is no file at this address. Whoever gave you the link can make a new one.\n"
TEXT = "text/plain; charset=utf-8"


@csrf_exempt
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file, with ranges, for GET and HEAD; 404 for everything else, without saying why."""
    asset = _asset(token) if request.method in ("GET", "HEAD") else None
    answer = serving.serve(request, asset) if asset else HttpResponse(NO_FILE, TEXT, status=404)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _asset(token: str) -> Asset | None:
    """The file of the link, while it is archived and the link's task is made from the file's track."""
    named = signed_urls.read_file_link(token)
    if named is None:
        return None
    archived = Asset.objects.select_related("track").filter(pk=named.asset, status=AssetStatus.ARCHIVED)
    asset = archived.first()
    tasks = Task.objects.filter(pk=named.task, source_track=asset.track_id) if asset else Task.objects.none()
    return asset if tasks.exists() else None
