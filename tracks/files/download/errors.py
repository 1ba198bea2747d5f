"""The limits of a download and the errors it can end with.

Their texts are for people and contain at most the host of a link: its query is often a signature.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """The limits of a download. ``allow_hosts``: "host" or "host:port", exempt from the public-address rule.

    ``read_seconds``: how long a server may send nothing. ``redirects``: how many are followed.
    """

    allow_hosts: frozenset[str] = frozenset()
    max_bytes: int = 512 * 1024 * 1024
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    redirects: int = 5


class FetchError(Exception):
    """The file could not be fetched; ``str()`` is a sentence for people."""


class BlockedAddress(FetchError, ValueError):
    """The link is invalid or leads to an address that is not allowed. Trying it again is pointless."""


class FileTooLarge(FetchError):
    """The file is larger than allowed. Trying the same link again is pointless."""


class TransferFailed(FetchError):
    """The network, the server or our disk failed. The part that arrived stays, another try continues it."""


class HostSilent(TransferFailed):
    """The host did not accept the connection, or sent nothing for too long.

    ``netloc``: the silent one, which a redirect may have led to, as ``Link.netloc`` names it.
    """

    def __init__(self, netloc: str, reason: str) -> None:
        super().__init__(reason)
        self.netloc = netloc


class HttpRefused(FetchError):
    """The server answered with ``status`` instead of the file. ``retry_after``: in seconds, where sent."""

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
        return "the server is busy or in trouble; the file will be requested again"
    return "this is not the file"
