"""TemPolor keeps the promises of every provider."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.support.payloads import load, names
from tests.support.tempolor_bodies import LINK
from tests.support.tempolor_service import provider
from tests.tracks.providers.contract.described import KEY
from tests.tracks.providers.contract.promises import ProviderContract
from tracks.domain.updates import ErrorKind
from tracks.providers.tempolor.provider import TemPolor

LISTS = {"instrumental": "instrumentals", "lyrics": "lyrics", "stems": "stems"}
STEMS = json.dumps(load("tempolor/stems-callback.json")).encode()

NO_BALANCES: list[Any] = [
    None,
    {},
    [],
    {"balance": None},
    {"balance": True},
    {"balance": "a lot"},
    {"balance": "1e999"},
]


def success(data: Any) -> dict[str, Any]:
    return {"status": 200000, "message": "success", "data": data}


class TestTemPolor(ProviderContract):
    paths = {
        "generate": ("/open-apis/v1/song/generate", "/open-apis/v1/song/query"),
        "extend": ("/open-apis/v1/song/extend", "/open-apis/v1/song/query"),
        "instrumental": ("/open-apis/v1/instrumental/generate", "/open-apis/v1/instrumental/query"),
        "lyrics": ("/open-apis/v1/lyrics/generate", "/open-apis/v1/lyrics/query"),
        "stems": ("/open-apis/v1/stems", "/open-apis/v1/stems/query"),
    }
    payloads = [load(name) for name in names("tempolor")]
    unreadable = [
        None,
        [],
        {},
        "songs",
        7,
        {"songs": None},
        {"songs": "x"},
        {"songs": [{}]},
        {"songs": [{"status": "failed"}]},
        {"lyrics": "[verse]"},
        {"item_id": "9001", "status": "succeeded", "lyrics": "a song outside its list"},
        {"stems": [{"status": "succeeded", "stems_url": LINK}]},
        {"code": 200, "msg": "success", "data": {"taskId": "aa11"}},
        {"status": 400008, "message": "no such work", "data": None},
    ]
    no_id = [success({"item_ids": []}), success(None)]
    no_task = [success(None), success({}), success({"songs": None}), success({"songs": [{}]}), success([])]
    no_balance = [success(data) for data in NO_BALANCES]
    submit_id = "9001"
    tracks_at_submit = 1
    reported_state = None
    refusal_kind = ErrorKind.BUSY
    acknowledged = ("text/plain", b"success")

    def build(self, origin: str = "http://x.example", key: str = KEY) -> TemPolor:
        return provider(origin, key)

    def taken(self) -> Any:
        return load("tempolor/submit-answer.json")

    def reported(self, operation: str, ids: Sequence[str]) -> Any:
        items = [{"item_id": one, "status": "running"} for one in ids]
        return {"status": 200000, "data": {LISTS.get(operation, "songs"): items}}

    def refusal(self, message: str) -> Any:
        return {"status": 400007, "message": message}

    def not_found(self) -> Any:
        return {"status": 400008, "message": "not found"}

    def balance(self) -> Any:
        return load("tempolor/billing-answer.json")

    def genuine(self) -> list[tuple[bytes, dict[str, str]]]:
        headers = [{}, {"Authorization": KEY}, {"Authorization": "Tempo-another-3w"}]
        return [(STEMS, one) for one in headers]
