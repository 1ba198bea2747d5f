"""The provider Suno API."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
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
from tracks.providers.suno import models, parser, signature, word_timing
from tracks.providers.suno.callback_schema import CALLBACK_SCHEMA
from tracks.providers.suno.client import CREDITS, WORD_TIMING, Client
from tracks.providers.suno.operations import OPERATIONS

# https://docs.sunoapi.org/suno-api/quickstart, https://docs.kie.ai/common-api/download-url
LEFT_OUT = {
    "Making personas and voices": "Not among our operations; songs take the id of one that exists.",
    "Temporary download links": "A task is polled again for fresh links, so kie.ai's 20-minute ones are not "
    "needed.",
    "Uploads to the provider's store": "A recording is named by its public link; that store keeps a file for "
    "a few days at most.",
    "Sections of a recording": "replace-section is offered for songs of the account, not for an uploadUrl.",
    "Mashup, sounds, MIDI, style boost": "They are not among the operations that we offer.",
    "Waveform beside the word timing": "The waveform is measured from the archived file.",
}


class Suno(Provider):
    """``webhook_key``: blank where the account does not sign its callbacks."""

    name = "suno"
    label = "Suno"
    batch = 1
    # The pages say 14 or 15 days; https://docs.sunoapi.org/suno-api/add-vocals says both. The shorter counts.
    retention = timedelta(days=14)
    # kie.ai stores log records for 2 months: https://docs.kie.ai (read 2026-11). It is taken to be the same
    # at api.sunoapi.org, whose pages do not say.
    record_retention = timedelta(days=60)
    operations = OPERATIONS
    fetches_word_timing = True
    has_balance = True
    left_out = LEFT_OUT
    callback_schema = CALLBACK_SCHEMA

    def __init__(self, client: Client, rate: Rate, webhook_key: str = "") -> None:
        self._client = client
        self.account = client.api.account
        self.rate = rate
        self.extra_paths = {"word timing": WORD_TIMING, "balance": CREDITS[client.dialect]}
        self._webhook_key = webhook_key
        # The signature covers the task's id and the time, not the body.
        self.callbacks_are_hints = bool(webhook_key)

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> TaskUpdate:
        update = parser.parse_submit(self._client.submit(operation, params, callback_url))
        if update is None:
            raise AnswerLost("Suno took the request but gave no id for it.")
        return update

    def query(self, targets: Sequence[PollTarget]) -> list[TaskUpdate]:
        (target,) = targets
        body = self._client.query(target.operation, target.external_id)
        try:
            update = parser.parse_query(body, self._client.dialect, target.operation)
        except Unreadable as error:
            raise AnswerLost(f"Suno's answer does not hold what was requested. {error}") from error
        return [update if update.external_id else replace(update, external_id=target.external_id)]

    def word_timing(self, task_id: str, track_id: str, text: str = "") -> TaskUpdate:
        return word_timing.parse_word_timing(
            self._client.word_timing(task_id, track_id), task_id, track_id, text
        )

    def balance(self) -> Balance:
        try:
            return word_timing.parse_credits(self._client.credits())
        except Unreadable as error:
            raise AnswerLost(f"Suno's answer does not hold what was requested. {error}") from error

    def requested_model(self, reported: str) -> str:
        return models.requested(reported)

    def model_names(self, name: str) -> frozenset[str]:
        return models.names(name)

    def parse_callback(self, body: Any, submitted: SubmittedWith) -> list[TaskUpdate]:
        return [parser.parse_callback(body, self._client.dialect, submitted)]

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        if not self._webhook_key:
            return True
        try:
            task_id = parser.task_id(json.loads(raw))
        except (ValueError, RecursionError):
            return False
        return signature.is_genuine(self._webhook_key, task_id, headers, time.time())

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement("application/json", b'{"status": "received"}')


def build() -> Suno:
    """Made from the settings SUNO_*: URL, API_KEY, DIALECT, RATE, WEBHOOK_KEY; and PROVIDER_TIMEOUT."""
    api = Api(
        label="Suno",
        origin=settings.SUNO_URL,
        key=settings.SUNO_API_KEY,
        prefix="SUNO",
        timeout=settings.PROVIDER_TIMEOUT,
        scheme="Bearer",
    )
    return Suno(Client(api, settings.SUNO_DIALECT), Rate(*settings.SUNO_RATE), settings.SUNO_WEBHOOK_KEY)
