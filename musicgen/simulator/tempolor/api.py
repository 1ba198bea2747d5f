"""The simulated TemPolor's paths: submits, queries and the balance.

The paths are those of the product's declarations, with the pages. Error codes: in the body's `status`,
always with HTTP 200 (https://tempolorapi.apifox.cn/6665895m0).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from musicgen.simulator import checks
from musicgen.simulator.answers import ERROR_500, HANG_UP, HttpAnswer, as_json
from musicgen.simulator.ledger import SimulatedTask
from musicgen.simulator.music.tunes import compose
from musicgen.simulator.stages import Caller
from musicgen.simulator.steering import Steering
from musicgen.simulator.tempolor import extras, songs
from musicgen.simulator.tempolor.extras import Extra, new_extra
from musicgen.simulator.tempolor.songs import AcceptedSubmit, Item, new_item
from musicgen.simulator.world import World
from tracks.providers.operations import Operation, SourceFacts
from tracks.providers.tempolor.operations import OPERATIONS

ROOT = "/open-apis/v1/"
BILLING = "account/billing"
SUBMITS = {operation.submit.removeprefix(ROOT): operation for operation in OPERATIONS.values()}
QUERIES = {operation.query.removeprefix(ROOT) for operation in OPERATIONS.values()}
PAYLOAD_KEYS = songs.PAYLOAD_KEYS | extras.PAYLOAD_KEYS
# https://platform.tempolor.com/docs/296524438e0 and what integrators found: these make covers.
COVER_MODELS = ("TemPolor v4.6", "Mureka V9")
MAX_IDS = 10
BALANCE, PRICE = 776.56, 0.01
OK, BAD_KEY, BAD_REQUEST, BUSY, QUEUE_FULL = 200000, 400002, 400003, 400006, 400007
UNKNOWN_ITEM, ABNORMAL, BAD_MODEL, NOT_EXTENDABLE = 400008, 400009, 400010, 400011
MESSAGES = {
    OK: "success",
    400001: "server exception, please try again later",
    BAD_KEY: "login expired",
    BAD_REQUEST: "request parameter error",
    400004: "content violation",
    400005: "insufficient balance",
    BUSY: "server busy",
    QUEUE_FULL: "task queue is full",
    UNKNOWN_ITEM: "the work does not exist",
    ABNORMAL: "the work is in an abnormal state",
    BAD_MODEL: "the model does not support this function",
    NOT_EXTENDABLE: "this work cannot be extended",
}


class SimulatedTemPolor:
    """Answers everything below /open-apis/v1/. `parallel`: items made at once, None for any number."""

    def __init__(self, world: World, parallel: int | None) -> None:
        self._world = world
        self._parallel = parallel
        self._caller = Caller(
            world.timeline,
            # "success" is the documented answer: https://tempolorapi.apifox.cn/296524440e0
            accepts=lambda answer: answer.status_code == 200 and answer.text == "success",
            gave_up=lambda task, callback: None,
            headers=_headers,
        )

    def answer(self, method: str, path: str, key: str, body: Any, base: str) -> HttpAnswer:
        """The answer to a request; `path` without /open-apis/v1/, `body` the parsed JSON or None."""
        if method != "POST" or path not in {BILLING, *SUBMITS, *QUERIES}:
            return as_json({"message": "no such address"}, 404)
        if not key or key.startswith("Bearer "):
            return _envelope(BAD_KEY)
        if not isinstance(body, dict):
            return _envelope(BAD_REQUEST)
        if path == BILLING:
            spent = PRICE * self._world.ledger.submits("tempolor")
            return _envelope(OK, {"balance": round(max(0.0, BALANCE - spent), 2)})
        return self._query(path, body) if path in QUERIES else self._submit(SUBMITS[path], body, base, key)

    def rate_limited(self, seconds: int) -> HttpAnswer:
        """The answer to a request over the rate limit; the real code is not documented."""
        return _envelope(BUSY, headers={"Retry-After": str(seconds)})

    def _submit(self, operation: Operation, body: dict[str, Any], base: str, key: str) -> HttpAnswer:
        origin = self._origin(operation, body)
        steer = self._steering(operation, body, origin)
        refusal = self._refusal(operation, body, steer, origin)
        if refusal:
            code, answer = refusal
            self._world.ledger.refuse("tempolor", operation.name, body, code)
            return answer
        submit = AcceptedSubmit(operation.name, body, base, steer, origin)
        ids = self._begin(submit, key)
        return HANG_UP if "no-answer" in steer else _envelope(OK, {"item_ids": ids})

    def _begin(self, submit: AcceptedSubmit, key: str) -> list[str]:
        if submit.operation in extras.PAYLOAD_KEYS:
            extra = new_extra(self._world, submit, key)
            self._caller.play(extra, extras.extra_stages(self._world, extra))
            return [extra.id]
        steer = submit.steering
        items: list[Item] = []
        for take in range(min(MAX_IDS, steer.number("items", 2)) if "items" in steer else 1):
            items.append(new_item(self._world, submit, take, items))
        for item in items:
            self._caller.play(item, songs.song_stages(self._world, item))
        return [item.id for item in items]

    def _origin(self, operation: Operation, body: Mapping[str, Any]) -> Item | None:
        item_id = body.get("item_id") if operation.name == "extend" else None
        item = self._world.ledger.find("tempolor", item_id) if isinstance(item_id, str) else None
        return item if isinstance(item, Item) else None

    def _steering(self, operation: Operation, body: dict[str, Any], origin: Item | None) -> Steering:
        """A recording of ours whose link no longer opens makes the item fail."""
        steer = self._world.steering(body, origin.body if origin else None, operation.name)
        links = [body.get(name) for name in ("url", "upload_audio_url")]
        if any(isinstance(link, str) and self._world.media.is_dead(link) for link in links):
            return Steering({**steer.words, "fail": ""})
        return steer

    def _refusal(
        self, operation: Operation, body: dict[str, Any], steer: Steering, origin: Item | None
    ) -> tuple[int, HttpAnswer] | None:
        length = round(compose(origin.recipe).duration * 1000) if origin else None
        wrong = checks.fault(operation, body, SourceFacts(length) if origin else None)
        if wrong:
            return BAD_REQUEST, _envelope(BAD_REQUEST, text=f"{MESSAGES[BAD_REQUEST]}: {wrong.sentence}")
        if "error-500" in steer:
            return 500, ERROR_500
        code = self._refusal_code(operation, body, steer, origin)
        return (code, _envelope(code)) if code else None

    def _refusal_code(
        self, operation: Operation, body: dict[str, Any], steer: Steering, origin: Item | None
    ) -> int | None:
        """The code that a well-formed submit is refused with; None where it is accepted."""
        if self._world.refuses(body, steer):
            return steer.number("refuse", BUSY)
        covers = body.get("action") == "upload_cover"
        known = checks.knows_models("tempolor", operation, body)
        if not known or (covers and body["model"] not in COVER_MODELS):
            return BAD_MODEL
        if self._parallel is not None and self._world.ledger.running("tempolor") >= self._parallel:
            return QUEUE_FULL
        return _not_extendable(origin) if operation.name == "extend" else None

    def _query(self, path: str, body: dict[str, Any]) -> HttpAnswer:
        ids = body.get("item_ids")
        if (
            not isinstance(ids, list)
            or not 1 <= len(ids) <= MAX_IDS
            or not all(isinstance(item_id, str) for item_id in ids)
        ):
            return _envelope(BAD_REQUEST, text=f"item_ids must be a list of 1 to {MAX_IDS} strings")
        found = [self._world.ledger.find("tempolor", one) for one in ids]
        items = [item for item in found if item and OPERATIONS[item.operation].query == ROOT + path]
        if len(items) < len(ids):
            return _envelope(UNKNOWN_ITEM)
        return _envelope(OK, {PAYLOAD_KEYS[items[0].operation]: [self._item_json(item) for item in items]})

    def _item_json(self, item: SimulatedTask) -> dict[str, Any]:
        if isinstance(item, Extra):
            return extras.extra_json(self._world, item)
        assert isinstance(item, Item)
        return songs.song_json(self._world, item)


def _not_extendable(origin: Item | None) -> int | None:
    if origin is None:
        return UNKNOWN_ITEM
    if origin.operation == "instrumental":
        return NOT_EXTENDABLE
    return None if origin.has_audio else ABNORMAL


def _headers(task: SimulatedTask) -> dict[str, str]:
    """The stems callback carries the account's own key: https://platform.tempolor.com/docs/296524447e0"""
    return {"Authorization": task.key} if isinstance(task, Extra) and task.operation == "stems" else {}


def _envelope(
    code: int,
    data: dict[str, Any] | None = None,
    text: str = "",
    headers: Mapping[str, str] | None = None,
) -> HttpAnswer:
    text = text or MESSAGES.get(code, "error")
    body = {"status": code, "message": text, "request_id": str(uuid.uuid4()), "data": data or {}}
    return as_json(body, headers=headers)
