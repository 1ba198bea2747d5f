"""Callbacks in the admin: reading hostile bodies safely, finding them, processing them again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from callbacks.models import CallbackEvent
from tests.support.admin_rows import change_url, list_url, listed, make_callback, messages_of, page
from tests.support.factories import make_task, make_track
from tracks import signed_urls
from tracks.admin.formatting import MAX_SHOWN
from tracks.models import Task

pytestmark = pytest.mark.django_db


def shown(client: Client, body: bytes, **over: Any) -> str:
    return page(client.get(change_url(make_callback(body=body, **over))))


def test_json_is_indented(boss: Client) -> None:
    text = shown(boss, b'{"code":200,"data":{"task_id":"t-1"}}')
    assert (
        "{\n  &quot;code&quot;: 200,\n  &quot;data&quot;: {\n    &quot;task_id&quot;: &quot;t-1&quot;" in text
    )


def test_markup_in_a_body_is_escaped(boss: Client) -> None:
    text = shown(boss, b'{"a": "</pre><script>alert(1)</script>"}', error="<script>alert(2)</script>")
    assert "<script>alert" not in text


def test_bytes_that_are_no_text_are_written_out(boss: Client) -> None:
    assert "\\xff\\xfe\\x00odd" in shown(boss, b"\xff\xfe\\x00odd")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 300,
        b'{"a": "\\ud800"}',
        b"[" * 100_000,
        b"[" * 400 + b"]" * 400,
        b"1" * 10_000,
        b'{"a": NaN}',
        '{"a": "猫"}'.encode("utf-16"),
        bytes(range(256)) * 100,
    ],
)
def test_any_body_can_be_looked_at(boss: Client, body: bytes) -> None:
    assert 'class="block"' in shown(boss, body)


def test_marks_that_turn_the_direction_of_writing_are_written_out(boss: Client) -> None:
    assert "\u202e" not in shown(boss, '{"a": "\u202egpj.exe"}'.encode())


def test_a_large_body_is_cut(boss: Client) -> None:
    text = shown(boss, json.dumps({"a": "x" * 500_000}).encode())
    assert len(text) < MAX_SHOWN + 60_000
    assert "The rest is not shown." in text


def test_nested_lists_do_not_grow_into_endless_indentation(boss: Client) -> None:
    deep = b"[" * 200 + b"1," * 200_000 + b"1" + b"]" * 200
    assert len(shown(boss, deep)) < MAX_SHOWN + 60_000


def test_no_token_and_no_key_is_on_the_page(boss: Client) -> None:
    task = make_task()
    body = json.dumps({"callBackUrl": signed_urls.callback_url(task)}).encode()
    text = page(boss.get(change_url(make_callback(task, body))))
    assert signed_urls.callback_token(task) not in text
    assert task.nonce not in text
    assert f"/callbacks/{task.provider}/…" in text
    assert settings.TEMPOLOR_API_KEY not in text


def test_the_outcome_says_what_it_means_for_the_song(boss: Client) -> None:
    text = shown(boss, b"{}", outcome="parked", error="Given up after 5 tries.")
    assert "parked" in text
    assert "no song changed" in text
    assert "Given up after 5 tries." in text


def test_headers_are_shown(boss: Client) -> None:
    assert "application/json" in shown(boss, b"{}")


def test_a_callback_is_found_by_its_task_its_track_and_its_checksum(boss: Client) -> None:
    track = make_track()
    mine = make_callback(track.task, b'{"mine": 1}')
    make_callback(make_task(), b'{"other": 1}')
    for term in (str(track.task.pk), track.task.external_id, track.external_id, mine.sha256.upper()):
        assert listed(boss.get(list_url("callbacks_callbackevent", f"q={term}"))) == [mine.pk]


def test_filters_by_outcome_provider_and_age(boss: Client) -> None:
    old = timezone.now() - timedelta(days=9)
    fresh = make_callback(body=b"1", outcome="unreadable")
    mismatch = make_callback(body=b"2", outcome="mismatch")
    make_callback(body=b"3", outcome="unreadable", last_received_at=old)
    suno = make_callback(body=b"4", outcome="parked", provider="suno")
    address = "callbacks_callbackevent"
    assert listed(boss.get(list_url(address, "outcome=unreadable,mismatch&received=7d"))) == [
        mismatch.pk,
        fresh.pk,
    ]
    assert listed(boss.get(list_url(address, "provider=suno"))) == [suno.pk]


def test_a_list_does_not_load_the_bodies(boss: Client) -> None:
    make_callback()
    rows = boss.get(list_url("callbacks_callbackevent")).context["cl"].result_list
    assert "body" in rows[0].get_deferred_fields()


def process(client: Client, *events: CallbackEvent) -> list[str]:
    data = {"action": "process_again", "_selected_action": [event.pk for event in events]}
    return messages_of(client.post(list_url("callbacks_callbackevent"), data))


def test_process_again_makes_callbacks_due(boss: Client) -> None:
    parked = make_callback(body=b"1", outcome="parked", claims=6)
    unverified = make_callback(body=b"2", outcome="unverified")
    assert process(boss, parked, unverified) == ["success: 2 callbacks are processed again now."]
    parked.refresh_from_db()
    unverified.refresh_from_db()
    assert (parked.outcome, parked.claims) == ("received", 0)
    assert parked.due_at
    assert parked.due_at <= timezone.now()
    assert unverified.outcome == "unverified"


def test_a_mismatch_is_adopted_and_anything_else_is_not(boss: Client) -> None:
    body = b'{"code": 200, "msg": "", "data": {"callbackType": "text", "task_id": "bb22", "data": []}}'
    task = make_task(provider="suno", external_id="aa11")
    rows = [
        make_callback(task, body + b" " * n, outcome=how) for n, how in enumerate(["mismatch", "applied"])
    ]
    data = {"action": "adopt", "_selected_action": [row.pk for row in rows]}
    answer = boss.post(list_url("callbacks_callbackevent"), data, follow=True)
    assert "names is adopted" in answer.content.decode()
    assert "nothing to adopt" in answer.content.decode()
    assert Task.objects.get(external_id="bb22").origin == "adopted"
