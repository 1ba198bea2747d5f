"""The provider TemPolor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from tracks.domain.updates import TaskUpdate
from tracks.providers.base import (
    Acknowledgement,
    AnswerLost,
    Balance,
    PollTarget,
    Provider,
    Rate,
    SubmittedWith,
    Unreadable,
)
from tracks.providers.http import Api
from tracks.providers.json_fields import mapping, number
from tracks.providers.tempolor import parser
from tracks.providers.tempolor.callback_schema import CALLBACK_SCHEMA
from tracks.providers.tempolor.client import BILLING, Client
from tracks.providers.tempolor.operations import OPERATIONS

LEFT_OUT = {
    "word timing": "TemPolor times whole lines, not words, and sends them with the song "
    "(`lrcsections_complete`).",
    "instrumental extension": "TemPolor's menu names it, but its page could not be read: neither the path "
    "nor the parameters are known, and a wrong guess costs credit.",
    "voice table": "The page with the singers' ids could not be read, so no list is built in; voice_id takes "
    "any id, and those that you know can be added under models and voices.",
    "MIDI from a recording": "Clients name a path for it, but no page says what it takes and answers.",
    "stems in eight parts": "TemPolor sells such a model, but the pages name no parameter to choose it with.",
    "price of a task": "The page with models and prices could not be read; the balance is shown instead.",
}


class TemPolor(Provider):
    """An item is a track; a task has as many as the answer to its submit names."""

    name = "tempolor"
    label = "TemPolor"
    batch = 10
    retention = timedelta(days=3)
    callbacks_are_hints = False
    operations = OPERATIONS
    has_balance = True
    extra_paths: Mapping[str, str] = {"balance": BILLING}
    left_out = LEFT_OUT
    callback_schema = CALLBACK_SCHEMA

    def __init__(self, client: Client, rate: Rate) -> None:
        self._client = client
        self.account = client.api.account
        self.rate = rate

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> TaskUpdate:
        body = self._client.submit(self.operations[operation], params, callback_url)
        update = parser.parse_submit(body, SubmittedWith(operation, params))
        if update is None:
            # Seen by integrators. A song may be made whose id we do not know.
            raise AnswerLost("TemPolor took the task but gave no id for it.")
        return update

    def query(self, targets: Sequence[PollTarget]) -> list[TaskUpdate]:
        """Raises ValueError where it would take more than one request, or none."""
        operation, item_ids = self._ids(targets)
        body = self._client.query(self.operations[operation], item_ids)
        try:
            return parser.parse_query(body, operation)
        except Unreadable as error:
            raise AnswerLost(f"TemPolor's answer does not hold what was requested. {error}") from error

    def _ids(self, targets: Sequence[PollTarget]) -> tuple[str, list[str]]:
        operations = {target.operation for target in targets}
        named = [one for target in targets for one in target.track_ids or (target.external_id,) if one]
        item_ids = list(dict.fromkeys(named))
        if len(operations) != 1 or not 1 <= len(item_ids) <= self.batch:
            raise ValueError(f"One query is about 1 to {self.batch} ids of one operation.")
        return operations.pop(), item_ids

    def balance(self) -> Balance:
        """TemPolor gives no unit. https://platform.tempolor.com/docs/296524445e0 (read 2026-11)."""
        amount = _exact(mapping(mapping(self._client.billing()).get("data")).get("balance"))
        if amount is None:
            raise AnswerLost("TemPolor answered without a balance.")
        return Balance(amount, unit="")

    def requested_model(self, reported: str) -> str:
        """A result has the request's own word: https://tempolorapi.apifox.cn/296524440e0 (read 2026-11)."""
        return reported

    def parse_callback(self, body: Any, submitted: SubmittedWith) -> list[TaskUpdate]:
        return parser.parse_callback(body, submitted)

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """TemPolor signs nothing.

        Its stems callback may carry our own key (https://tempolorapi.apifox.cn/296524447e0). Other callbacks
        carry none, so it is neither wanted nor read, and no such header is stored.
        """
        return True

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement("text/plain", b"success")


def _exact(value: Any) -> Decimal | None:
    """The number as it was written: 776.56, not 776.5599999999999454303."""
    given = value.strip() if isinstance(value, str) else value
    return None if number(given) is None else Decimal(str(given))


def build() -> TemPolor:
    """Made from the settings TEMPOLOR_URL, TEMPOLOR_API_KEY, TEMPOLOR_RATE and PROVIDER_TIMEOUT."""
    api = Api(
        label="TemPolor",
        origin=settings.TEMPOLOR_URL,
        key=settings.TEMPOLOR_API_KEY,
        prefix="TEMPOLOR",
        timeout=settings.PROVIDER_TIMEOUT,
    )
    return TemPolor(Client(api), Rate(*settings.TEMPOLOR_RATE))
