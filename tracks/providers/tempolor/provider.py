"""TemPolor as one of our providers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
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
from tracks.providers.tempolor.client import BILLING, Client
from tracks.providers.tempolor.operations import OPERATIONS

LEFT_OUT = {
    "word timing": "TemPolor times whole lines, not words, and sends them with the song "
    "(`lrcsections_complete`).",
    "instrumental extension": "TemPolor's menu names it, but its page could not be read: neither the path "
    "nor the parameters are known, and a wrong guess costs credit.",
    "voice table": "The page with the singers' ids could not be read, so no list is built in; voice_id takes "
    "any id, and those that you know can be kept under models and voices.",
    "MIDI from a recording": "Clients name a path for it, but no page says what it takes and answers.",
    "stems in eight parts": "TemPolor sells such a model, but the pages name no parameter to choose it with.",
    "price of a task": "The page with models and prices could not be read; the balance is shown instead.",
}


class TemPolor(Provider):
    """See tracks/providers/base.py. An item is a track; a task has as many as its submit named."""

    name = "tempolor"
    label = "TemPolor"
    batch = 10
    retention = timedelta(days=3)
    callbacks_are_hints = False
    operations = OPERATIONS
    tells_balance = True
    beside: Mapping[str, str] = {"balance": BILLING}
    left_out = LEFT_OUT

    def __init__(self, client: Client, rate: Rate) -> None:
        self._client = client
        self.account = client.api.account
        self.rate = rate

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> TaskUpdate:
        body = self._client.submit(self.operations[operation], params, callback_url)
        update = parser.submitted(body, SubmittedWith(operation, params))
        if update is None:
            # Seen by integrators. Something may be in the making that we cannot name.
            raise AnswerLost("TemPolor took the task but gave no id for it.")
        return update

    def query(self, targets: Sequence[PollTarget]) -> list[TaskUpdate]:
        """One request. Raises ValueError where it would take more, or none."""
        operation, item_ids = self._question(targets)
        body = self._client.query(self.operations[operation], item_ids)
        try:
            return parser.answered(body, operation)
        except Unreadable as error:
            raise AnswerLost(f"TemPolor answered without what was asked for. {error}") from error

    def _question(self, targets: Sequence[PollTarget]) -> tuple[str, list[str]]:
        operations = {look.operation for look in targets}
        named = [one for look in targets for one in look.track_ids or (look.external_id,) if one]
        item_ids = list(dict.fromkeys(named))
        if len(operations) != 1 or not 1 <= len(item_ids) <= self.batch:
            raise ValueError(f"One query is about 1 to {self.batch} ids of one operation.")
        return operations.pop(), item_ids

    def balance(self) -> Balance:
        """TemPolor names no unit. https://platform.tempolor.com/docs/296524445e0 (read 2026-11)."""
        said = mapping(mapping(self._client.billing()).get("data")).get("balance")
        amount = _exact(said)
        if amount is None:
            raise AnswerLost("TemPolor answered without a balance.")
        return Balance(amount, unit="")

    def parse_callback(self, body: Any, asked: SubmittedWith) -> list[TaskUpdate]:
        return parser.called_back(body, asked)

    def verify(self, body: Any, headers: Mapping[str, str]) -> bool:
        """TemPolor signs nothing.

        Its stems callback may carry our own key (https://tempolorapi.apifox.cn/296524447e0). Other callbacks
        carry none, so it is neither wanted nor looked at; and the door keeps no such header.
        """
        return True

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement("text/plain", b"success")


def _exact(value: Any) -> Decimal | None:
    """The number as it was written: 776.56, not 776.5599999999999454303."""
    if number(value) is None:
        return None
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        return None


def build() -> TemPolor:
    """From the settings TEMPOLOR_URL, TEMPOLOR_API_KEY, TEMPOLOR_RATE and PROVIDER_TIMEOUT."""
    api = Api(
        label="TemPolor",
        origin=settings.TEMPOLOR_URL,
        key=settings.TEMPOLOR_API_KEY,
        prefix="TEMPOLOR",
        timeout=settings.PROVIDER_TIMEOUT,
    )
    return TemPolor(Client(api), Rate(*settings.TEMPOLOR_RATE))
