"""System checks of our own: what will not work as configured, said before it fails."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def public_url_is_https(**kwargs: Any) -> list[CheckMessage]:
    """Callback tokens and sessions travel in clear over http."""
    if settings.SECURE:
        return []
    return [
        Warning(
            "PUBLIC_URL is http: cookies, logins and callback tokens travel unencrypted.",
            hint="Put a TLS proxy in front, set PUBLIC_URL to https://… and BEHIND_PROXY=1.",
            id="musicgen.W001",
        )
    ]
