"""Talks to TemPolor over HTTP: POST only, the raw key, the verdict in the body's ``status``.

https://platform.tempolor.com/docs/296524438e0, https://tempolorapi.apifox.cn/6665895m0 (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracks.providers.base import Refused
from tracks.providers.http import Api, ProviderAnswer
from tracks.providers.json_fields import mapping, text, whole
from tracks.providers.operations import Operation
from tracks.providers.tempolor import faults

OK = 200000
BILLING = "/open-apis/v1/account/billing"  # https://platform.tempolor.com/docs/296524445e0


@dataclass(frozen=True, slots=True)
class Client:
    """Each method makes one request; it returns a success's JSON, or raises Refused, NotSent, AnswerLost."""

    api: Api

    def submit(self, operation: Operation, params: Mapping[str, Any], callback_url: str) -> Any:
        sent = {name: _bare(value) for name, value in params.items()}
        return self._post(operation.submit, {**sent, operation.callback_field: callback_url})

    def query(self, operation: Operation, item_ids: Sequence[str]) -> Any:
        """At most ten ids, all of this operation."""
        return self._post(operation.query, {"item_ids": list(item_ids)})

    def billing(self) -> Any:
        return self._post(BILLING, {})

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        answer = self.api.post(path, body)
        code = _code(answer)
        if code is None:
            raise self.api.unanswered(answer)
        if code != OK:
            said = text(mapping(answer.json).get("message"))
            fault = faults.of_answer(code, self.api.hidden(said))
            raise Refused(fault, answer.retry_after, is_full=code == faults.QUEUE_FULL)
        return answer.json


def _bare(value: Any) -> Any:
    """Whole seconds go out as ``60``, not ``60.0``: whether a fraction is taken is not documented."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _code(answer: ProviderAnswer) -> int | None:
    """Errors come with HTTP 200, so the body is looked at first.

    Six digits tell TemPolor's own word from a gateway's ``{"status": 502, …}``.
    """
    code = whole(mapping(answer.json).get("status"))
    return code if code is not None and 100_000 <= code <= 999_999 else None
