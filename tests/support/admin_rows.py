"""Rows of every kind that the admin shows, and how to read its answers."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from callbacks.models import CallbackEvent
from tests.support.factories import make_asset, make_lines, make_task, make_track
from tracks.models import Asset, Event, Statement, Task, Track

SHA = "ab" * 32


def make_callback(task: Task | None = None, body: bytes = b"{}", **over: Any) -> CallbackEvent:
    values = {
        "provider": task.provider if task else "tempolor",
        "sha256": hashlib.sha256(body).hexdigest(),
        "headers": {"Content-Type": "application/json"},
        "outcome": "applied",
    } | over
    return CallbackEvent.objects.create(task=task, body=body, **values)


def make_archived(track: Track | None = None, **over: Any) -> Asset:
    values = {
        "status": "archived",
        "file": "0000/song.mp3",
        "sha256": SHA,
        "bytes": 1_536_000,
        "content_type": "audio/mpeg",
        "duration_ms": 96_020,
        "archived_at": timezone.now(),
    } | over
    return make_asset(track, **values)


def make_whole_song(**over: Any) -> Track:
    """A task with a song that has files, lines, events, statements and a callback."""
    task = make_task(**over)
    track = make_track(task, title="Harbour Lights")
    make_archived(track)
    make_asset(track, kind="image", status="failed", error="404 from the provider")
    make_lines(track, "verse", ("Moonlight guides the silent flight", 12_000, 15_250))
    callback = make_callback(task, json.dumps({"of": task.pk}).encode())
    data = {"from": "pending", "to": "ready", "source": "callback", "callback": callback.pk}
    Event.objects.create(kind="track.status", task=task, track=track, data=data)
    Statement.objects.create(
        task=task,
        source="callback",
        data={"external_id": task.external_id, "state": "done"},
        digest=f"{task.pk:064d}",
        first_seen=timezone.now(),
        last_seen=timezone.now(),
    )
    return track


def change_url(row: Any) -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def list_url(model: str, query: str = "") -> str:
    return reverse(f"admin:{model}_changelist") + (f"?{query}" if query else "")


def page(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def listed(response: Any) -> list[int]:
    """The ids on a list's page, in its order."""
    assert response.status_code == 200, response.status_code
    return [row.pk for row in response.context["cl"].result_list]


def messages_of(response: Any) -> list[str]:
    return [f"{message.level_tag}: {message}" for message in get_messages(response.wsgi_request)]
