"""Fetching a provider's file: from public addresses only, resumably, in slices of time, counted to the byte.

``download`` is called again and again with the same part file until it says ``done``; what has arrived
survives a cut connection, a kill -9 and a fresh signature in the link.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tracks.files.download.addresses import read_link
from tracks.files.download.connection import Deadline, SliceOver, open_link, reason
from tracks.files.download.errors import FileTooLarge, Policy, TransferFailed
from tracks.files.download.part import Part, PartNote, discard, open_part

CHUNK_BYTES = 256 * 1024
PLAIN_HEADER = re.compile(r"[\x20-\x7e]{1,200}")
CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(frozen=True)
class Progress:
    """How far a download is. Sizes in bytes; ``promised`` is None where the server does not say.

    ``sha256`` (hex, of the whole file) is set once ``done``. Without ``resumable`` the next call starts from
    nothing, so it needs a longer slice to come further.
    """

    done: bool
    size: int
    promised: int | None
    resumable: bool
    sha256: str = ""


def _unheard(_size: int) -> None:
    pass


def download(
    url: str,
    part_path: Path,
    policy: Policy,
    *,
    slice_seconds: float = 60.0,
    on_progress: Callable[[int], None] = _unheard,
) -> Progress:
    """Fetch a link into ``part_path``, or go on with what stands there; at most ``slice_seconds`` at a time.

    ``on_progress(bytes so far)`` is called about once a second, in silence too, and at the end (connecting
    may take ``policy.connect_seconds`` without it); what it raises ends the call and comes out as it is. A
    finished file is synced to the disk and stays at ``part_path``, where another call finds it without asking
    the server, until the caller moves it and calls ``discard``.

    Raises Blocked, TooLarge (the part is gone), Refused, Broken; never with the link's query in the text.
    """
    with open_part(part_path, read_link(url).identity) as part:
        deadline = Deadline(time.monotonic() + slice_seconds, on_tick=lambda: on_progress(part.size))
        try:
            if not part.complete:
                _receive(url, part, policy, deadline)
        except SliceOver:
            return Progress(False, part.size, part.note.total, part.resumable)
        except FileTooLarge:
            discard(part_path)
            raise
        digest = part.seal()
        on_progress(part.size)
        return Progress(True, part.size, part.note.total, part.resumable, digest)


def _receive(url: str, part: Part, policy: Policy, deadline: Deadline) -> None:
    """Ask for the rest of the file; from the start where the server can't or won't go on."""
    if part.size and part.resumable and _receive_once(url, part, policy, deadline):
        return
    part.begin(PartNote(part.note.identity, ranges=part.note.ranges))
    _receive_once(url, part, policy, deadline)


def _receive_once(url: str, part: Part, policy: Policy, deadline: Deadline) -> bool:
    """False: the part and the server's file do not fit together. True: the file is whole."""
    with open_link(url, policy, _range_headers(part), deadline) as response:
        if response.status == 200:
            part.begin(_announced(part, response))
        elif not part.size:
            raise TransferFailed(f"the server answered {response.status} though the whole file was asked for")
        elif not _continues(part, response):
            return False
        if response.status != 416:
            _pour(response, part, policy.max_bytes)
    _check_count(part)
    return True


def _range_headers(part: Part) -> dict[str, str]:
    if not part.size:
        return {}
    headers = {"Range": f"bytes={part.size}-"}
    if part.note.validator:
        headers["If-Range"] = part.note.validator
    return headers


def _announced(part: Part, response: http.client.HTTPResponse) -> PartNote:
    """What a 200 says of the file that follows. A 200 to a Range: another file, or no ranges there."""
    ranges = _plain(response, "Accept-Ranges").lower()
    return PartNote(
        part.note.identity,
        etag=_plain(response, "ETag"),
        last_modified=_plain(response, "Last-Modified"),
        total=response.length,
        ranges=ranges == "bytes" or (part.note.ranges and part.size == 0 and ranges != "none"),
    )


def _continues(part: Part, response: http.client.HTTPResponse) -> bool:
    """Whether a 206 goes on with the part, or a 416 calls it whole; False where it is another file.

    If-Range should have settled that. Without a validator, or with a server that ignores it, the total and
    the tags are what is left to compare.
    """
    match = CONTENT_RANGE.fullmatch(_plain(response, "Content-Range"))
    if match is None:
        return False
    start, _end, total = match.groups()
    size = None if total == "*" else int(total)
    wanted = size if response.status == 416 else int(start or -1)
    tag = _plain(response, "ETag")
    if wanted != part.size or (tag and part.note.etag and tag != part.note.etag):
        return False
    if size is not None and part.note.total not in (None, size):
        return False
    part.describe(replace(part.note, total=part.note.total if size is None else size, ranges=True))
    return True


def _pour(response: http.client.HTTPResponse, part: Part, max_bytes: int) -> None:
    """Append the body as it comes: read1 hands over what has arrived instead of waiting for a full chunk.

    It does not stop at the promised length (Python 3.11), and a server that keeps the connection open would
    then hold us up: so the bytes are counted here.
    """
    _check_cap(part.note.total or 0, max_bytes)
    left = CHUNK_BYTES if response.length is None else response.length
    try:
        while chunk := response.read1(min(CHUNK_BYTES, left)):
            left -= len(chunk) if response.length is not None else 0
            part.append(chunk)
            _check_cap(part.size, max_bytes)
    except http.client.HTTPException as error:
        raise TransferFailed(f"the file broke off after {part.size} bytes: {reason(error)}") from None


def _check_cap(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise FileTooLarge(f"the file has more than the {max_bytes} bytes that are taken (FETCH_MAX_BYTES)")


def _check_count(part: Part) -> None:
    promised = part.note.total
    if promised is not None and part.size < promised:
        raise TransferFailed(f"the file broke off: {part.size} of {promised} bytes came")
    if promised is not None and part.size > promised:
        part.begin(PartNote(part.note.identity))
        raise TransferFailed("more bytes came than the server had promised, so it starts again")
    if part.size == 0:
        raise TransferFailed("the file is empty")
    part.describe(replace(part.note, total=part.size))


def _plain(response: http.client.HTTPResponse, name: str) -> str:
    """A header fit to be kept and sent back, else blank."""
    value = str(response.headers.get(name, "")).strip()
    return value if PLAIN_HEADER.fullmatch(value) else ""
