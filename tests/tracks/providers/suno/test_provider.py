"""Suno API over real HTTP: what is sent where, what each answer comes to, and who signed a callback."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from tests.support.http_server import Reply, json_reply, serving
from tests.support.paths import PAYLOADS
from tests.support.payloads import load
from tests.support.suno_service import KEY, provider, signed
from tracks import providers
from tracks.domain.updates import ErrorKind, TaskState, TaskUpdate
from tracks.providers.base import PollTarget, Refused
from tracks.providers.suno import signature

BACK = "https://home.example/callbacks/suno/token/"
PARAMS = {"prompt": "calm harbour", "customMode": False, "instrumental": False, "model": "V5"}


def submit(reply: Reply | None, dialect: str = "sunoapi") -> TaskUpdate:
    with serving(reply) as service:
        return provider(service.url, dialect).submit("generate", PARAMS, BACK)


def test_cover_pictures_that_exist_name_the_older_task() -> None:
    answer = json_reply(load("suno/submit-cover-image-exists.json"))
    with serving(answer) as service, pytest.raises(Refused) as refusal:
        provider(service.url).submit("cover-image", {"taskId": "aa11"}, BACK)
    assert (refusal.value.fault.code, refusal.value.fault.kind) == ("400", ErrorKind.INPUT)
    assert refusal.value.fault.advice.endswith("The older task is aa10.")


def test_a_refused_query_names_no_older_task() -> None:
    answer = json_reply({"code": 409, "msg": "no", "data": {"taskId": "aa11"}})
    with serving(answer) as service, pytest.raises(Refused) as refusal:
        provider(service.url).query([PollTarget("generate", "aa11")])
    assert "aa11" not in refusal.value.fault.advice


def test_a_conflict_names_the_older_task() -> None:
    with pytest.raises(Refused) as refusal:
        submit(json_reply({"code": 409, "msg": "exists", "data": {"taskId": "aa10"}}))
    assert "aa10" in refusal.value.fault.advice


def test_a_query_asks_for_the_details_of_the_task() -> None:
    with serving(json_reply(load("suno/record-info-success.json"))) as service:
        (update,) = provider(service.url).query([PollTarget("generate", "aa11", ("c1",))])
    (request,) = service.requests
    assert (request.method, request.path) == ("GET", "/api/v1/generate/record-info?taskId=aa11")
    assert (update.external_id, update.state) == ("aa11", TaskState.DONE)


def test_an_answer_that_leaves_the_id_out_is_about_what_was_asked() -> None:
    with serving(json_reply({"code": 200, "msg": "success", "data": {"status": "PENDING"}})) as service:
        (update,) = provider(service.url).query([PollTarget("generate", "aa11")])
    assert update.external_id == "aa11"


BODY = (PAYLOADS / "suno/callback-complete.json").read_bytes()


def test_a_signature_is_the_documented_one() -> None:
    # printf 'aa11.1767225600' | openssl dgst -sha256 -hmac hook -binary | base64
    assert signature.sign("hook", "aa11", "1767225600") == "Mzimq+nYEPYYz6CPDDvtqrPGhod7FBYtpcLSn+G9Tlg="


@pytest.mark.parametrize("body", [json.loads(BODY), {"data": {"taskId": "aa11"}}, {"taskId": "aa11"}])
def test_a_good_signature_is_accepted_under_either_spelling(body: Any) -> None:
    assert provider(webhook_key="hook").verify(json.dumps(body).encode(), signed())


def test_header_names_are_read_in_any_case() -> None:
    headers = {name.lower(): value for name, value in signed().items()}
    assert provider(webhook_key="hook").verify(BODY, headers)


@pytest.mark.parametrize(
    "headers",
    [
        lambda: {},
        lambda: signed(key="other"),
        lambda: signed(task_id="aa12"),
        lambda: signed(age=400),
        lambda: signed(age=-400),
        lambda: {**signed(), "X-Webhook-Signature": ""},
        lambda: {**signed(), "X-Webhook-Signature": "é"},
        lambda: {**signed(), "X-Webhook-Timestamp": "now"},
        lambda: {**signed(), "X-Webhook-Timestamp": "9" * 5000},
    ],
)
def test_any_other_signature_is_refused(headers: Callable[[], dict[str, str]]) -> None:
    assert not provider(webhook_key="hook").verify(BODY, headers())


@pytest.mark.parametrize("body", [None, [], {}, {"data": {}}, {"data": {"task_id": ["aa11"]}}])
def test_a_body_without_a_task_is_refused(body: Any) -> None:
    assert not provider(webhook_key="hook").verify(json.dumps(body).encode(), signed(task_id=""))


def test_without_a_webhook_key_nothing_is_wanted() -> None:
    assert provider().verify(BODY, {})
    assert not provider().callbacks_are_hints


def test_a_signed_callback_is_a_hint() -> None:
    assert provider(webhook_key="hook").callbacks_are_hints


def test_the_settings_make_the_provider() -> None:
    with serving(json_reply({"code": 429, "msg": ""})) as service:
        changed = {
            "SUNO_URL": service.url,
            "SUNO_API_KEY": KEY,
            "SUNO_DIALECT": "kie",
            "SUNO_WEBHOOK_KEY": "hook",
        }
        with override_settings(**changed, PROVIDER_TIMEOUT=5):
            providers.forget()
            built = providers.get("suno")
        providers.forget()
        with pytest.raises(Refused) as refusal:
            built.query([PollTarget("generate", "aa11")])
    assert refusal.value.fault.kind is ErrorKind.RATE
    assert (built.name, built.batch, built.retention.days) == ("suno", 1, 14)
    assert not built.verify(BODY, {})
