"""The IP address that failed logins are counted for."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """The client's address; None where the server has none (a Unix socket)."""
    # Behind our one trusted proxy it is the last of X-Forwarded-For: the proxy appends the address it sees;
    # all before that was sent by the client. Without an address there, the proxy's own counts.
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return _address(forwarded.rpartition(",")[2]) or _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str | None:
    if "%" in text:  # an IPv6 scope, which PostgreSQL's inet does not take
        return None
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
