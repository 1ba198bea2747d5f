"""Callbacks as a provider delivers them, and the worker that processes them."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from callbacks.jobs import process_next
from callbacks.models import CallbackEvent
from tracks import signed_urls
from tracks.models import Task


def deliver(
    task: Task, body: Any, token: str = "", statuses: tuple[int, ...] = (200, 400, 401)
) -> CallbackEvent:
    """Posts the body to the task's callback URL, or to the one with this token; the row it is stored in."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    where = f"/callbacks/{task.provider}/{token or signed_urls.callback_token(task)}/"
    answer = Client().post(where, raw, content_type="application/json")
    assert answer.status_code in statuses
    return CallbackEvent.objects.latest("last_received_at")


def process_all() -> None:
    while process_next():
        pass
