"""Suno API over HTTP: a bearer key, the result code in the body's ``code``.

https://docs.sunoapi.org/suno-api/get-music-generation-details and the pages beside it (read 2026-11). The
paths of the operations stand in their declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracks.providers.base import Refused
from tracks.providers.http import Api, ProviderAnswer
from tracks.providers.json_fields import mapping, text, whole_number
from tracks.providers.suno import faults, parser
from tracks.providers.suno.envelope import OK
from tracks.providers.suno.operations import OPERATIONS

# https://docs.sunoapi.org/suno-api/get-timestamped-lyrics
WORD_TIMING = "/api/v1/generate/get-timestamped-lyrics"
# https://docs.sunoapi.org/suno-api/get-remaining-credits, https://old-docs.kie.ai/common-api/quickstart
CREDITS = {"sunoapi": "/api/v1/generate/credit", "kie": "/api/v1/chat/credit"}


@dataclass(frozen=True, slots=True)
class Client:
    """Each method makes one request; returns a success as JSON or raises Refused, NotSent, AnswerLost."""

    api: Api
    dialect: str

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> Any:
        declared = OPERATIONS[operation]
        answer = self.api.post(declared.submit, {**params, declared.callback_field: callback_url})
        return self._checked(answer, older_task=parser.task_id(answer.json))

    def query(self, operation: str, task_id: str) -> Any:
        return self._checked(self.api.get(OPERATIONS[operation].query, {"taskId": task_id}))

    def word_timing(self, task_id: str, track_id: str) -> Any:
        return self._checked(self.api.post(WORD_TIMING, {"taskId": task_id, "audioId": track_id}))

    def credits(self) -> Any:
        return self._checked(self.api.get(CREDITS[self.dialect], {}))

    def _checked(self, answer: ProviderAnswer, older_task: str = "") -> Any:
        code = _code(answer)
        if code is None:
            raise self.api.unanswered(answer)
        if code != OK:
            message = self.api.hidden(text(mapping(answer.json).get("msg")))
            raise Refused(faults.of_answer(code, message, self.dialect, older_task), answer.retry_after)
        return answer.json


def _code(answer: ProviderAnswer) -> int | None:
    """The body's ``code``, which counts more than the HTTP status; None for any other body."""
    # A gateway's error page has neither `msg` nor `data`.
    body = mapping(answer.json)
    return whole_number(body.get("code")) if "msg" in body or "data" in body else None
