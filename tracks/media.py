"""Serves an archived file: byte ranges, conditions and a name to save it by, and nothing a browser would run."""

from __future__ import annotations

import logging
import os
import re
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

from tracks import ranges
from tracks.models import Asset
from tracks.ranges import Span
from tracks.storage import path_of

log = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
LONGEST_NAME = 180  # bytes of UTF-8; file systems end at 255, and a browser may append to it
_NOT_IN_NAMES = re.compile(r'[\s\\/:*?"<>|%]+')
# django-csp leaves a policy alone that is there already.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_KEEP = "private, max-age=31536000, immutable"


def serve(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    """The archived file for a GET or HEAD: 200, 206, 304, 412, 416, or 404 when it is gone from the disk.

    ``asset`` is archived, its track loaded. ``?download=1`` makes it a download. The body is streamed.
    """
    try:
        file = path_of(asset.file).open("rb")
    except OSError as error:
        log.error("archived file of asset %s cannot be read: %s", asset.pk, type(error).__name__)
        return _refusal(404, "not_found", "The archived file is missing from the disk. Restore it from a backup.")
    size = os.fstat(file.fileno()).st_size
    etag, modified = f'"{asset.sha256}"', int(asset.archived_at.timestamp()) if asset.archived_at else None
    answer: HttpResponseBase | None = get_conditional_response(request, etag, modified)
    if answer is None:
        answer = _content(request, asset, file, size, etag, modified)
    if not answer.streaming:
        file.close()
    if answer.status_code < 400:
        answer.headers |= {"ETag": etag, "Cache-Control": _KEEP}
        if modified is not None:
            answer.headers["Last-Modified"] = http_date(modified)
    answer.headers |= _HEADERS
    return answer
