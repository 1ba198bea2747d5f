"""Writes ID3v2.4 tags: https://id3.org/id3v2.4.0-structure and https://id3.org/id3v2.4.0-frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

UTF8 = b"\x03"
# ISO 639-2 where the language is not known, as the standard has it (frames, 4.8).
NO_LANGUAGE = b"XXX"
IN_MILLISECONDS, IS_LYRICS, FRONT_COVER = b"\x02", b"\x01", b"\x03"
# A size has 28 bits, a time 32.
MAX_BYTES = (1 << 28) - 1
LAST_MS = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Picture:
    """A cover: its media type, such as image/jpeg, and its bytes."""

    content_type: str
    content: bytes


def tag(frames: Iterable[bytes]) -> bytes:
    """The tag with these frames, without padding. Raises ValueError beyond MAX_BYTES."""
    body = b"".join(frames)
    return b"ID3\x04\x00\x00" + _size(len(body)) + body


def text_frame(frame: str, value: str) -> bytes:
    """A text frame such as TIT2, the title; nothing for a blank value."""
    return _frame(frame, UTF8 + _utf8(value)) if value.strip() else b""


def own_text_frame(name: str, value: str) -> bytes:
    """TXXX: a text under a name that the standard does not know; nothing for a blank value."""
    return _frame("TXXX", UTF8 + _utf8(name) + b"\0" + _utf8(value)) if value.strip() else b""


def lyrics_frame(value: str) -> bytes:
    """USLT: the lyrics as text; nothing for a blank one."""
    return _frame("USLT", UTF8 + NO_LANGUAGE + b"\0" + _utf8(value)) if value.strip() else b""


def timed_lyrics_frame(lines: Sequence[tuple[int, str]]) -> bytes:
    """SYLT: lines with their starts in milliseconds, in rising order; nothing without any."""
    head = UTF8 + NO_LANGUAGE + IN_MILLISECONDS + IS_LYRICS + b"\0"
    entries = (_utf8(line) + b"\0" + min(start, LAST_MS).to_bytes(4, "big") for start, line in lines)
    return _frame("SYLT", head + b"".join(entries)) if lines else b""


def cover_frame(picture: Picture) -> bytes:
    """APIC: the front cover."""
    return _frame(
        "APIC", UTF8 + picture.content_type.encode("ascii") + b"\0" + FRONT_COVER + b"\0" + picture.content
    )


def _frame(name: str, body: bytes) -> bytes:
    return name.encode("ascii") + _size(len(body)) + b"\0\0" + body


def _size(count: int) -> bytes:
    """Seven bits a byte, so that no size looks like the begin of a sound frame."""
    if count > MAX_BYTES:
        raise ValueError("A tag holds at most 256 MiB.")
    return bytes(count >> shift & 0x7F for shift in (21, 14, 7, 0))


def _utf8(value: str) -> bytes:
    """Without NUL, which ends a text, and without halves of surrogate pairs."""
    return value.replace("\0", " ").encode(errors="replace")
