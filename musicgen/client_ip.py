"""The address that failed logins are counted for."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# RFC 6052: an IPv4 address in its last 32 bits.
_NAT64 = IPv6Network("64:ff9b::/96")


def client_ip(request: HttpRequest) -> str | None:
    """The client's address, of IPv6 its network of 64 bits; None where the server has none (a Unix socket).

    Who is given IPv6 at all is given such a network, and may use any address in it (RFC 6177).
    """
    # Behind our one trusted proxy it is the last of X-Forwarded-For: the proxy appends the address it sees;
    # all before that was sent by the client. Without an address there, the proxy's own counts.
    address = _peer(request)
    if settings.BEHIND_PROXY or unknown_proxy(request):
        address = _forwarded(request) or address
    return str(_network(address)) if address else None


def unknown_proxy(request: HttpRequest) -> str | None:
    """The machine that forwards this request without BEHIND_PROXY: what client_ip says may be its invention.

    None where the request comes directly, or through the trusted proxy. A header that comes from a public
    address is a client's own invention, and makes no proxy of it.
    """
    peer = _peer(request)
    if settings.BEHIND_PROXY or "HTTP_X_FORWARDED_FOR" not in request.META or (peer and peer.is_global):
        return None
    return str(_network(peer)) if peer else "a socket"


def is_shared(request: HttpRequest) -> bool:
    """Whether the address of the request may be that of all clients together."""
    proxy = unknown_proxy(request)
    if (settings.BEHIND_PROXY or proxy) and _forwarded(request):
        return False
    return proxy is not None or _peer(request) is None


def _peer(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    return _address(request.META.get("REMOTE_ADDR", ""))


def _forwarded(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    return _address(request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2])


def _address(text: str) -> IPv4Address | IPv6Address | None:
    if "%" in text:  # an IPv6 scope, which PostgreSQL's inet does not take
        return None
    try:
        return _plain(ip_address(text.strip()))
    except ValueError:
        return None


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that is written in an IPv6 one: all of them would be one network."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address


def _network(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address) or address.is_loopback:
        return address
    return IPv6Address(ip_network((address, 64), strict=False).network_address)
