"""TemPolor as a provider that talks to a server of the test."""

from __future__ import annotations

from tracks.providers.base import Rate
from tracks.providers.http import Api
from tracks.providers.tempolor.client import Client
from tracks.providers.tempolor.provider import TemPolor

KEY = "Tempo-0123456789-3w"


def provider(origin: str = "http://x.example", key: str = KEY) -> TemPolor:
    return TemPolor(Client(Api("TemPolor", origin, key, "TEMPOLOR", 5)), Rate(20, 10))
