"""Checks where a link leads: parses its URL strictly and resolves its host to public addresses only."""

from __future__ import annotations

import re
import socket
import string
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

from tracks.files.download.errors import BlockedAddress, HostSilent

# Not globally reachable, by https://www.iana.org/assignments/iana-ipv4-special-registry/ and multicast.
# `ipaddress.is_global` does not serve: on Python 3.11.7 it calls 192.0.0.8 and multicast global.
NOT_PUBLIC_V4 = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's platform: public by its number, reached by its own machines only
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# https://www.iana.org/assignments/ipv6-address-space/: all unicast assigned so far is 2000::/3. So addresses
# that contain an IPv4 address (mapped, NAT64), site-local fec0::/10 and 5f00::/16 need no line here.
PUBLIC_V6 = ip_network("2000::/3")
NOT_PUBLIC_V6 = tuple(
    ip_network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4 contains an IPv4 address, which can be private
        "3fff::/20",
    )
)

HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
MAX_HOST_CHARS = 254  # with a dot at its end
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PRINTABLE = string.ascii_letters + string.digits + string.punctuation
DEFAULT_PORTS = {"http": 80, "https": 443}

SocketAddress = tuple[str, int] | tuple[str, int, int, int]  # IPv4 | IPv6


@dataclass(frozen=True)
class Link:
    """A checked http(s) URL. ``host`` is lower-case ASCII, an IPv6 address without its brackets."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def netloc(self) -> str:
        """As the Host header has it: with the port only where it is not the scheme's default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def identity(self) -> str:
        """The URL without its query: a link to the same file that is signed again has the same identity."""
        return f"{self.scheme}://{self.netloc}{self.path}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.target}"


def read_link(url: str) -> Link:
    """Parses a URL. Its path and query, which may be signed, stay as they are but for spaces and non-ASCII.

    Raises BlockedAddress for everything but a plain http(s) URL: other schemes, credentials, invalid hosts.
    """
    url = url.strip()
    if CONTROL.search(url):
        raise BlockedAddress("the link has control characters in it")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BlockedAddress("the link is not a valid address") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise BlockedAddress("the link is neither http nor https")
    if "@" in parts.netloc:
        raise BlockedAddress("the link carries a user name or password, such links are not followed")
    if port == 0:
        raise BlockedAddress("the link is not a valid address")
    return Link(
        scheme=parts.scheme,
        host=_host(parts.hostname or ""),
        port=port or DEFAULT_PORTS[parts.scheme],
        path=quote(parts.path, safe=PRINTABLE) or "/",
        query=quote(parts.query, safe=PRINTABLE),
    )


def host_of(url: str) -> str:
    """The host of a link as its Host header has it; blank for a link that ``read_link`` refuses."""
    try:
        return read_link(url).netloc
    except BlockedAddress:
        return ""


def _host(name: str) -> str:
    """The name in ASCII, the same for the DNS query, the Host header and the certificate."""
    if len(name) > MAX_HOST_CHARS:  # Python takes long to encode one of 100,000 characters
        raise BlockedAddress("the link names no valid host")
    try:
        host = name.encode("idna").decode("ascii").lower().removesuffix(".")
        if ":" in host and "%" not in host:
            return str(IPv6Address(host))
    except ValueError:  # UnicodeError is one
        host = ""
    if not HOST_NAME.fullmatch(host):
        raise BlockedAddress("the link names no valid host")
    return host


def is_public_address(address: IPv4Address | IPv6Address) -> bool:
    """Whether everybody on the internet can reach the address, so that it is not in our own network."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_V4)
    return address in PUBLIC_V6 and not any(address in network for network in NOT_PUBLIC_V6)


def is_exempt(link: Link, allow_hosts: Collection[str]) -> bool:
    """Whether the settings exempt this host, or this host and port, from the public-address rule."""
    host = f"[{link.host}]" if ":" in link.host else link.host
    names = {link.host, host, f"{host}:{link.port}"}
    return any(allowed.lower() in names for allowed in allow_hosts)


def resolve(link: Link, allow_hosts: Collection[str]) -> list[SocketAddress]:
    """The addresses of the link's host, by one DNS query. Connect to these only (DNS rebinding).

    Raises BlockedAddress if *any* of them is not public, or if the port is a well-known one of another
    protocol (below 1024 only 80 and 443 are for HTTP); HostSilent where the name has no address at
    present.
    """
    exempt = is_exempt(link, allow_hosts)
    if not exempt and link.port < 1024 and link.port not in DEFAULT_PORTS.values():
        raise BlockedAddress(
            f"the link leads to port {link.port} of {link.host}, where no web server is expected"
        )
    addresses = _query_dns(link)
    for address in addresses:
        if not exempt and not is_public_address(ip_address(address[0].partition("%")[0])):
            named = address[0] if link.host == address[0] else f"{link.host} ({address[0]})"
            raise BlockedAddress(
                f"the link leads to {named}, which is not a public address, so it was not fetched; "
                "if that server is yours, add it to FETCH_ALLOW_HOSTS and archive again"
            )
    return addresses


def _query_dns(link: Link) -> list[SocketAddress]:
    try:
        answers = socket.getaddrinfo(link.host, link.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise HostSilent(link.netloc, f"the name {link.host} has no address at present") from None
    return [(str(address[0]), *address[1:]) for *_, address in answers]
