"""Which bytes of a file an HTTP answer carries, where its status, Content-Range and Content-Length agree."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass

# Some servers write it with other spaces, a "=", or without the unit; the numbers are clear all the same.
CONTENT_RANGE = re.compile(
    r"(?:bytes[ =]*)?(?:(\d{1,18}) *- *(\d{1,18})|\*) */ *(\d{1,18}|\*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Extent:
    """Bytes ``start`` to ``end`` (exclusive) of ``total``; None: not stated."""

    start: int
    end: int | None
    total: int | None


def extent_of(response: http.client.HTTPResponse, known_total: int | None = None) -> Extent | None:
    """What the answer says that it carries; None where that is not clear, or contradicts itself.

    ``known_total``: how many bytes the file has, by an earlier answer. A 200 of as many is the whole of it.
    A 416 carries nothing: ``Extent(total, total, total)``. See https://www.rfc-editor.org/rfc/rfc9110#section-14.4
    """
    stated = str(response.headers.get("Content-Range", "")).strip()
    if response.status == 200 and (not stated or response.length == known_total is not None):
        return Extent(0, response.length, response.length)
    match = CONTENT_RANGE.fullmatch(stated)
    if match is None:
        return None
    first, last, size = match.groups()
    total = int(size) if size != "*" else None
    piece = Extent(int(first), int(last) + 1, total) if first and last else None
    if response.status == 416:
        return Extent(total, total, total) if total is not None and piece is None else None
    if response.status == 200:
        return _of_a_whole(response, piece, total)
    return _of_a_piece(response, piece) if piece else None


def _of_a_piece(response: http.client.HTTPResponse, extent: Extent) -> Extent | None:
    assert extent.end is not None
    length = extent.end - extent.start
    is_possible = length > 0 and (extent.total is None or extent.end <= extent.total)
    return extent if is_possible and response.length in (None, length) else None


def _of_a_whole(response: http.client.HTTPResponse, piece: Extent | None, total: int | None) -> Extent | None:
    """Content-Range has no meaning in a 200, but some servers send a piece with it, and its length."""
    whole = Extent(0, total, total)
    may_be_whole = response.length == total or (response.length is None and piece in (None, whole))
    return whole if total is not None and may_be_whole else None
