"""Downloads a file in slices of time, resumable and counted to the byte.

``download`` is called with the same part until it returns ``done``; the bytes that arrived survive a lost
connection, a kill -9 and a link that is signed again.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tracks.files.download.addresses import read_link
from tracks.files.download.body import Body, check_cap, is_coded, open_body
from tracks.files.download.connection import Deadline, SliceOver, open_link, reason_of
from tracks.files.download.errors import FileTooLarge, Policy, TransferFailed
from tracks.files.download.extent import Extent, extent_of
from tracks.files.download.part import Part, PartNote, discard, open_part, part_size, read_note
from tracks.lib import content_coding

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

    These begin with the answer. The server has ``policy.read_seconds`` for that, or the slice if longer.

    ``on_progress(bytes so far)`` is called about once a second, also while the server sends nothing, and at
    the end; only connecting may take ``policy.connect_seconds`` without it. What it raises ends the call and
    is passed on. A finished file is synced to the disk and stays at ``part_path``, where another call finds
    it without a request, until the caller calls ``discard``.

    Raises BlockedAddress, FileTooLarge (the part is removed), HttpRefused and TransferFailed, never with the
    link's query in the text.
    """
    with open_part(part_path, read_link(url).identity) as part:
        answers_by = time.monotonic() + max(slice_seconds, policy.read_seconds)
        deadline = Deadline(answers_by, lambda: on_progress(part.size), slice_seconds=slice_seconds)
        try:
            if not part.complete:
                _receive(url, part, policy, deadline)
        except SliceOver:
            return Progress(False, part.size, part.note.total, part.note.resumable)
        except FileTooLarge:
            discard(part_path)
            raise
        digest = part.seal()
        on_progress(part.size)
        return Progress(True, part.size, part.note.total, part.note.resumable, digest)


def whole_part(part_path: Path) -> Progress | None:
    """What a download of all bytes has left at ``part_path``, without a request; None where bytes lack."""
    note, size = read_note(part_path), part_size(part_path)
    if note is None or not size or size != note.total:
        return None
    with part_path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Progress(True, size, note.total, True, digest)


def is_of_other_file(url: str, part_path: Path) -> bool:
    """Whether the part would be emptied for this link. Raises BlockedAddress."""
    note = read_note(part_path)
    return note is not None and note.identity != read_link(url).identity


def must_come_in_one_go(part_path: Path) -> bool:
    """Whether the server cannot send the rest of what a download has begun there."""
    note = read_note(part_path) or PartNote("")
    return not (note.resumable if part_size(part_path) else note.ranges)


def _receive(url: str, part: Part, policy: Policy, deadline: Deadline) -> None:
    """Fetches the rest of the file, or all of it where the server does not continue."""
    resumes = part.size > 0 and part.note.resumable
    if resumes and _receive_once(url, part, policy, deadline, resumes=True):
        return
    part.begin(part.note)
    _receive_once(url, part, policy, deadline, resumes=resumes)


def _receive_once(url: str, part: Part, policy: Policy, deadline: Deadline, *, resumes: bool) -> bool:
    """True once the file is whole; False where the part and the server's file do not match.

    ``resumes``: this call of ``download`` asked for the rest of the file, now or just before.
    """
    known = None
    with open_link(url, policy, _range_headers(part), deadline) as response:
        extent = extent_of(response, part.note.total)
        if extent is None or not _is_wanted(part, response, extent):
            return _mismatch(part, response, extent)
        if response.status != 416:
            deadline.begin_slice()
            with _transfer_errors(part):
                body = open_body(response, policy.max_bytes)
                if extent.start == 0:
                    known = _begin(part, response, body, extent, resumes=resumes)
                _append(part, response, body, policy.max_bytes)
    _check_count(part)
    _compare(part, known, part.size)
    return True


def _is_wanted(part: Part, response: http.client.HTTPResponse, extent: Extent) -> bool:
    if response.status == 200:
        # Some servers send the rest of a file under 200 too. Only its length tells it from the whole file, if
        # the file is still the same: else it is requested without a range.
        is_as_long = extent.total is not None and extent.total == part.note.total
        return part.size == 0 or (is_as_long and not is_coded(response))
    if part.size:
        return extent.start == part.size and _continues(part, response, extent)
    if extent.start or extent.total is None:
        return False
    # A piece from the start is of use where it says how long the file is, in bytes that are not compressed.
    return extent.end == extent.total or not is_coded(response)


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


def _begin(
    part: Part, response: http.client.HTTPResponse, body: Body, extent: Extent, *, resumes: bool
) -> int | None:
    """Empties the part for the file that an answer begins.

    Returns the length that an earlier answer stated; None where none did, or this is another file. Raises
    TransferFailed where this answer states another length.
    """
    known = None if _is_another(part.note, response, extent) else part.note.total
    total = extent.total if body.decoder is None else None  # else it counts the compressed bytes
    _compare(part, known, total)
    part.begin(replace(_note_of(part, response, resumes=resumes), total=total))
    return known


def _note_of(part: Part, response: http.client.HTTPResponse, *, resumes: bool) -> PartNote:
    """The note of the file that an answer begins, without its length."""
    stated = _safe_header(response, "Accept-Ranges").lower()
    # Ranges of a compressed file count the compressed bytes. And whatever it promises, a server that has just
    # begun anew may do so for ever.
    may_continue = not resumes and not is_coded(response)
    return PartNote(
        part.note.identity,
        etag=_safe_header(response, "ETag"),
        last_modified=_safe_header(response, "Last-Modified"),
        ranges=may_continue and (stated == "bytes" or (part.note.ranges and stated != "none")),
    )


def _continues(part: Part, response: http.client.HTTPResponse, extent: Extent) -> bool:
    """Whether a 206 continues the part, or a 416 says that it is whole; False where it is another file."""
    # If-Range should have decided that. Without a validator, or with a server that ignores it, the total, the
    # ETags and the dates are left to compare. Without any total nobody knows where the file ends.
    total = part.note.total if extent.total is None else extent.total
    if is_coded(response) or total is None or (extent.end or 0) > total:
        return False
    if _is_another(part.note, response, extent):
        return False
    part.describe(replace(part.note, total=total, ranges=True))
    return True


@contextmanager
def _transfer_errors(part: Part) -> Iterator[None]:
    try:
        yield
    except http.client.HTTPException as error:
        raise TransferFailed(f"the file broke off after {part.size} bytes: {reason_of(error)}") from None
    except content_coding.Unsound as error:
        raise TransferFailed(f"the server compressed the file, and {error}; it starts again") from None


def _append(part: Part, response: http.client.HTTPResponse, body: Body, max_bytes: int) -> None:
    """Appends what the answer carries, at most ``max_bytes``."""
    check_cap(part.note.total or response.length or 0, max_bytes)
    for piece in body.pieces():
        part.append(piece)
        check_cap(part.size, max_bytes)


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
