"""The bytes that an HTTP answer carries, counted, and without the compression that it may have."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tracks.files.download.errors import FileTooLarge, TransferFailed
from tracks.lib import content_coding

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Body:
    """The bytes that an answer carries; ``decoder`` is None where they are not compressed."""

    sent: Iterator[bytes]
    decoder: content_coding.Decoder | None

    def pieces(self) -> Iterator[bytes]:
        """The bytes without their compression. Raises content_coding.Unsound."""
        if self.decoder is None:
            yield from self.sent
            return
        for chunk in self.sent:
            yield from self.decoder.feed(chunk)
        self.decoder.finish()


def open_body(response: http.client.HTTPResponse, max_bytes: int) -> Body:
    """The body of an answer. Raises FileTooLarge and TransferFailed while it is read."""
    return body_of(_sent_bytes(response, max_bytes), _coding(response))


def body_of(sent: Iterator[bytes], coding: str) -> Body:
    """A body by its chunks; its first bytes decide whether it is compressed as its header ``coding`` says."""
    head, may_be_coded = b"", content_coding.is_known(coding)
    while may_be_coded and len(head) < content_coding.MIN_HEAD_BYTES and (chunk := next(sent, b"")):
        head += chunk
    return Body(filter(None, chain([head], sent)), content_coding.decoder_for(coding, head))


def _sent_bytes(response: http.client.HTTPResponse, max_bytes: int) -> Iterator[bytes]:
    """The bytes as they come, until the promised length. Raises FileTooLarge past ``max_bytes``."""
    # read1 returns what has arrived instead of waiting for a full chunk. It does not stop at the promised
    # length (Python 3.11), and would wait for a server that keeps the connection open: so the bytes are
    # counted here.
    left, count = response.length, 0
    while chunk := response.read1(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)):
        left = None if left is None else left - len(chunk)
        count += len(chunk)
        check_cap(count, max_bytes)
        yield chunk
    if left and is_coded(response):
        raise TransferFailed(f"the file broke off: {count} of {count + left} bytes came")


def _coding(response: http.client.HTTPResponse) -> str:
    return str(response.headers.get("Content-Encoding", ""))


def is_coded(response: http.client.HTTPResponse) -> bool:
    """Whether the bytes may be compressed, although we ask for them as they are."""
    return content_coding.is_known(_coding(response))


def check_cap(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise FileTooLarge(f"the file has more than the {max_bytes} bytes that are allowed (FETCH_MAX_BYTES)")
