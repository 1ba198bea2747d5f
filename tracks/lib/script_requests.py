"""Requests of a page's script, which reads JSON where a person reads a page."""

from __future__ import annotations

from django.http import HttpRequest


def is_from_script(request: HttpRequest) -> bool:
    """Whether it is marked as fetched by a script, or asks for JSON rather than for a page."""
    if request.headers.get("X-Requested-With") == "fetch":
        return True
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted
