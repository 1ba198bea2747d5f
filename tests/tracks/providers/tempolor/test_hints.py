"""A callback that is only a hint still says what kind of thing it speaks of."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.test.utils import override_settings

from callbacks.jobs import process_next
from callbacks.models import CallbackEvent
from tests.support.payloads import load
from tracks.domain.updates import TrackKind
from tracks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


def request_poll(name: str) -> Task:
    body = json.dumps(load(f"tempolor/{name}.json"))
    with override_settings(CALLBACK_TRUST="readback", CALLBACK_TOKENS=["shared-by-all-of-us"]):
        where = "/callbacks/tempolor/shared-by-all-of-us/"
        headers = {"Authorization": "Tempo-test-key-3w"}
        answer = Client().post(where, body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.content) == (200, b"success")
        assert process_next()
    return Task.objects.get()


def test_a_lyric_is_adopted_as_a_lyric() -> None:
    task = request_poll("lyrics-callback-documented")
    assert (task.operation, task.external_id) == ("lyrics", "123")
    assert task.tracks.get().kind == TrackKind.LYRICS
    assert task.tracks.get().title == ""


def test_stems_are_adopted_by_their_item_and_our_key_is_not_stored() -> None:
    task = request_poll("stems-callback")
    assert (task.operation, task.external_id) == ("stems", "mss_9301")
    assert task.next_poll_at is not None
    assert "Tempo-test-key-3w" not in str(CallbackEvent.objects.values().get())
