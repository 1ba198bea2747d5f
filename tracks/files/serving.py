"""Serves archived files: byte ranges, conditional requests, file names, and headers that keep them inert."""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

from tracks.files.file_names import content_disposition, safe_file_name
from tracks.files.ranges import Span, Unsatisfiable, span_of
from tracks.files.storage import path_of
from tracks.files.tagged import TaggedFile
from tracks.models import Asset, Track

log = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024


def serve(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    """The archived file for a GET or HEAD: 200, 206, 304, 412, 416, and 404 where it is not on the disk.

    ``?download=1`` makes browsers save it under the track's name. The body is read and sent in chunks.
    """
    file = _opened(asset)
    if file is None:
        return _missing()
    source = _Source(file, os.fstat(file.fileno()).st_size, f'"{asset.sha256}"', _modified(asset))
    return _sent(request, asset, source)


def serve_tagged(request: HttpRequest, asset: Asset, tag: bytes) -> HttpResponseBase:
    """:func:`serve` for an MP3 with this tag in place of its own, always as a download."""
    opened = _opened(asset)
    if opened is None:
        return _missing()
    file = TaggedFile(opened, tag)
    # The tag changes with the track, the bytes behind it with the asset; no date tells of both.
    etag = f'"{hashlib.sha256(tag + asset.sha256.encode()).hexdigest()}"'
    answer = _sent(request, asset, _Source(file, file.size, etag, None))
    if answer.has_header("Content-Disposition"):
        answer["Content-Disposition"] = _disposition(asset, "1")
    return answer


class _Readable(Protocol):
    def seek(self, place: int, /) -> object: ...
    def read(self, count: int, /) -> bytes: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Source:
    """The bytes to be sent, how many there are, and by what a client knows them again."""

    file: _Readable
    size: int
    etag: str
    modified: int | None


def _opened(asset: Asset) -> BinaryIO | None:
    try:
        return path_of(asset.file).open("rb")
    except OSError as error:
        log.error("the archived file of asset %s can't be read: %s", asset.pk, type(error).__name__)
        return None


def _missing() -> HttpResponseBase:
    text = "The archived file is missing from the disk, so it can't be played. Restore it from a backup."
    return guarded(_refusal(404, "not_found", text))


def _sent(request: HttpRequest, asset: Asset, source: _Source) -> HttpResponseBase:
    answer = _answer(request, asset, source)
    if not answer.streaming:
        source.file.close()
    return guarded(answer)


def serve_refused(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    """The bytes that were refused and kept aside, always as a download of no type."""
    aside = Asset(
        pk=asset.pk,
        track=asset.track,
        kind=asset.kind,
        label=f"{asset.label} not accepted".strip(),
        file=asset.refused_file,
        sha256=Path(asset.refused_file).stem,
    )
    answer = serve(request, aside)
    if answer.has_header("Content-Disposition"):
        answer["Content-Disposition"] = _disposition(aside, "1")
    return answer


def _answer(request: HttpRequest, asset: Asset, source: _Source) -> HttpResponseBase:
    size, etag, modified = source.size, source.etag, source.modified
    answer: HttpResponseBase | None = get_conditional_response(request, etag, modified)
    if answer is not None and answer.status_code == 412:
        return _refusal(
            412, "precondition_failed", "The file is not the one that the request's conditions name."
        )
    if answer is None:
        try:
            span = _span(request, size, etag, modified)
        except Unsatisfiable as error:
            refusal = _refusal(416, "range_not_satisfiable", f"The range lies outside of the file. {error}")
            refusal["Content-Range"] = f"bytes */{size}"
            return refusal
        answer = _content(request, asset, source.file, size, span)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, max-age=600"
    if modified is not None:
        answer["Last-Modified"] = http_date(modified)
    return answer


def _span(request: HttpRequest, size: int, etag: str, modified: int | None) -> Span | None:
    """The requested span; None, the whole file, also where If-Range names another file than this."""
    if request.method != "GET":
        return None
    known = request.headers.get("If-Range", etag)
    if known != etag and (modified is None or parse_http_date_safe(known) != modified):
        return None
    return span_of(request.headers.get("Range", ""), size)


def _content(
    request: HttpRequest, asset: Asset, file: _Readable, size: int, span: Span | None
) -> HttpResponseBase:
    content_type, status = asset.content_type or "application/octet-stream", 206 if span else 200
    part = span or Span(0, size - 1)
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(content_type=content_type)
    else:
        answer = StreamingHttpResponse(_SpanReader(file, part), content_type=content_type, status=status)
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Length"] = str(part.length)
    answer["Content-Disposition"] = _disposition(asset, request.GET.get("download", ""))
    if span:
        answer["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    return answer


class _SpanReader:
    """The bytes of a span, in chunks; the response closes it in any case."""

    def __init__(self, file: _Readable, span: Span) -> None:
        self.file, self.left = file, span.length
        file.seek(span.first)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        chunk = self.file.read(min(CHUNK_BYTES, self.left))
        if not chunk:
            raise StopIteration
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self.file.close()


def _modified(asset: Asset) -> int | None:
    """In whole seconds, like the dates of HTTP."""
    return int(asset.archived_at.timestamp()) if asset.archived_at else None


def _disposition(asset: Asset, download: str) -> str:
    kind = "inline" if download.lower() in ("", "0", "false") else "attachment"
    return content_disposition(kind, *_name_parts(asset), instead=f"track-{asset.track_id}")


def download_name(asset: Asset) -> str:
    """The track's title, what distinguishes the file, and the extension of its detected format."""
    return safe_file_name(*_name_parts(asset), instead=f"track-{asset.track_id}")


def _name_parts(asset: Asset) -> tuple[list[str], str]:
    source = "source" if asset.kind.startswith("source_") else ""
    return [_title(asset.track), source, asset.label], os.path.splitext(asset.file)[1]


def _title(track: Track) -> str:
    """The track's title, or its source track's: stems and videos have none of their own."""
    if track.title or track.task.source_track is None:
        return track.title
    return track.task.source_track.title


def _refusal(status: int, code: str, detail: str) -> JsonResponse:
    """An error in the form of the API's errors."""
    error = {"code": code, "detail": detail, "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=status)


def guarded(answer: HttpResponseBase) -> HttpResponseBase:
    """With headers by which the file is only what was detected, and runs nothing."""
    # Also on a 304, whose headers replace those of the cached response. django-csp leaves a policy that is
    # set.
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
