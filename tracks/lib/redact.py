"""Blanks our keys and tokens in whatever a provider repeats back to us: bodies, texts, log lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from django.conf import settings

T = TypeVar("T")

MARK = "…"
MARK_BYTES = b"***"  # ASCII, so that a body stays in its encoding
# Shorter ones are no real keys, and would blank innocent words.
MIN_LENGTH = 8

# The token in a callback's address or a file link. Its slashes may be escaped, as some write JSON.
_ADDRESS = r"(\\?/(?:callbacks(?:\\?/)+[^/\s{end}]+|shared)(?:\\?/)+)[^/\s{end}]+"
_TOKEN_IN_TEXT = re.compile(_ADDRESS.replace("{end}", r"\"'?#\\"), re.IGNORECASE)
# The path of a request is whoever's choice: all that stands in a token's place goes, quotes too.
_TOKEN_IN_PATH = re.compile(_ADDRESS.replace("{end}", ""), re.IGNORECASE)


def redact(value: T) -> T:
    """The value with every key and token in its texts blanked; the same object where there was none.

    Walks dataclasses, mappings, lists and tuples: JSON values and a provider's updates alike.
    """
    redacted: T = _redacted(value)
    return redacted


def redact_text(text: str, token: str = "") -> str:
    """A text without our keys, the tokens of our addresses, and this token."""
    if len(token) >= MIN_LENGTH:
        text = text.replace(token, MARK)
    return _TOKEN_IN_TEXT.sub(rf"\1{MARK}", _without_keys(text))


def redact_log(text: str) -> str:
    """A log line without our keys, and without whatever stands in a token's place of a path."""
    return _TOKEN_IN_PATH.sub(rf"\1{MARK}", _without_keys(text))


def redact_bytes(raw: bytes, token: str) -> bytes:
    """A body without our keys and the token of the address that it came to: some providers echo it.

    All else stays as it came, byte by byte, and what was JSON stays JSON.
    """
    for secret in [token, *_secrets()]:
        if len(secret) >= MIN_LENGTH:
            raw = raw.replace(secret.encode(), MARK_BYTES)
    return raw


def _redacted(value: Any) -> Any:
    if type(value) is str:  # an enum is a str too, and its words are ours
        return redact_text(value)
    if isinstance(value, dict):
        changed: Any = {name: _redacted(inner) for name, inner in value.items()}
    elif isinstance(value, list | tuple):
        changed = type(value)(_redacted(inner) for inner in value)
    elif is_dataclass(value) and not isinstance(value, type):
        changed = replace(value, **{one.name: _redacted(getattr(value, one.name)) for one in fields(value)})
    else:
        return value
    return value if changed == value else changed


def _without_keys(text: str) -> str:
    for secret in _secrets():
        text = text.replace(secret, MARK)
    return text


def _secrets() -> Iterator[str]:
    """The keys of every provider and the tokens of CALLBACK_TOKEN, as far as they are long enough."""
    known = [*(getattr(settings, name, "") for name in _key_settings()), *settings.CALLBACK_TOKENS]
    return (secret for secret in known if len(secret) >= MIN_LENGTH)


@cache
def _key_settings() -> tuple[str, ...]:
    """The names of the settings that hold keys, also those of providers to come."""
    return tuple(name for name in dir(settings) if name.endswith(("_API_KEY", "_WEBHOOK_KEY")))
