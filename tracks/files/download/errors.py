"""The terms of fetching: what a download may do, and every way in which it can end badly.

The texts are for people and name the host at most: a link's query is often a signature.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """What a download may do. ``allow_hosts``: "host" or "host:port", exempt from the public-address rule."""

    allow_hosts: frozenset[str] = frozenset()
    max_bytes: int = 512 * 1024 * 1024
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    redirects: int = 5


class FetchError(Exception):
    """The file could not be fetched; ``str()`` is a sentence for people."""


class BlockedAddress(FetchError, ValueError):
    """The link leads to where we do not go. The same link is never worth another try."""


class FileTooLarge(FetchError):
    """The file is larger than we take. The same link is never worth another try."""


class TransferFailed(FetchError):
    """The network, the server or our disk failed on the way; what has arrived is kept, try again."""


class HttpRefused(FetchError):
    """The server answered with ``status`` instead of the file; ``retry_after``: seconds, where it said so."""

    def __init__(self, host: str, status: int, retry_after: int | None = None) -> None:
        super().__init__(f"{host} answered {status}: {_meaning(status)}")
        self.status = status
        self.retry_after = retry_after


def _meaning(status: int) -> str:
    if status in (401, 403):
        return "the link has expired or is not open to us; a fresh link is needed"
    if status in (404, 410):
        return "the file is not there, not yet or no longer; a fresh link is needed"
    if status in (408, 425, 429) or status >= 500:
        return "the server is busy or in trouble; the file will be asked for again"
    return "this is not the file"
