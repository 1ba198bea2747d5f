"""Opens a link: connects to checked addresses only and reports regularly while it waits.

requests-hardened 1.3.0 was tried and not used: it checks the first address of an answer only, lets fec0::1
and ::7f00:1 pass, and can exempt "loopback" but no single host or port. http.client only needs a connected
socket, and has no proxies, netrc, cookies or retries; a signed query stays as it is.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import certifi

from tracks.files.download.addresses import Link, SocketAddress, read_link, resolve
from tracks.files.download.errors import BlockedAddress, HostSilent, HttpRefused, Policy, TransferFailed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

USER_AGENT = "Mozilla/5.0 (compatible; musicgen-archive/1)"
TICK_SECONDS = 1.0
MAX_ADDRESSES = 4  # tried one after another: a name with many dead ones must not hold a worker for minutes
MAX_RETRY_AFTER = 86_400  # seconds; a Retry-After of years would lose the file
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class SliceOver(Exception):
    """The time of this call is used up."""


@dataclass
class Deadline:
    """The end of a call, in monotonic seconds; ``on_tick`` is called about once a second until then."""

    ends_at: float
    on_tick: Callable[[], None]
    last_tick: float = 0.0
    slice_seconds: float = 0.0  # from when the body begins

    def begin_slice(self) -> None:
        self.ends_at = time.monotonic() + self.slice_seconds

    def tick(self) -> None:
        now = time.monotonic()
        if now - self.last_tick >= TICK_SECONDS:
            self.last_tick = now
            self.on_tick()

    def check(self) -> None:
        """Raises SliceOver past the end, and whatever ``on_tick`` raises."""
        self.tick()
        if time.monotonic() >= self.ends_at:
            raise SliceOver


class PollingSocket(io.RawIOBase):
    """A connected socket for http.client that waits in ticks and checks the deadline at each."""

    def __init__(self, sock: socket.socket, netloc: str, deadline: Deadline, quiet_seconds: float) -> None:
        self.sock = sock
        self.netloc = netloc
        self.deadline = deadline
        self.quiet_seconds = quiet_seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        quiet_until = time.monotonic() + self.quiet_seconds
        while True:
            self.deadline.check()
            try:
                return self.sock.recv_into(buffer)
            except TimeoutError:
                if time.monotonic() >= quiet_until:
                    silence = f"the server sent nothing for {self.quiet_seconds:.0f} s"
                    raise HostSilent(self.netloc, silence) from None
            except OSError as error:
                raise TransferFailed(f"the connection broke: {reason_of(error)}") from None

    def sendall(self, data: ReadableBuffer) -> None:
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise TransferFailed(f"the connection broke: {reason_of(error)}") from None

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self, 64 * 1024)

    def close(self) -> None:
        """Left to open_link: http.client closes its socket before the body is read."""


def reason_of(error: Exception) -> str:
    """The system's words for an error, else its type; never a message that could quote the server."""
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


@contextmanager
def open_link(
    url: str, policy: Policy, headers: Mapping[str, str], deadline: Deadline
) -> Iterator[http.client.HTTPResponse]:
    """The response to a GET of the link, with its body still unread; only of status 200, 206 or 416.

    Redirects are followed, each checked like the first link. Raises BlockedAddress, HttpRefused,
    TransferFailed and what ``deadline.on_tick`` raises; reading the body also raises SliceOver.
    """
    for _ in range(policy.redirects + 1):
        link = read_link(url)
        with closing(_connect(link, policy, deadline)) as sock:
            response = _request(
                PollingSocket(sock, link.netloc, deadline, policy.read_seconds), link, headers
            )
            location = response.headers.get("Location", "")
            if response.status in (200, 206, 416):
                yield response
                return
            if response.status not in REDIRECTS or not location:
                raise HttpRefused(link.host, response.status, _retry_after(response))
            url = _redirected(link, location)
    raise TransferFailed(f"{link.host} redirects more than {policy.redirects} times")


def _redirected(link: Link, location: str) -> str:
    try:
        # http.client reads headers as Latin-1, servers send UTF-8.
        return urljoin(link.url, location.encode("latin-1", "replace").decode("utf-8", "replace"))
    except ValueError:
        raise BlockedAddress(f"{link.host} redirects to what is not a valid address") from None


def _request(sock: PollingSocket, link: Link, headers: Mapping[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(link.host, link.port)
    connection.sock = sock
    ours = {"Host": link.netloc, "User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    try:
        connection.request("GET", link.target, headers={**ours, **headers, "Connection": "close"})
        return connection.getresponse()
    except SliceOver:
        raise HostSilent(link.netloc, f"{link.host} did not answer in time") from None
    except http.client.HTTPException as error:
        raise TransferFailed(f"{link.host} gave no proper answer: {reason_of(error)}") from None


def _retry_after(response: http.client.HTTPResponse) -> int | None:
    """Seconds, from either form: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return min(int(value[:9]), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0, round((moment - datetime.now(UTC)).total_seconds())), MAX_RETRY_AFTER)


def _connect(link: Link, policy: Policy, deadline: Deadline) -> socket.socket:
    """A connection to the first checked address that accepts one, with TLS for the URL's own host name."""
    fault = ""
    for address in resolve(link, policy.allow_hosts)[:MAX_ADDRESSES]:
        try:
            return _open_socket(address, link, policy.connect_seconds)
        except OSError as error:
            fault = reason_of(error)
        deadline.tick()
    raise HostSilent(link.netloc, f"no connection to {link.host}: {fault}")


def _open_socket(address: SocketAddress, link: Link, timeout: float) -> socket.socket:
    family = socket.AF_INET6 if len(address) == 4 else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(address)
        if link.scheme == "https":
            sock = _tls().wrap_socket(sock, server_hostname=link.host)
        sock.settimeout(TICK_SECONDS)
    except BaseException:
        sock.close()
        raise
    return sock


def _tls() -> ssl.SSLContext:
    """Trusts the system's certificates (or SSL_CERT_FILE's) and certifi's, as slim images have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
