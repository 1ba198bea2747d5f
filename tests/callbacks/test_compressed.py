"""Callbacks with a compressed body: inflated within the limit, and then as any other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from hypothesis import given
from hypothesis import strategies as st

from callbacks.models import CallbackEvent, Outcome
from tests.support.compressed import bare_deflate, gzipped
from tests.support.factories import make_task
from tracks import providers, signed_urls
from tracks.lib.content_coding import Unsound, decoded
from tracks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
RAW = json.dumps({"code": 200, "data": {"task_id": "t1"}}).encode()
BOMB = b"[" + b" " * 2_000_000 + b"]"


def post(task: Task, body: bytes, coding: str, **headers: Any) -> Any:
    where = f"/callbacks/{task.provider}/{signed_urls.callback_token(task)}/"
    return Client().post(
        where, body, content_type="application/json", headers={"Content-Encoding": coding, **headers}
    )


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", gzipped(RAW)),
        ("X-GZIP", gzipped(RAW)),
        ("gzip", gzipped(RAW[:9]) + gzipped(RAW[9:])),
        ("deflate", zlib.compress(RAW)),
        ("deflate", bare_deflate(RAW)),
        ("gzip", RAW),
        ("deflate", RAW),
        ("identity", RAW),
        ("br", RAW),
        ("", RAW),
    ],
    ids=range(10),
)
def test_it_is_stored_as_it_was_written(coding: str, sent: bytes) -> None:
    assert post(make_task(provider="suno"), sent, coding).status_code == 200
    event = CallbackEvent.objects.get()
    assert (bytes(event.body), event.outcome) == (RAW, Outcome.RECEIVED)


def test_the_same_body_compressed_again_is_counted() -> None:
    task = make_task(provider="suno")
    for coding, sent in (("gzip", gzipped(RAW)), ("deflate", zlib.compress(RAW)), ("", RAW)):
        assert post(task, sent, coding).status_code == 200
    assert CallbackEvent.objects.get().deliveries == 3


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", gzipped(BOMB)),
        ("deflate", zlib.compress(BOMB)),
        ("deflate", bare_deflate(BOMB)),
        ("gzip", gzipped(BOMB[:900_000]) * 2),
    ],
    ids=range(4),
)
def test_a_bomb_is_refused_and_not_stored(coding: str, sent: bytes) -> None:
    answer = post(make_task(provider="suno"), sent, coding)
    assert (answer.status_code, CallbackEvent.objects.count()) == (413, 0)


def test_exactly_the_limit_is_taken() -> None:
    body = b"[" + b" " * (settings.CALLBACK_MAX_BYTES - 2) + b"]"
    assert post(make_task(provider="suno"), gzipped(body), "gzip").status_code == 200


def test_members_without_number_are_read_to_their_end() -> None:
    empty = gzipped(b"")
    sent = empty * (settings.CALLBACK_MAX_BYTES // len(empty) - 10) + gzipped(RAW)
    assert post(make_task(provider="suno"), sent, "gzip").status_code == 200


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", gzipped(RAW)[:-3]),
        ("gzip", gzipped(RAW)[:-8] + bytes(8)),
        ("gzip", gzipped(RAW) + b"more"),
        ("deflate", zlib.compress(RAW)[:-1]),
        ("deflate", zlib.compress(RAW) + b"{}"),
        ("gzip, gzip", gzipped(gzipped(RAW))),
        ("br", b"\x8b\x02\x80[]\x03"),
    ],
    ids=range(7),
)
def test_what_cannot_be_inflated_is_stored_as_it_came(coding: str, sent: bytes) -> None:
    """As any body that is no JSON: the task is polled, and a person can look."""
    assert post(make_task(provider="suno"), sent, coding).status_code == 400
    event = CallbackEvent.objects.get()
    assert (bytes(event.body), event.outcome) == (sent, Outcome.UNREADABLE)
    assert event.headers["Content-Encoding"] == coding


def test_a_token_in_a_compressed_body_is_blanked() -> None:
    task = make_task(provider="suno")
    token = signed_urls.callback_token(task)
    post(task, gzipped(json.dumps({"code": 200, "url": token}).encode()), "gzip")
    assert token.encode() not in bytes(CallbackEvent.objects.get().body)


@pytest.fixture
def webhook_key() -> Iterator[str]:
    with override_settings(SUNO_WEBHOOK_KEY="webhook-key"):
        providers.forget()
        yield "webhook-key"
    providers.forget()


def test_the_signature_is_checked_with_the_inflated_body(webhook_key: str) -> None:
    timestamp = str(int(time.time()))
    signed = hmac.new(webhook_key.encode(), f"t1.{timestamp}".encode(), hashlib.sha256).digest()
    signature = {
        "X-Webhook-Timestamp": timestamp,
        "X-Webhook-Signature": base64.b64encode(signed).decode(),
    }
    task = make_task(provider="suno", external_id="t1")
    assert post(task, gzipped(RAW), "gzip", **signature).status_code == 200
    assert post(task, gzipped(RAW + b" "), "gzip").status_code == 401


@given(st.binary(max_size=400), st.sampled_from(["gzip", "deflate", "br", "gzip, deflate", ""]))
def test_any_body_is_inflated_taken_as_it_is_or_called_unsound(body: bytes, coding: str) -> None:
    for sent in (body, gzipped(b"")[:10] + body, b"\x78\x9c" + body):
        with suppress(Unsound):
            assert len(decoded(coding, sent, 10**9)) <= 2_000 * len(sent)


@given(st.binary(max_size=400), st.integers(1, 5))
def test_any_body_comes_back_from_any_number_of_members(body: bytes, parts: int) -> None:
    step = len(body) // parts + 1
    members = b"".join(gzipped(body[at : at + step]) for at in range(0, len(body), step))
    assert decoded("gzip", members or gzipped(b""), len(body)) == body
    assert decoded("deflate", zlib.compress(body), len(body)) == body
