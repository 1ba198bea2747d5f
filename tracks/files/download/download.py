"""Downloads a file in slices of time, resumable and counted to the byte.

``download`` is called with the same part until it returns ``done``; the bytes that arrived survive a lost
connection, a kill -9 and a link that is signed again.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from tracks.files.download.addresses import read_link
from tracks.files.download.connection import Deadline, SliceOver, open_link, reason_of
from tracks.files.download.errors import FileTooLarge, Policy, TransferFailed
from tracks.files.download.extent import Extent, extent_of
from tracks.files.download.part import Part, PartNote, discard, open_part
from tracks.lib import content_coding

CHUNK_BYTES = 256 * 1024
SAFE_HEADER = re.compile(r"[\x20-\x7e]{1,200}")


@dataclass(frozen=True)
class Progress:
    """The state of a download. Sizes in bytes; ``promised`` is None where the server states none.

    ``sha256`` (hex, of the whole file) is set once ``done``. If not ``resumable``, the next call starts again
    at the first byte, so it needs a longer slice to get further.
    """

    done: bool
    size: int
    promised: int | None
    resumable: bool
    sha256: str = ""


def _ignore(_size: int) -> None:
    pass


def download(
    url: str,
    part_path: Path,
    policy: Policy,
    *,
    slice_seconds: float = 60.0,
    on_progress: Callable[[int], None] = _ignore,
) -> Progress:
    """Fetches a link into ``part_path``, or continues the part there, for at most ``slice_seconds``.

    ``on_progress(bytes so far)`` is called about once a second, also while the server sends nothing, and at
    the end; only connecting may take ``policy.connect_seconds`` without it. What it raises ends the call and
    is passed on. A finished file is synced to the disk and stays at ``part_path``, where another call finds
    it without a request, until the caller calls ``discard``.

    Raises BlockedAddress, FileTooLarge (the part is removed), HttpRefused and TransferFailed, never with the
    link's query in the text.
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
    """Fetches the rest of the file, or all of it where the server does not continue."""
    resumes = part.size > 0 and part.resumable
    if resumes and _receive_once(url, part, policy, deadline, resumes=True):
        return
    part.begin(part.note)
    _receive_once(url, part, policy, deadline, resumes=resumes)


def _receive_once(url: str, part: Part, policy: Policy, deadline: Deadline, *, resumes: bool) -> bool:
    """True once the file is whole; False where the part and the server's file do not match.

    ``resumes``: this call of ``download`` asked for the rest of the file, now or just before.
    """
    with open_link(url, policy, _range_headers(part), deadline) as response:
        extent = extent_of(response, part.note.total)
        if extent is None or not _is_wanted(part, response, extent):
            return _mismatch(part, response, extent)
        if extent.start > 0:
            if not _continues(part, response, extent):
                return _mismatch(part, response, extent)
            known = None
        else:
            known = _known_total(part, response, extent)
            _compare(part, known, extent.total)
            part.begin(_note_of(part, response, extent, resumes=resumes))
        if response.status != 416:
            _append_body(response, part, policy.max_bytes)
    _check_count(part)
    _compare(part, known, part.size)
    return True


def _is_wanted(part: Part, response: http.client.HTTPResponse, extent: Extent) -> bool:
    if response.status != 200:
        # A piece from the start is of use where it says how long the file is.
        return extent.start == part.size and (part.size > 0 or extent.total is not None)
    # Some servers send the rest of a file under 200 too. Only its length tells it from the whole file, and
    # does not where the file has become another one: without a Range request the whole file comes.
    is_as_long = extent.total is not None and extent.total == part.note.total and not _is_coded(response)
    return part.size == 0 or is_as_long


def _mismatch(part: Part, response: http.client.HTTPResponse, extent: Extent | None) -> bool:
    """False where another request may do better: one for the whole file. Raises TransferFailed else."""
    if part.size == 0:
        raise TransferFailed(f"the server did not send the whole file that was requested ({response.status})")
    if extent and _is_another(part.note, response, extent):
        part.begin(PartNote(part.note.identity, ranges=part.note.ranges))
    return False


def _is_another(note: PartNote, response: http.client.HTTPResponse, extent: Extent) -> bool:
    """Whether the answer states that the server's file is not the one of the note."""
    stated = extent.total if response.status != 200 else None  # a 200 may be a piece, with a piece's length
    if None not in (stated, note.total) and stated != note.total:
        return True
    headers = (("ETag", note.etag), ("Last-Modified", note.last_modified))
    return any(known and _safe_header(response, name) not in ("", known) for name, known in headers)


def _known_total(part: Part, response: http.client.HTTPResponse, extent: Extent) -> int | None:
    """The length that an earlier answer stated; None where none did, or this is another file."""
    if _is_coded(response) or _is_another(part.note, response, extent):
        return None
    return part.note.total


