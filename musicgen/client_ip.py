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
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY or _is_unknown_proxy(request, peer):
        peer = _forwarded(request) or peer
    return str(_network(peer)) if peer else None


def is_shared(request: HttpRequest) -> bool:
    """Whether the address of the request may be that of all clients together."""
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    return peer is None or (_is_unknown_proxy(request, peer) and _forwarded(request) is None)


def _is_unknown_proxy(request: HttpRequest, peer: IPv4Address | IPv6Address | None) -> bool:
    """A proxy that BEHIND_PROXY does not tell of: a near machine that forwards for others.

    A header that comes from a public address is a client's own invention.
    """
    forwards = "HTTP_X_FORWARDED_FOR" in request.META
    return forwards and not settings.BEHIND_PROXY and peer is not None and not peer.is_global


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
