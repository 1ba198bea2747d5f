"""The Suno API as kie.ai speaks it: numbers, addresses and the signature of callbacks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from tests.support.simulator_client import NOBODY, Json, Receiver, Simulator


def test_callbacks_are_signed_with_the_shared_key(kie: Simulator, receiver: Receiver) -> None:
    kie.begin("lyrics", receiver.url, prompt="a harbour")
    task_id = receiver.wait(1)[0]["data"]["task_id"]
    headers = receiver.headers[0]
    text = f"{task_id}.{headers['X-Webhook-Timestamp']}".encode()
    expected = base64.b64encode(hmac.new(b"shared secret", text, hashlib.sha256).digest()).decode()
    assert headers["X-Webhook-Signature"] == expected


def test_without_a_key_nothing_is_signed(simulator: Simulator, receiver: Receiver) -> None:
    simulator.begin("lyrics", receiver.url, prompt="a harbour")
    receiver.wait(1)
    assert "X-Webhook-Signature" not in receiver.headers[0]


@pytest.mark.parametrize("wrong", [{"title": "t" * 200}, {"customMode": "yes"}, {"model": "V99"}])
def test_a_bad_field_is_422(kie: Simulator, wrong: Json) -> None:
    assert kie.suno("generate", {**kie.generate_body(NOBODY), **wrong}).json()["code"] == 422


def test_credits_stand_elsewhere(kie: Simulator, simulator: Simulator) -> None:
    assert isinstance(kie.suno_get("chat/credit").json()["data"], int)
    assert kie.suno_get("generate/credit").json()["code"] == 404
    assert simulator.suno_get("chat/credit").json()["code"] == 404


def test_lyrics_that_failed_have_no_list(kie: Simulator, receiver: Receiver) -> None:
    kie.begin("lyrics", receiver.url, prompt="[[fail:501]]")
    assert json.dumps(receiver.wait(1)[0]["data"], sort_keys=True).startswith(
        '{"callbackType": "error", "data": null'
    )
