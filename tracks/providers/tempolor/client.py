"""TemPolor over HTTP: POST only, the bare key in Authorization, the result code in the body's ``status``.

https://platform.tempolor.com/docs/296524438e0, https://tempolorapi.apifox.cn/6665895m0 (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracks.providers.base import Refused
from tracks.providers.http import Api, ProviderAnswer
from tracks.providers.json_fields import mapping, text, whole_number
from tracks.providers.operations import Operation
from tracks.providers.tempolor import faults

OK = 200000
BILLING = "/open-apis/v1/account/billing"  # https://platform.tempolor.com/docs/296524445e0


@dataclass(frozen=True, slots=True)
class Client:
    """Each method makes one request; returns a success as JSON or raises Refused, NotSent, AnswerLost."""

    api: Api

    def submit(self, operation: Operation, params: Mapping[str, Any], callback_url: str) -> Any:
        body = {name: _without_fraction(value) for name, value in params.items()}
        return self._post(operation.submit, {**body, operation.callback_field: callback_url})

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
            message = text(mapping(answer.json).get("message"))
            fault = faults.of_answer(code, self.api.hidden(message))
            raise Refused(fault, answer.retry_after, is_full=code == faults.QUEUE_FULL)
        return answer.json


def _without_fraction(value: Any) -> Any:
    """60 for 60.0: whether TemPolor takes a fraction is not documented."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _code(answer: ProviderAnswer) -> int | None:
    """TemPolor's code, also of an error, which comes with HTTP 200; None for any other body."""
    # A gateway writes a `status` too, such as 502; TemPolor's have six digits.
    code = whole_number(mapping(answer.json).get("status"))
    return code if code is not None and 100_000 <= code <= 999_999 else None
