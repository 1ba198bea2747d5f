"""Talks to TemPolor over HTTP: POST only, the raw key, the verdict in the body's ``status``.

https://platform.tempolor.com/docs/296524438e0, https://tempolorapi.apifox.cn/6665895m0 (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracks.providers.base import Refused
from tracks.providers.http import Answer, Api
from tracks.providers.reading import mapping, text, whole
from tracks.providers.tempolor import faults

OK = 200000
SUBMIT_PATHS = {
    "generate": "/open-apis/v1/song/generate",
    "instrumental": "/open-apis/v1/instrumental/generate",
}
QUERY_PATHS = {
    "song": "/open-apis/v1/song/query",
    "instrumental": "/open-apis/v1/instrumental/query",
}


@dataclass(frozen=True, slots=True)
class Client:
    """Each method returns the JSON of a success and raises Refused, NotSent or AnswerLost."""

    api: Api

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> Any:
        return self._post(SUBMIT_PATHS[operation], {**params, "callback_url": callback_url})

    def query(self, kind: str, item_ids: Sequence[str]) -> Any:
        """``kind``: song or instrumental; at most ten ids."""
        return self._post(QUERY_PATHS[kind], {"item_ids": list(item_ids)})

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        answer = self.api.post(path, body)
        code = _code(answer)
        if code is None:
            raise self.api.unanswered(answer)
        if code != OK:
            said = text(mapping(answer.json).get("message"))
            fault = faults.of_answer(code, self.api.hidden(said))
            raise Refused(fault, answer.retry_after)
        return answer.json


def _code(answer: Answer) -> int | None:
    """Errors come with HTTP 200, so the body is looked at first.

    Six digits tell TemPolor's own word from a gateway's ``{"status": 502, …}``.
    """
    code = whole(mapping(answer.json).get("status"))
    return code if code is not None and 100_000 <= code <= 999_999 else None
