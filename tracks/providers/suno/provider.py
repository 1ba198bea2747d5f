"""Suno API as one of our providers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings

from tracks.providers.base import Acknowledgement, AnswerLost, Asked, Look, Provider, Rate, Unreadable
from tracks.providers.http import Api
from tracks.providers.suno import parser, signature
from tracks.providers.suno.client import Client
from tracks.providers.suno.operations import OPERATIONS
from tracks.updates import TaskUpdate


class Suno(Provider):
    """See tracks/providers/base.py. ``webhook_key``: blank where the account does not sign."""

    name = "suno"
    label = "Suno"
    batch = 1
    retention = timedelta(days=14)
    operations = OPERATIONS

    def __init__(self, client: Client, rate: Rate, webhook_key: str = "") -> None:
        self._client = client
        self.account = client.api.account
        self.rate = rate
        self._webhook_key = webhook_key
        # The signature covers the task's id and the time, not the body.
        self.callbacks_are_hints = bool(webhook_key)

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> TaskUpdate:
        update = parser.submitted(self._client.submit(operation, params, callback_url))
        if update is None:
            raise AnswerLost("Suno took the song but gave no id for it.")
        return update

    def query(self, looks: Sequence[Look]) -> list[TaskUpdate]:
        return [self._ask(look) for look in looks]

    def parse_callback(self, body: Any, asked: Asked) -> list[TaskUpdate]:
        return [parser.task(body, self._client.dialect, asked.params)]

    def verify(self, body: Any, headers: Mapping[str, str]) -> bool:
        if not self._webhook_key:
            return True
        return signature.is_genuine(self._webhook_key, parser.task_id(body), headers, time.time())

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement("application/json", b'{"status": "received"}')

    def _ask(self, look: Look) -> TaskUpdate:
        try:
            update = parser.task(self._client.query(look.operation, look.external_id), self._client.dialect)
        except Unreadable as error:
            raise AnswerLost(f"Suno answered without what was asked for. {error}") from error
        return update if update.external_id else replace(update, external_id=look.external_id)


def build() -> Suno:
    """From the settings SUNO_URL, SUNO_API_KEY, SUNO_DIALECT, SUNO_RATE, SUNO_WEBHOOK_KEY and PROVIDER_TIMEOUT."""
    api = Api(
        label="Suno",
        origin=settings.SUNO_URL,
        key=settings.SUNO_API_KEY,
        prefix="SUNO",
        timeout=settings.PROVIDER_TIMEOUT,
        scheme="Bearer",
    )
    return Suno(Client(api, settings.SUNO_DIALECT), Rate(*settings.SUNO_RATE), settings.SUNO_WEBHOOK_KEY)
