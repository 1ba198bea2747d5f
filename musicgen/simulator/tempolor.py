"""The fake TemPolor's addresses: submits, queries and the balance.

Pages: https://platform.tempolor.com/docs/296524438e0 (song generation),
https://tempolorapi.apifox.cn/296524441e0 (song query), .../296524437e0 (instrumental query) and
.../6665895m0 (error codes: in the body's `status`, always with HTTP 200).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from musicgen.simulator import steering
from musicgen.simulator.answers import (
    ERROR_500,
    HANG_UP,
    Answer,
    Field,
    Flag,
    Link,
    Text,
    as_json,
    complaints,
)
from musicgen.simulator.stages import Caller
from musicgen.simulator.steering import Steering
from musicgen.simulator.tempolor_item import PAYLOAD_KEYS, Item, facts, new_item, stages
from musicgen.simulator.world import World

MAX_IDS = 10
BALANCE = 776.56
OK, BAD_KEY, BAD_REQUEST, BUSY, UNKNOWN_ITEM = 200000, 400002, 400003, 400006, 400008
MESSAGES = {
    OK: "success",
    400001: "server exception, please try again later",
    BAD_KEY: "login expired",
    BAD_REQUEST: "request parameter error",
    400004: "content violation",
    400005: "insufficient balance",
    BUSY: "server busy",
    400007: "task queue is full",
    UNKNOWN_ITEM: "the work does not exist",
    400009: "the work is in an abnormal state",
    400010: "the model does not support this function",
    400011: "this work cannot be extended",
}
SUBMITS: dict[str, dict[str, Field]] = {
    "generate": {
        "prompt": Text(1000),
        "model": Text(100),
        "callback_url": Link(),
        "lyrics": Text(3000, required=False),
        "voice_id": Text(100, required=False),
        "instrumental": Flag(required=False),
    },
    "instrumental": {"prompt": Text(1000), "model": Text(100), "callback_url": Link()},
}


class TemPolor:
    """Answers everything below /open-apis/v1/."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._caller = Caller(
            world.timeline,
            # "success" is the documented answer: https://tempolorapi.apifox.cn/296524440e0
            accepts=lambda answer: answer.status_code == 200 and answer.text == "success",
            gave_up=lambda task, callback: None,
        )
        self._routes: dict[str, Callable[[dict[str, Any], str], Answer]] = {
            "song/generate": partial(self._submit, "generate"),
            "song/query": partial(self._query, "generate"),
            "instrumental/generate": partial(self._submit, "instrumental"),
            "instrumental/query": partial(self._query, "instrumental"),
            "account/billing": lambda body, base: _envelope(OK, {"balance": BALANCE}),
        }

    def answer(self, method: str, path: str, key: str, body: Any, base: str) -> Answer:
        """The answer to a request; `path` without /open-apis/v1/, `body` the parsed JSON or None."""
        route = self._routes.get(path)
        if route is None or method != "POST":
            return as_json({"message": "no such address"}, 404)
        if not key or key.startswith("Bearer "):
            return _envelope(BAD_KEY)
        return route(body, base) if isinstance(body, dict) else _envelope(BAD_REQUEST)

    def _submit(self, operation: str, body: dict[str, Any], base: str) -> Answer:
        steer = steering.read(body)
        refusal = self._refusal(operation, body, steer)
        if refusal:
            return refusal
        count = min(MAX_IDS, steer.number("items", 2)) if "items" in steer else 1
        items = [new_item(self._world, operation, body, base, steer, take) for take in range(count)]
        for item in items:
            self._caller.play(item, stages(self._world, item))
        return HANG_UP if "no-answer" in steer else _envelope(OK, {"item_ids": [item.id for item in items]})

    def _refusal(self, operation: str, body: dict[str, Any], steer: Steering) -> Answer | None:
        wrong = next(complaints(body, SUBMITS[operation]), "")
        if wrong:
            code, answer = BAD_REQUEST, _envelope(BAD_REQUEST, message=f"{MESSAGES[BAD_REQUEST]}: {wrong}")
        elif "error-500" in steer:
            code, answer = 500, ERROR_500
        elif self._world.refuses(body, steer):
            code = steer.number("refuse", BUSY)
            answer = _envelope(code)
        else:
            return None
        self._world.ledger.refuse("tempolor", operation, body, code)
        return answer

    def _query(self, operation: str, body: dict[str, Any], base: str) -> Answer:
        ids = body.get("item_ids")
        if (
            not isinstance(ids, list)
            or not 1 <= len(ids) <= MAX_IDS
            or not all(isinstance(one, str) for one in ids)
        ):
            return _envelope(BAD_REQUEST, message=f"item_ids must be a list of 1 to {MAX_IDS} strings")
        found = [self._world.ledger.find("tempolor", one) for one in ids]
        items = [item for item in found if isinstance(item, Item) and item.operation == operation]
        if len(items) < len(ids):
            return _envelope(UNKNOWN_ITEM)
        return _envelope(OK, {PAYLOAD_KEYS[operation]: [facts(self._world, item) for item in items]})


def _envelope(code: int, data: dict[str, Any] | None = None, message: str = "") -> Answer:
    message = message or MESSAGES.get(code, "error")
    return as_json({"status": code, "message": message, "request_id": str(uuid.uuid4()), "data": data or {}})
