"""The fake Suno API's addresses: submits, details of a task, credits.

Pages: https://docs.sunoapi.org/suno-api/upload-and-extend-audio , .../add-vocals ,
.../get-music-generation-details , .../get-remaining-credits (codes) and
https://docs.api.box/suno-api/generate-music (newest field text of generate).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from musicgen.simulator import steering
from musicgen.simulator.answers import (
    ERROR_500,
    HANG_UP,
    TOO_LONG,
    Answer,
    Choice,
    Field,
    Flag,
    Link,
    Text,
    as_json,
    complaints,
)
from musicgen.simulator.ledger import Callback, Task
from musicgen.simulator.stages import Caller
from musicgen.simulator.steering import Steering
from musicgen.simulator.suno_task import MESSAGES, SunoTask, new_task, record, stages
from musicgen.simulator.world import World

OPERATIONS = {
    "generate": "generate",
    "generate/upload-extend": "upload-extend",
    "generate/add-vocals": "add-vocals",
}
MODELS = frozenset({"V3_5", "V4", "V4_5", "V4_5PLUS", "V4_5ALL", "V5", "V5_5"})
OPTIONS: dict[str, Field] = {
    "negativeTags": Text(required=False),
    "vocalGender": Choice(frozenset({"m", "f"}), required=False),
    "personaId": Text(required=False),
}
CREDITS = 100


class Suno:
    """Answers everything below /api/v1/."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._caller = Caller(
            world.timeline, accepts=lambda answer: answer.status_code == 200, gave_up=_callback_exception
        )

    def answer(self, method: str, path: str, query: str, key: str, body: Any, base: str) -> Answer:
        """The answer to a request; `path` without /api/v1/, `body` the parsed JSON or None."""
        if not key.removeprefix("Bearer ").strip() or not key.startswith("Bearer "):
            return _envelope(401)
        if method == "GET" and path == "generate/record-info":
            return self._details(query)
        if method == "GET" and path == "generate/credit":
            return _envelope(200, CREDITS)
        if method != "POST" or path not in OPERATIONS:
            return _envelope(404, http_status=404)
        return self._submit(OPERATIONS[path], body, base) if isinstance(body, dict) else _envelope(400)

    def _submit(self, operation: str, body: dict[str, Any], base: str) -> Answer:
        steer = steering.read(body)
        refusal = self._refusal(operation, body, steer)
        if refusal:
            return refusal
        task = new_task(self._world, operation, body, base, steer)
        self._caller.play(task, stages(self._world, task))
        return HANG_UP if "no-answer" in steer else _envelope(200, {"taskId": task.id})

    def _refusal(self, operation: str, body: dict[str, Any], steer: Steering) -> Answer | None:
        wrong = _complaint(operation, body)
        if wrong:
            code = 413 if TOO_LONG in wrong else 400
            answer = _envelope(code, message=wrong)
        elif "error-500" in steer:
            code, answer = 500, ERROR_500
        elif self._world.refuses(body, steer):
            code = steer.number("refuse", 455)
            answer = _envelope(code)
        else:
            return None
        self._world.ledger.refuse("suno", operation, body, code)
        return answer

    def _details(self, query: str) -> Answer:
        task_id = parse_qs(query).get("taskId", [""])[0]
        if not task_id:
            return _envelope(400, message="taskId is required")
        task = self._world.ledger.find("suno", task_id)
        return _envelope(200, record(self._world, task)) if isinstance(task, SunoTask) else _envelope(404)


def _callback_exception(task: Task, callback: Callback) -> None:
    """The music is there, and the last word about it could not be delivered."""
    if callback.stage == "complete":
        task.status = "CALLBACK_EXCEPTION"


def _complaint(operation: str, body: dict[str, Any]) -> str:
    fields = {"generate": _generate, "upload-extend": _upload_extend, "add-vocals": _add_vocals}[operation](
        body
    )
    wrong = next(complaints(body, {**OPTIONS, **fields, "callBackUrl": Link()}), "")
    start = body.get("continueAt")
    if not wrong and operation == "upload-extend" and body["defaultParamFlag"] and not _is_positive(start):
        return "continueAt must be a number of seconds above 0"
    return wrong


def _is_positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _own_words(body: dict[str, Any], title: int) -> dict[str, Field]:
    """The fields of custom mode; V4 takes less than the models after it."""
    old = body.get("model") in ("V3_5", "V4")
    sung = body.get("instrumental") is not True
    return {
        "style": Text(200 if old else 1000),
        "title": Text(title),
        "prompt": Text(3000 if old else 5000, required=sung),
    }


def _generate(body: dict[str, Any]) -> dict[str, Field]:
    fields: dict[str, Field] = {"customMode": Flag(), "instrumental": Flag(), "model": Choice(MODELS)}
    return fields | (_own_words(body, 80) if body.get("customMode") is True else {"prompt": Text(500)})


def _upload_extend(body: dict[str, Any]) -> dict[str, Field]:
    fields: dict[str, Field] = {"uploadUrl": Link(), "defaultParamFlag": Flag(), "model": Choice(MODELS)}
    if body.get("defaultParamFlag") is not True:
        return fields | {"instrumental": Flag(required=False), "prompt": Text()}
    title = 80 if body.get("model") in ("V4", "V4_5ALL") else 100
    return fields | {"instrumental": Flag()} | _own_words(body, title)


def _add_vocals(_body: dict[str, Any]) -> dict[str, Field]:
    return {
        "uploadUrl": Link(),
        "prompt": Text(),
        "title": Text(100),
        "style": Text(1000),
        "negativeTags": Text(),
        "model": Choice(frozenset({"V4_5PLUS", "V5", "V5_5"}), required=False),
    }


def _envelope(code: int, data: Any = None, message: str = "", http_status: int = 200) -> Answer:
    """The answer for a code; errors come with HTTP 200 too, as only the body's code is documented."""
    return as_json({"code": code, "msg": message or MESSAGES.get(code, "error"), "data": data}, http_status)
