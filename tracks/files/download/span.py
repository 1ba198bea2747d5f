"""Which bytes of a file an HTTP answer carries, where its status, Content-Range and Content-Length agree."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass

CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """Bytes ``start`` to ``end`` (exclusive) of ``total``; None: not stated."""

    start: int
    end: int | None
    total: int | None


def span_of(response: http.client.HTTPResponse) -> Span | None:
    """What the answer says that it carries; None where its statements contradict each other.

    A 416 carries nothing: ``Span(total, total, total)``. See https://www.rfc-editor.org/rfc/rfc9110#section-14.4
    """
    match = CONTENT_RANGE.fullmatch(str(response.headers.get("Content-Range", "")).strip())
    first, last, size = match.groups() if match else (None, None, None)
    total = int(size) if size and size != "*" else None
    if response.status == 416:
        return Span(total, total, total) if total is not None and first is None else None
    if first is None or last is None:
        return Span(0, response.length, response.length) if response.status == 200 else None
    span = Span(int(first), int(last) + 1, total)
    return _of_a_whole(response, span) if response.status == 200 else _of_a_piece(response, span)


def _of_a_piece(response: http.client.HTTPResponse, span: Span) -> Span | None:
    assert span.end is not None
    length = span.end - span.start
    is_possible = length > 0 and (span.total is None or span.end <= span.total)
    return span if is_possible and response.length in (None, length) else None


def _of_a_whole(response: http.client.HTTPResponse, span: Span) -> Span | None:
    """Content-Range has no meaning in a 200, but some servers send a piece with it, and its length."""
    if piece := _of_a_piece(response, span):
        return piece if piece == Span(0, span.total, span.total) else None
    return Span(0, response.length, response.length)