def _compare(part: Part, known: int | None, total: int | None) -> None:
    """Raises TransferFailed where two answers differ about the length: one of them was a piece.

    Which of them is not known, so the next try believes what comes.
    """
    if None not in (known, total) and known != total:
        part.begin(PartNote(part.note.identity, ranges=part.note.ranges))
        raise TransferFailed(f"the server sent {total} bytes of a file of {known}; it starts again")


def _range_headers(part: Part) -> dict[str, str]:
    if not part.size:
        return {}
    headers = {"Range": f"bytes={part.size}-"}
    if part.note.validator:
        headers["If-Range"] = part.note.validator
    return headers


def _note_of(part: Part, response: http.client.HTTPResponse, extent: Extent, *, resumes: bool) -> PartNote:
    """The note of the file that an answer begins."""
    if _is_coded(response):
        # Lengths and ranges count the compressed bytes, so nothing of what we have can be continued.
        return PartNote(part.note.identity, ranges=False)
    ranges = _safe_header(response, "Accept-Ranges").lower()
    return PartNote(
        part.note.identity,
        etag=_safe_header(response, "ETag"),
        last_modified=_safe_header(response, "Last-Modified"),
        total=extent.total,
        # Whatever it promises, a server that has just begun anew may do so for ever.
        ranges=not resumes and (ranges == "bytes" or (part.note.ranges and ranges != "none")),
    )


def _continues(part: Part, response: http.client.HTTPResponse, extent: Extent) -> bool:
    """Whether a 206 continues the part, or a 416 says that it is whole; False where it is another file."""
    # If-Range should have decided that. Without a validator, or with a server that ignores it, the total, the
    # ETags and the dates are left to compare. Without any total nobody knows where the file ends.
    total = part.note.total if extent.total is None else extent.total
    if _is_coded(response) or total is None or (extent.end or 0) > total:
        return False
    if _is_another(part.note, response, extent):
        return False
    part.describe(replace(part.note, total=total, ranges=True))
    return True


def _append_body(response: http.client.HTTPResponse, part: Part, max_bytes: int) -> None:
    """Appends what the answer carries, at most ``max_bytes``, without the compression that it may have."""
    _check_cap(part.note.total or response.length or 0, max_bytes)
    try:
        for piece in _plain_bytes(response, _sent_bytes(response, max_bytes)):
            part.append(piece)
            _check_cap(part.size, max_bytes)
    except http.client.HTTPException as error:
        raise TransferFailed(f"the file broke off after {part.size} bytes: {reason_of(error)}") from None
    except content_coding.Unsound as error:
        raise TransferFailed(f"the server compressed the file, and {error}; it starts again") from None


def _sent_bytes(response: http.client.HTTPResponse, max_bytes: int) -> Iterator[bytes]:
    """The bytes as they come, until the promised length. Raises FileTooLarge past ``max_bytes``."""
    # read1 returns what has arrived instead of waiting for a full chunk. It does not stop at the promised
    # length (Python 3.11), and would wait for a server that keeps the connection open: so the bytes are
    # counted here.
    left, count = response.length, 0
    while chunk := response.read1(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)):
        left = None if left is None else left - len(chunk)
        count += len(chunk)
        _check_cap(count, max_bytes)
        yield chunk
    if left and _is_coded(response):
        raise TransferFailed(f"the file broke off: {count} of {count + left} bytes came")


def _plain_bytes(response: http.client.HTTPResponse, sent: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes without the coding that the answer names. Raises content_coding.Unsound."""
    header, head = _coding(response), b""
    while header and len(head) < content_coding.MIN_HEAD_BYTES and (chunk := next(sent, b"")):
        head += chunk
    decoder = content_coding.decoder_for(header, head)
    if decoder is None:
        yield from filter(None, chain([head], sent))
        return
    for chunk in chain([head], sent):
        yield from decoder.feed(chunk)
    decoder.finish()


def _coding(response: http.client.HTTPResponse) -> str:
    return str(response.headers.get("Content-Encoding", ""))


def _is_coded(response: http.client.HTTPResponse) -> bool:
    """Whether the bytes may be compressed, although we ask for them as they are."""
    return content_coding.is_known(_coding(response))


def _check_cap(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise FileTooLarge(f"the file has more than the {max_bytes} bytes that are allowed (FETCH_MAX_BYTES)")


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


def _safe_header(response: http.client.HTTPResponse, name: str) -> str:
    """The header if it is safe to store and to send back, else blank."""
    value = str(response.headers.get(name, "")).strip()
    return value if SAFE_HEADER.fullmatch(value) else ""
