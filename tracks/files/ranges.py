"""Parses the Range header of a request for a file (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Far more digits than a file can have bytes are invalid, and slow to parse.
_RANGE = re.compile(r"bytes=[ \t]*(?:([0-9]{1,30})-([0-9]{0,30})|-([0-9]{1,30}))[ \t]*", re.IGNORECASE)


class Unsatisfiable(ValueError):
    """The range is well-formed but outside of the file."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from ``first`` to ``last``, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def span_of(header: str, size: int) -> Span | None:
    """The one span that the header requests of a file of ``size`` bytes. Raises Unsatisfiable.

    None where the whole file is to be sent: no header, another unit, an invalid header, or several ranges at
    once, which a server may ignore (section 14.2).
    """
    match = _RANGE.fullmatch(header)
    if match is None:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        begin, end = max(0, size - int(suffix)), size - 1
    elif last and int(last) < int(first):
        return None
    else:
        begin, end = int(first), min(int(last), size - 1) if last else size - 1
    if begin >= size:
        raise Unsatisfiable(f"The file has {size} bytes.")
    return Span(begin, end)
