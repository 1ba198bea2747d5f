"""Tasks that are due to be polled, and TemPolor's answer about any of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.support.factories import make_task
from tests.support.http_server import Reply, Request, json_reply
from tracks.models import Task


def make_due(**over: Any) -> Task:
    return make_task(next_poll_at=timezone.now() - timedelta(seconds=1), **over)


def item(name: str, **over: Any) -> dict[str, Any]:
    return {"item_id": name, "status": "running", **over}


def tempolor(request: Request, **over: Any) -> Reply:
    """An item for each id that the query names."""
    songs = [item(name, **over) for name in request.json["item_ids"]]
    return json_reply({"status": 200000, "message": "success", "request_id": "r", "data": {"songs": songs}})
