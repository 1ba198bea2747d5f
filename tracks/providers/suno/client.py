"""Talks to Suno API over HTTP: a bearer key, the verdict in the body's ``code``.

https://docs.sunoapi.org/suno-api/get-music-generation-details and its sisters (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracks.providers.base import Refused
from tracks.providers.http import Answer, Api
from tracks.providers.reading import mapping, text, whole
from tracks.providers.suno import faults, parser
from tracks.providers.suno.operations import OPERATIONS


@dataclass(frozen=True, slots=True)
class Client:
    """Each method returns the JSON of a success and raises Refused, NotSent or AnswerLost."""

    api: Api
    dialect: str

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> Any:
        return self._checked(
            self.api.post(OPERATIONS[operation].submit, {**params, "callBackUrl": callback_url})
        )

    def query(self, operation: str, task_id: str) -> Any:
        return self._checked(self.api.get(OPERATIONS[operation].query, {"taskId": task_id}))

    def _checked(self, answer: Answer) -> Any:
        code = _code(answer)
        if code is None:
            raise self.api.unanswered(answer)
        if code != parser.OK:
            raise self._refused(code, answer)
        return answer.json

    def _refused(self, code: int, answer: Answer) -> Refused:
        # "Made already" names the older task: https://docs.sunoapi.org/suno-api/cover-suno
        said, older = text(mapping(answer.json).get("msg")), parser.task_id(answer.json)
        fault = faults.of_answer(code, self.api.hidden(said), self.dialect, older)
        return Refused(fault, answer.retry_after)


def _code(answer: Answer) -> int | None:
    """The body's ``code``, which beats the HTTP status. A gateway's error page has no ``msg`` beside it."""
    body = mapping(answer.json)
    return whole(body.get("code")) if "msg" in body or "data" in body else None
