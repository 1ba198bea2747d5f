"""System checks: warnings about a configuration that will not work as expected."""

from __future__ import annotations

import os
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


# Variables that such installations usually have, and this one does not read.
NOT_USED = ("REDIS_URL", "S3_BUCKET", "METRICS_TOKEN")


@register()
def unused_variables_are_reported(**kwargs: Any) -> list[CheckMessage]:
    return [
        Warning(
            f"{name} is set, but this version does not use it.",
            hint="The queue and the media are in the database and in DATA_DIR. Unset the variable.",
            id="musicgen.W002",
        )
        for name in NOT_USED
        if os.environ.get(name)
    ]
