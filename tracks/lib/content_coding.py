"""Undoes the compression of an HTTP body, in small pieces: gzip and deflate, by the Content-Encoding header.

https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1: "deflate" is the zlib format, but some send it bare.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

PIECE_BYTES = 256 * 1024
# zlib copies what lies behind a member of a gzip stream: with little at a time, many members cost little.
SLICE_BYTES = 4096
# So many tell plain bytes from bare deflate, which has no mark: most could still be either after three.
MIN_HEAD_BYTES = 64
GZIP_NAMES, DEFLATE_NAME = frozenset({"gzip", "x-gzip"}), "deflate"
GZIP_MAGIC = b"\x1f\x8b"
GZIP, ZLIB, BARE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS  # as zlib.decompressobj wants them


class Unsound(ValueError):
    """The compressed bytes are damaged or break off."""


class TooLong(ValueError):
    """More bytes than are allowed."""


class Decoder:
    """Takes compressed bytes as they come. A gzip stream may have several members, and zeros at its end."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The next bytes, at most PIECE_BYTES at a time. Raises Unsound."""
        for start in range(0, len(data), SLICE_BYTES):
            yield from self._inflated(data[start : start + SLICE_BYTES])

    def finish(self) -> None:
        """Raises Unsound where the compressed bytes break off."""
        if not self._stream.eof:
            raise Unsound("the compressed bytes break off")

    def _inflated(self, rest: bytes) -> Iterator[bytes]:
        try:
            while rest := self._at_member(rest):
                while piece := self._stream.decompress(rest, PIECE_BYTES):
                    yield piece
                    rest = self._stream.unconsumed_tail
                rest = self._stream.unused_data
        except zlib.error:
            raise Unsound("the compressed bytes are damaged") from None

    def _at_member(self, rest: bytes) -> bytes:
        """The bytes from where a member goes on or begins."""
        if not self._stream.eof:
            return rest
        rest = rest.lstrip(b"\0")
        if rest and self._window != GZIP:
            raise Unsound("more bytes follow the compressed ones")
        if rest:
            self._stream = zlib.decompressobj(GZIP)
        return rest


def is_known(header: str) -> bool:
    """Whether the header names a coding that can be undone here."""
    return _coding(header) in GZIP_NAMES | {DEFLATE_NAME}


def decoder_for(header: str, head: bytes) -> Decoder | None:
    """What undoes the coding that the header names; None where the bytes are to be taken as they are.

    ``head``: the first bytes, at least MIN_HEAD_BYTES or all. They are not compressed where no coding is
    named, or one that is unknown (buckets say "aws-chunked" and "utf-8"), or where they do not look so: a
    proxy may have undone it without a word.
    """
    window = _window(_coding(header), head)
    return None if window is None else Decoder(window)


def decoded(header: str, body: bytes, max_bytes: int) -> bytes:
    """The whole body without its coding. Raises Unsound, and TooLong past ``max_bytes``."""
    decoder = decoder_for(header, body)
    if decoder is None:
        return body
    plain = bytearray()
    for piece in decoder.feed(body):
        plain += piece
        if len(plain) > max_bytes:
            raise TooLong
    decoder.finish()
    return bytes(plain)


def _coding(header: str) -> str:
    """The one coding that the header names; blank where there is none, or more than one."""
    named = [name.strip().lower() for name in header.split(",")]
    codings = [name for name in named if name not in ("", "identity")]
    return codings[0] if len(codings) == 1 else ""


def _window(coding: str, head: bytes) -> int | None:
    if coding in GZIP_NAMES:
        return GZIP if head.startswith(GZIP_MAGIC) else None
    if coding != DEFLATE_NAME or not head:
        return None
    if _begins_zlib(head):
        return ZLIB
    return BARE if _begins_bare(head) else None


def _begins_zlib(head: bytes) -> bool:
    """Method 8 and a checksum of two bytes: https://www.rfc-editor.org/rfc/rfc1950#section-2.2"""
    return head[0] & 0x0F == 8 and int.from_bytes(head[:2]) % 31 == 0


def _begins_bare(head: bytes) -> bool:
    """Whether the head can be inflated, to its end where it is the whole body: nothing marks the format."""
    stream = zlib.decompressobj(BARE)
    try:
        stream.decompress(head, PIECE_BYTES)
    except zlib.error:
        return False
    return not stream.unused_data if stream.eof else len(head) >= MIN_HEAD_BYTES
