"""Suno API keeps the promises of every provider, in both dialects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.support.payloads import load, names
from tests.support.suno_service import provider, signed
from tests.tracks.providers.contract.calls import Calls
from tests.tracks.providers.contract.described import KEY, Described
from tests.tracks.providers.contract.promises import ProviderContract
from tracks.domain.updates import ErrorKind
from tracks.providers.suno.provider import Suno

COMPLETE = json.dumps(load("suno/callback-complete.json")).encode()
GENERATE_DETAILS = "/api/v1/generate/record-info"
DETAILS = {
    "lyrics": "record-lyrics",
    "wav": "record-wav",
    "vocal-removal": "record-vocal-removal",
    "cover-image": "record-cover-image",
    "video": "record-video",
}


def success(data: Any) -> dict[str, Any]:
    return {"code": 200, "msg": "success", "data": data}


class SunoApi(Described):
    paths = {
        "generate": ("/api/v1/generate", GENERATE_DETAILS),
        "extend": ("/api/v1/generate/extend", GENERATE_DETAILS),
        "upload-cover": ("/api/v1/generate/upload-cover", GENERATE_DETAILS),
        "upload-extend": ("/api/v1/generate/upload-extend", GENERATE_DETAILS),
        "add-vocals": ("/api/v1/generate/add-vocals", GENERATE_DETAILS),
        "add-instrumental": ("/api/v1/generate/add-instrumental", GENERATE_DETAILS),
        "replace-section": ("/api/v1/generate/replace-section", GENERATE_DETAILS),
        "lyrics": ("/api/v1/lyrics", "/api/v1/lyrics/record-info"),
        "wav": ("/api/v1/wav/generate", "/api/v1/wav/record-info"),
        "vocal-removal": ("/api/v1/vocal-removal/generate", "/api/v1/vocal-removal/record-info"),
        "cover-image": ("/api/v1/suno/cover/generate", "/api/v1/suno/cover/record-info"),
        "video": ("/api/v1/mp4/generate", "/api/v1/mp4/record-info"),
    }
    payloads = [load(name) for name in names("suno")]
    unreadable = [
        None,
        [],
        {},
        "task",
        7,
        {"code": 200, "msg": "success", "data": None},
        {"code": 200, "msg": "success", "data": 100},
        {"code": 500},
        {"code": 500, "error": "Bad Gateway"},
        {"songs": [{"item_id": "9001", "status": "succeeded"}]},
        {"data": {"callbackType": None, "data": [{"title": "T"}]}},
    ]
    no_id = [success({}), success(None)]
    no_task = [success(None), success({}), success(100), success("text"), success([])]
    no_balance = [success(None), success(True), success("many"), success({})]
    authorization = f"Bearer {KEY}"
    query_method = "GET"
    submit_id = "aa11"
    refusal_kind = ErrorKind.CREDIT
    acknowledged = ("application/json", b'{"status": "received"}')

    def build(self, origin: str = "http://x.example", key: str = KEY) -> Suno:
        return provider(origin, key=key)

    def taken(self) -> Any:
        return load("suno/submit-answer.json")

    def reported(self, operation: str, ids: Sequence[str]) -> Any:
        return load(f"suno/{DETAILS.get(operation, 'record-info-success')}.json")

    def refusal(self, message: str) -> Any:
        return {"code": 429, "msg": message, "data": None}

    def not_found(self) -> Any:
        return {"code": 404, "msg": "task not found"}

    def timed(self) -> Any:
        return load("suno/timestamped-lyrics.json")

    def balance(self) -> Any:
        return load("suno/credits.json")

    def genuine(self) -> list[tuple[bytes, dict[str, str]]]:
        return [(COMPLETE, {}), (b"not even JSON", {})]


class TestSuno(SunoApi, ProviderContract):
    """As sunoapi.org speaks, without a webhook key."""


class TestKie(SunoApi, Calls):
    """The other dialect, with signed callbacks; it has the same declarations."""

    refusal_kind = ErrorKind.RATE

    def build(self, origin: str = "http://x.example", key: str = KEY) -> Suno:
        return provider(origin, "kie", "hook", key)

    def genuine(self) -> list[tuple[bytes, dict[str, str]]]:
        return [(COMPLETE, signed())]

    def forged(self) -> list[tuple[bytes, dict[str, str]]]:
        return [(COMPLETE, {}), (COMPLETE, signed(key="other")), (b"not even JSON", signed())]
