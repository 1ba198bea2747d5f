"""The toy provider keeps the promises of every provider: they ask for nothing that only two of them have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.support.payloads import load
from tests.support.toy.provider import Toy
from tests.tracks.providers.contract.described import KEY
from tests.tracks.providers.contract.promises import ProviderContract
from tracks.domain.updates import ErrorKind
from tracks.providers.http import Api


class TestToy(ProviderContract):
    paths = {"wind-up": ("/wind-up", "/listen")}
    payloads = [load("toy/played.json"), {"box": 7}]
    unreadable = [None, [], {}, "b7", {"melody": "https://toy.example/tune.mp3"}, {"box": None}, {"box": []}]
    no_id = [{"box": None}, {"box": []}]
    no_task = [{"box": ""}]
    submit_id = "b7"
    refusal_kind = ErrorKind.UPSTREAM
    acknowledged = ("text/plain", b"ding")

    def build(self, origin: str = "http://x.example", key: str = KEY) -> Toy:
        return Toy(Api("Toy Box", origin, key, "TOY", 5))

    def taken(self) -> Any:
        return {"box": "b7"}

    def reported(self, operation: str, ids: Sequence[str]) -> Any:
        return load("toy/played.json")

    def refusal(self, message: str) -> Any:
        return {"jam": message}

    def not_found(self) -> Any:
        return {"gone": True}

    def genuine(self) -> list[tuple[bytes, dict[str, str]]]:
        return [(b"{}", {"X-Toy": "tin"})]

    def forged(self) -> list[tuple[bytes, dict[str, str]]]:
        return [(b"{}", {}), (b"{}", {"X-Toy": "brass"})]
