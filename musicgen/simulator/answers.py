"""What the fake providers answer with, and the checks of request fields that both of them make."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; `hang_up` closes the connection instead of answering."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    hang_up: bool = False


HANG_UP = Answer(hang_up=True)
ERROR_500 = Answer(b"<html><h1>Internal Server Error</h1></html>", 500, {"Content-Type": "text/html"})


def encode(body: Any) -> bytes:
    """JSON as the providers write it: UTF-8, other scripts not escaped."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def as_json(body: Any, status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(encode(body), status)


@dataclass(frozen=True)
class Text:
    """A field that holds text, of at most so many characters."""

    limit: int = 5000
    required: bool = True


@dataclass(frozen=True)
class Flag:
    """A field that is true or false."""

    required: bool = True


@dataclass(frozen=True)
class Link:
    """A required field that holds an http(s) address."""


@dataclass(frozen=True)
class Choice:
    """A field that holds one of these words."""

    words: frozenset[str]
    required: bool = True


Field = Text | Flag | Link | Choice
TOO_LONG = "is too long"


def complaints(body: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[str]:
    """What is wrong with a request, one sentence each."""
    for name, wanted in fields.items():
        problem = _problem(body.get(name), wanted)
        if problem:
            yield f"{name} {problem}"


def _problem(value: Any, wanted: Field) -> str:
    if value in (None, ""):
        return "is required" if getattr(wanted, "required", True) else ""
    if isinstance(wanted, Flag):
        return "" if isinstance(value, bool) else "must be true or false"
    if not isinstance(value, str):
        return "must be a string"
    if isinstance(wanted, Choice):
        return "" if value in wanted.words else "must be one of " + ", ".join(sorted(wanted.words))
    if isinstance(wanted, Link):
        return "" if _is_link(value) else "must be an http(s) URL"
    return f"{TOO_LONG} (more than {wanted.limit} characters)" if len(value) > wanted.limit else ""


def _is_link(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
