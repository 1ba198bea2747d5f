"""Which bytes of a file an HTTP answer carries, where its status, Content-Range and Content-Length agree."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass

CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)", re.IGNORECASE)


@dataclass(frozen=True)
class Extent:
    """Bytes ``start`` to ``end`` (exclusive) of ``total``; None: not stated."""

    start: int
    end: int | None
    total: int | None


def extent_of(response: http.client.HTTPResponse) -> Extent | None:
    """What the answer says that it carries; None where its statements contradict each other.

    A 416 carries nothing: ``Extent(total, total, total)``. See https://www.rfc-editor.org/rfc/rfc9110#section-14.4
    """
    match = CONTENT_RANGE.fullmatch(str(response.headers.get("Content-Range", "")).strip())
    first, last, size = match.groups() if match else (None, None, None)
    total = int(size) if size and size != "*" else None
    if response.status == 416:
        return Extent(total, total, total) if total is not None and first is None else None
    if first is None or last is None:
        return Extent(0, response.length, response.length) if response.status == 200 else None
    extent = Extent(int(first), int(last) + 1, total)
    return _of_a_whole(response, extent) if response.status == 200 else _of_a_piece(response, extent)


def _of_a_piece(response: http.client.HTTPResponse, extent: Extent) -> Extent | None:
    assert extent.end is not None
    length = extent.end - extent.start
    is_possible = length > 0 and (extent.total is None or extent.end <= extent.total)
    return extent if is_possible and response.length in (None, length) else None


def _of_a_whole(response: http.client.HTTPResponse, extent: Extent) -> Extent | None:
    """Content-Range has no meaning in a 200, but some servers send a piece with it, and its length."""
    if piece := _of_a_piece(response, extent):
        return piece if piece == Extent(0, extent.total, extent.total) else None
    return Extent(0, response.length, response.length)
