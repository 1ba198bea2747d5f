"""Blanks our keys and tokens in whatever a provider repeats back to us: bodies, texts, log lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache, partial
from typing import Any, TypeVar

from django.conf import settings

from tracks.lib.spellings import Span, find_spelled, plain

T = TypeVar("T")

MARK = "…"
MARK_BYTES = b"***"  # ASCII, so that a body stays in its encoding
# Shorter ones are no real keys, and would blank innocent words.
MIN_LENGTH = 8

# What tracks/signed_urls.py signs, from the hyphen on: the token of any task, and that of a file link. Some
# servers write a host, and so a token in its place, in lower case.
_SIGNED = re.compile(r"-(?:[0-9a-f]{16}|\d{1,20}\.[0-9a-z]{4,8})\.[\w-]{43}", re.ASCII | re.IGNORECASE)
_DIGITS_BEFORE = re.compile(r"[0-9]{1,20}\Z")

# What stands in the place of a token in an address. Its slashes may be escaped, as some write JSON.
_ADDRESS = r"(\\?/(?:callbacks(?:\\?/)+[^/{end}]+|shared)(?:\\?/)+)[^/{end}]+"
_TOKEN_IN_TEXT = re.compile(_ADDRESS.replace("{end}", r"\s\"'?#\\"), re.IGNORECASE)
# The path of a request is whoever's choice: all that stands in a token's place goes, quotes and spaces too.
_TOKEN_IN_PATH = re.compile(_ADDRESS.replace("{end}", r"\n"), re.IGNORECASE)


def redact(value: T) -> T:
    """The value with every key and token in its texts blanked; the same object where there was none.

    Walks dataclasses, mappings, lists and tuples: JSON values and a provider's updates alike.
    """
    redacted: T = _redacted(value)
    return redacted


def redact_text(text: str, token: str = "") -> str:
    """A text without our keys, any token that we signed, the tokens of our addresses, and this token."""
    return _TOKEN_IN_TEXT.sub(rf"\1{MARK}", _without_secrets(text, token))


def redact_log(value: Any) -> Any:
    """What a log line holds under one name, without secrets, and without whatever stands in a token's place.

    All but numbers, lists and mappings becomes a text.
    """
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dict):
        return {str(redact_log(name)): redact_log(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_log(inner) for inner in value]
    text = value if isinstance(value, str) else repr(value)
    return _TOKEN_IN_PATH.sub(rf"\1{MARK}", _without_secrets(text))


def redact_bytes(raw: bytes, token: str) -> bytes:
    """A body without our keys, any token that we signed, and the token of the address that it came to.

    Some providers echo them, in any spelling of :mod:`tracks.lib.spellings`. All else stays as it came, byte
    by byte, and what was JSON stays JSON.
    """
    # Latin-1 makes a character of each byte, and back.
    words = [word.encode(errors="replace").decode("latin-1") for word in _secrets(token)]
    pieces, at = [], 0
    for start, end in _find(raw.decode("latin-1"), words):
        pieces += [raw[at:start], _mark_for(raw, start)]
        at = end
    return b"".join(pieces) + raw[at:] if pieces else raw


def _mark_for(raw: bytes, start: int) -> bytes:
    """The mark in the encoding of the ASCII character at ``start``, which the zeros behind it show."""
    width = next(size for size in (4, 2, 1) if raw[start + 1 : start + size] == bytes(size - 1))
    return bytes(width - 1).join(bytes([one]) for one in MARK_BYTES)


def _without_secrets(text: str, token: str = "") -> str:
    pieces, at = [], 0
    for start, end in _find(text, list(_secrets(token))):
        pieces += [text[at:start], MARK]
        at = end
    return "".join(pieces) + text[at:]


def _find(text: str, words: Iterable[str]) -> list[Span]:
    # A word may look as if it were spelled itself; then its plain reading is what is left of it in the end.
    sought = sorted({*words, *(plain(word) for word in words)} - {""})
    return find_spelled(text, partial(_secrets_in, sought))


def _secrets_in(words: Iterable[str], text: str) -> Iterator[Span]:
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = text.find(word, at + len(word))
    for signed in _SIGNED.finditer(text):
        if digits := _DIGITS_BEFORE.search(text, max(0, signed.start() - 20), signed.start()):
            yield digits.start(), signed.end()


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


def _secrets(token: str = "") -> Iterator[str]:
    """The keys of every provider, the tokens of CALLBACK_TOKEN and this one, where long enough."""
    known = [token, *(getattr(settings, name, "") for name in _key_settings()), *settings.CALLBACK_TOKENS]
    return (secret for secret in known if len(secret) >= MIN_LENGTH)


@cache
def _key_settings() -> tuple[str, ...]:
    """The names of the settings that hold keys, also those of providers to come."""
    return tuple(name for name in dir(settings) if name.endswith(("_API_KEY", "_WEBHOOK_KEY")))
