"""TemPolor as one of our providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from tracks.providers.base import (
    Acknowledgement,
    AnswerLost,
    Asked,
    Look,
    NotSent,
    Provider,
    Rate,
    Refused,
    Unreadable,
)
from tracks.providers.http import Api
from tracks.providers.tempolor import parser
from tracks.providers.tempolor.client import Client
from tracks.providers.tempolor.operations import OPERATIONS
from tracks.updates import ErrorKind, TaskUpdate

Question = tuple[str, Sequence[str]]


class TemPolor(Provider):
    """See tracks/providers/base.py. An item is a track; a task has as many as its submit named."""

    name = "tempolor"
    label = "TemPolor"
    batch = 10
    retention = timedelta(days=3)
    callbacks_are_hints = False
    operations = OPERATIONS

    def __init__(self, client: Client, rate: Rate) -> None:
        self._client = client
        self.account = client.api.account
        self.rate = rate

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> TaskUpdate:
        update = parser.submitted(self._client.submit(operation, params, callback_url))
        if update is None:
            # Seen by integrators. Something may be in the making that we cannot name.
            raise AnswerLost("TemPolor took the song but gave no id for it.")
        return update

    def query(self, looks: Sequence[Look]) -> list[TaskUpdate]:
        """Songs and instrumentals are asked for apart. Raises only where nothing at all was answered."""
        kinds = _by_kind(looks).items()
        return self._ask_all([(kind, batch) for kind, ids in kinds for batch in _batches(ids, self.batch)])

    def parse_callback(self, body: Any, asked: Asked) -> list[TaskUpdate]:
        return parser.items(body)

    def verify(self, body: Any, headers: Mapping[str, str]) -> bool:
        """TemPolor signs nothing. (Its stems callback may carry our own key; it is not wanted here.)"""
        return True

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement("text/plain", b"success")

    def _ask_all(self, questions: Sequence[Question]) -> list[TaskUpdate]:
        """One refusal hides no other answer; a provider that does not answer is asked nothing more."""
        updates: list[TaskUpdate] = []
        failure: Exception | None = None
        for question in questions:
            try:
                updates += self._ask(question)
            except Refused as refusal:
                failure = failure or refusal
            except (NotSent, AnswerLost) as silence:
                failure = failure or silence
                break
        if failure and not updates:
            raise failure
        return updates

    def _ask(self, question: Question) -> list[TaskUpdate]:
        kind, item_ids = question
        try:
            return _read(self._client.query(kind, item_ids))
        except Refused as refusal:
            # What a mix of known and unknown ids is answered is not documented; one must not hide nine.
            if refusal.fault.kind is not ErrorKind.NOT_FOUND or len(item_ids) == 1:
                raise
            return self._ask_all([(kind, [item_id]) for item_id in item_ids])


def _by_kind(looks: Sequence[Look]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for look in looks:
        kind = "instrumental" if look.operation == "instrumental" else "song"
        named = look.track_ids or (look.external_id,)
        kinds.setdefault(kind, []).extend(item_id for item_id in named if item_id)
    return {kind: list(dict.fromkeys(item_ids)) for kind, item_ids in kinds.items()}


def _batches(item_ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(item_ids), size):
        yield item_ids[start : start + size]


def _read(body: Any) -> list[TaskUpdate]:
    try:
        return parser.items(body)
    except Unreadable as error:
        raise AnswerLost(f"TemPolor answered without what was asked for. {error}") from error


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
