"""Suno API as a provider that talks to a server of the test."""

from __future__ import annotations

from tracks.providers.base import Rate
from tracks.providers.http import Api
from tracks.providers.suno.client import Client
from tracks.providers.suno.provider import Suno

KEY = "0123456789abcdef"


def provider(origin: str = "http://x.example", dialect: str = "sunoapi", webhook_key: str = "") -> Suno:
    api = Api("Suno", origin, KEY, "SUNO", 5, scheme="Bearer")
    return Suno(Client(api, dialect), Rate(20, 10), webhook_key)
