"""Suno API as a provider that talks to a server of the test."""

from __future__ import annotations

import time

from tracks.providers.base import Rate
from tracks.providers.http import Api
from tracks.providers.suno import signature
from tracks.providers.suno.client import Client
from tracks.providers.suno.provider import Suno

KEY = "0123456789abcdef"


def provider(
    origin: str = "http://x.example", dialect: str = "sunoapi", webhook_key: str = "", key: str = KEY
) -> Suno:
    api = Api("Suno", origin, key, "SUNO", 5, scheme="Bearer")
    return Suno(Client(api, dialect), Rate(20, 10), webhook_key)


def signed(task_id: str = "aa11", key: str = "hook", age: float = 0) -> dict[str, str]:
    """The headers that sign a callback of a task, ``age`` seconds ago."""
    timestamp = str(int(time.time() - age))
    signature_of = signature.sign(key, task_id, timestamp)
    return {"X-Webhook-Timestamp": timestamp, "X-Webhook-Signature": signature_of}
