"""Opening a link: connecting to vetted addresses only, and reading without ever waiting in silence.

requests-hardened 1.3.0 was tried first and not taken: it looks at the first address of an answer only, lets
fec0::1 and ::7f00:1 pass, and can exempt "loopback" but no named host or port. http.client only needs a
connected socket from us, and has no proxies, netrc, cookies or retries; a signed query stays as it is.
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
from tracks.files.download.errors import BlockedAddress, HttpRefused, Policy, TransferFailed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

USER_AGENT = "Mozilla/5.0 (compatible; musicgen-archive/1)"
TICK_SECONDS = 1.0
MOST_ADDRESSES = 4  # tried in turn: a name with many dead ones must not hold a worker for minutes
LONGEST_WAIT = 86_400  # a Retry-After of years would lose the file
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class SliceOver(Exception):
    """The time that this call may take is used up."""


@dataclass
class Deadline:
    """How long a call may take (``deadline``, monotonic), and who hears about once a second that it lasts."""

    deadline: float
    on_tick: Callable[[], None]
    last_tick: float = 0.0

    def tick(self) -> None:
        now = time.monotonic()
        if now - self.last_tick >= TICK_SECONDS:
            self.last_tick = now
            self.on_tick()

    def look(self) -> None:
        """Raises SliceOver past the deadline, and whatever ``on_tick`` raises."""
        self.tick()
        if time.monotonic() >= self.deadline:
            raise SliceOver


class PollingSocket(io.RawIOBase):
    """A connected socket as http.client wants it, that waits in ticks and asks the watch at each."""

    def __init__(self, sock: socket.socket, deadline: Deadline, quiet_seconds: float) -> None:
        self.sock = sock
        self.deadline = deadline
        self.quiet_seconds = quiet_seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        quiet_until = time.monotonic() + self.quiet_seconds
        while True:
            self.deadline.look()
            try:
                return self.sock.recv_into(buffer)
            except TimeoutError:
                if time.monotonic() >= quiet_until:
                    raise TransferFailed(f"the server sent nothing for {self.quiet_seconds:.0f} s") from None
            except OSError as error:
                raise TransferFailed(f"the connection broke: {reason(error)}") from None

    def sendall(self, data: ReadableBuffer) -> None:
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise TransferFailed(f"the connection broke: {reason(error)}") from None

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self, 64 * 1024)

    def close(self) -> None:
        """Left to open_link: http.client closes its socket before the body is read, and counts references."""


def reason(error: Exception) -> str:
    """What went wrong, in the system's words; never a message that could quote what the server sent."""
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


@contextmanager
def open_link(
    url: str, policy: Policy, headers: Mapping[str, str], deadline: Deadline
) -> Iterator[http.client.HTTPResponse]:
    """GET a link, following redirects; each hop is vetted like the first. The answer's body is not read yet.

    Only answers of 200, 206 and 416 come out. Raises Blocked, Refused, Broken, and what ``watch.on_tick``
    raises; while the body is read SliceOver as well.
    """
    for _ in range(policy.redirects + 1):
        link = read_link(url)
        with closing(_connect(link, policy, deadline)) as sock:
            response = _ask(PollingSocket(sock, deadline, policy.read_seconds), link, headers)
            location = response.headers.get("Location", "")
            if response.status in (200, 206, 416):
                yield response
                return
            if response.status not in REDIRECTS or not location:
                raise HttpRefused(link.host, response.status, _retry_after(response))
            url = _redirected(link, location)
    raise TransferFailed(f"{link.host} redirects more than {policy.redirects} times")


def _redirected(link: Link, location: str) -> str:
    """http.client reads headers as Latin-1; what is meant is UTF-8."""
    try:
        return urljoin(link.url, location.encode("latin-1", "replace").decode("utf-8", "replace"))
    except ValueError:
        raise BlockedAddress(f"{link.host} redirects to what is not a valid address") from None


def _ask(wire: PollingSocket, link: Link, headers: Mapping[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(link.host, link.port)
    connection.sock = wire
    ours = {"Host": link.netloc, "User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    try:
        connection.request("GET", link.target, headers={**ours, **headers, "Connection": "close"})
        return connection.getresponse()
    except SliceOver:
        raise TransferFailed(f"{link.host} did not answer in time") from None
    except http.client.HTTPException as error:
        raise TransferFailed(f"{link.host} gave no proper answer: {reason(error)}") from None


def _retry_after(response: http.client.HTTPResponse) -> int | None:
    """Seconds, from either form: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return min(int(value[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0, round((moment - datetime.now(UTC)).total_seconds())), LONGEST_WAIT)


def _connect(link: Link, policy: Policy, deadline: Deadline) -> socket.socket:
    """The first of the vetted addresses that takes the connection, with TLS under the URL's own name."""
    fault = ""
    for address in resolve(link, policy.allow_hosts)[:MOST_ADDRESSES]:
        try:
            return _dial(address, link, policy.connect_seconds)
        except OSError as error:
            fault = reason(error)
        deadline.tick()
    raise TransferFailed(f"no connection to {link.host}: {fault}")


def _dial(address: SocketAddress, link: Link, timeout: float) -> socket.socket:
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
    """The system's certificates (or SSL_CERT_FILE's) together with certifi's, as slim images have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
