"""What must not come back to us: our keys and tokens, where a provider repeats them in its words."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from tracks.domain.updates import TaskUpdate, from_json, to_json

_TOKEN = re.compile(r"(/(?:callbacks/+[^/\s\"']+|shared)/+)[^/\s\"'?#]+", re.IGNORECASE)
# Every provider's, also those to come.
_SECRETS = tuple(name for name in dir(settings) if name.endswith(("_API_KEY", "_WEBHOOK_KEY")))
# Shorter ones are no real keys, and would blank innocent words.
_SHORTEST = 8


def without_secrets(update: TaskUpdate) -> TaskUpdate:
    """The update with every key and every token of a path in its texts blanked."""
    return from_json(_blank(to_json(update)))


def without_known(raw: bytes, token: str) -> bytes:
    """A body with our keys blanked, and the token of the address that it came to: some echo that address.

    All else stays as it came, byte by byte, and what was JSON stays JSON.
    """
    for secret in [token, *_known()]:
        if len(secret) >= _SHORTEST:
            raw = raw.replace(secret.encode(), b"***")
    return raw


def _blank(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _blank(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_blank(inner) for inner in value]
    return _blank_text(value) if isinstance(value, str) else value


def _blank_text(text: str) -> str:
    for key in _known():
        if len(key) >= _SHORTEST:
            text = text.replace(key, "…")
    return _TOKEN.sub(r"\1…", text)


def _known() -> list[str]:
    return [getattr(settings, name) for name in _SECRETS] + list(settings.CALLBACK_TOKENS)
