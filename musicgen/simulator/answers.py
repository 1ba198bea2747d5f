"""The answers of the simulated providers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class HttpAnswer:
    """One HTTP answer; `hang_up` closes the connection instead of answering."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    hang_up: bool = False


HANG_UP = HttpAnswer(hang_up=True)
ERROR_500 = HttpAnswer(b"<html><h1>Internal Server Error</h1></html>", 500, {"Content-Type": "text/html"})


def encode(body: Any) -> bytes:
    """JSON as the providers write it: UTF-8, without escapes for other scripts."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def as_json(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    return HttpAnswer(encode(body), status, {"Content-Type": "application/json", **(headers or {})})
