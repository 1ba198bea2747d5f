"""System checks of the configuration, made by every command: an error stops it, a warning is printed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


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


# What is signed with a key, or let in by a token, that can be guessed is anybody's: no warning is enough.
# Shorter tokens than these are not blanked in bodies and logs either.
MIN_TOKEN, MIN_KEY = 8, 16
# Django's own deployment check wants as long a key, and different characters in it.
GOOD_TOKEN, GOOD_KEY = 20, 50


@register(Tags.security)
def tokens_and_keys_cannot_be_guessed(**kwargs: Any) -> list[CheckMessage]:
    """One long word beside a short one does not help: each of them lets in."""
    found = [
        _judged("CALLBACK_TOKEN", settings.CALLBACK_TOKENS, MIN_TOKEN, GOOD_TOKEN),
        _judged("SECRET_KEY", [settings.SECRET_KEY], MIN_KEY, GOOD_KEY),
        _judged("SECRET_KEY_FALLBACKS", settings.SECRET_KEY_FALLBACKS, MIN_KEY, GOOD_KEY),
    ]
    return [message for message in found if message]


def _judged(name: str, words: Sequence[str], least: int, good: int) -> CheckMessage | None:
    shortest = min(map(len, words), default=good)
    hint = f"python3 -c 'import secrets; print(secrets.token_urlsafe({good}))' makes a good one."
    if shortest < least:
        sentence = f"{name} holds a word of fewer than {least} characters; anybody could guess it."
        return Error(sentence, hint=hint, id="musicgen.E001")
    if shortest < good:
        sentence = f"{name} holds a word of fewer than {good} characters; a longer one is safer."
        return Warning(sentence, hint=hint, id="musicgen.W003")
    return None


@register(Tags.security)
def hosts_are_named(**kwargs: Any) -> list[CheckMessage]:
    """No error: a proxy in front may check the host. Nothing that we send to providers depends on it."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "ALLOWED_HOSTS holds *: pages are answered under any host name, also one that is not yours.",
            hint="Name the hosts; that of PUBLIC_URL is always answered.",
            id="musicgen.W004",
        )
    ]
