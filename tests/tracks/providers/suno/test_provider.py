"""Suno API over real HTTP: what is sent where, what each answer comes to, and who signed a callback."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from tests.support.http_server import Reply, said, serving
from tests.support.operation_samples import sample
from tests.support.payloads import load
from tests.support.suno_service import KEY, provider
from tracks import providers
from tracks.domain.updates import ErrorKind, TaskState, TaskUpdate
from tracks.providers.base import AnswerLost, PollTarget, Refused
from tracks.providers.suno import signature
from tracks.providers.suno.operations import OPERATIONS

BACK = "https://home.example/callbacks/suno/token/"
PARAMS = {"prompt": "calm harbour", "customMode": False, "instrumental": False, "model": "V5"}


def submit(reply: Reply | None, dialect: str = "sunoapi") -> TaskUpdate:
    with serving(reply) as service:
        return provider(service.url, dialect).submit("generate", PARAMS, BACK)


SUBMITS = {
    "generate": "/api/v1/generate",
    "extend": "/api/v1/generate/extend",
    "upload-cover": "/api/v1/generate/upload-cover",
    "upload-extend": "/api/v1/generate/upload-extend",
    "add-vocals": "/api/v1/generate/add-vocals",
    "add-instrumental": "/api/v1/generate/add-instrumental",
    "replace-section": "/api/v1/generate/replace-section",
    "lyrics": "/api/v1/lyrics",
    "wav": "/api/v1/wav/generate",
    "vocal-removal": "/api/v1/vocal-removal/generate",
    "cover-image": "/api/v1/suno/cover/generate",
    "video": "/api/v1/mp4/generate",
}
DETAILS = {
    "lyrics": ("/api/v1/lyrics/record-info", "record-lyrics"),
    "wav": ("/api/v1/wav/record-info", "record-wav"),
    "vocal-removal": ("/api/v1/vocal-removal/record-info", "record-vocal-removal"),
    "cover-image": ("/api/v1/suno/cover/record-info", "record-cover-image"),
    "video": ("/api/v1/mp4/record-info", "record-video"),
}


def test_every_operation_is_sent_somewhere() -> None:
    assert list(SUBMITS) == list(OPERATIONS)


@pytest.mark.parametrize("operation", SUBMITS)
def test_a_submit_goes_to_its_path_with_a_bearer_key(operation: str) -> None:
    params = sample(OPERATIONS[operation])
    with serving(said(load("suno/submit-answer.json"))) as service:
        update = provider(service.url).submit(operation, params, BACK)
    (request,) = service.requests
    assert (request.method, request.path) == ("POST", SUBMITS[operation])
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.json == {**params, "callBackUrl": BACK}
    assert (update.external_id, update.state, update.tracks) == ("aa11", TaskState.RUNNING, ())


@pytest.mark.parametrize("operation", SUBMITS)
def test_a_query_goes_to_the_details_of_its_operation(operation: str) -> None:
    path, body = DETAILS.get(operation, ("/api/v1/generate/record-info", "record-info-success"))
    with serving(said(load(f"suno/{body}.json"))) as service:
        (update,) = provider(service.url).query([PollTarget(operation, "aa11")])
    (request,) = service.requests
    assert (request.method, request.path) == ("GET", f"{path}?taskId=aa11")
    assert (update.external_id, update.state) == ("aa11", TaskState.DONE)
    assert {track.kind for track in update.tracks} == {OPERATIONS[operation].makes}


def test_a_query_is_about_one_task() -> None:
    with pytest.raises(ValueError, match="too many values"):
        provider().query([PollTarget("generate", "aa11"), PollTarget("generate", "aa12")])


def test_cover_pictures_that_exist_name_the_older_task() -> None:
    answer = said(load("suno/submit-cover-image-exists.json"))
    with serving(answer) as service, pytest.raises(Refused) as refusal:
        provider(service.url).submit("cover-image", {"taskId": "aa11"}, BACK)
    assert (refusal.value.fault.code, refusal.value.fault.kind) == ("400", ErrorKind.INPUT)
    assert refusal.value.fault.advice.endswith("The older task is aa10.")


def test_a_refused_query_names_no_older_task() -> None:
    answer = said({"code": 409, "msg": "no", "data": {"taskId": "aa11"}})
    with serving(answer) as service, pytest.raises(Refused) as refusal:
        provider(service.url).query([PollTarget("generate", "aa11")])
    assert "aa11" not in refusal.value.fault.advice


def test_what_is_left_out_says_why() -> None:
    assert all(name and sentence.endswith(".") for name, sentence in provider().left_out.items())


@pytest.mark.parametrize("http", [200, 401, 429, 500, 503])
@pytest.mark.parametrize(("dialect", "kind"), [("sunoapi", ErrorKind.CREDIT), ("kie", ErrorKind.RATE)])
def test_a_refusal_is_read_from_the_body_at_any_http_status(http: int, dialect: str, kind: ErrorKind) -> None:
    with pytest.raises(Refused) as refusal:
        submit(said({"code": 429, "msg": "no more", "data": None}, http, Retry_After="9"), dialect)
    assert (refusal.value.fault.kind, refusal.value.fault.message) == (kind, "no more")
    assert refusal.value.retry_after == 9


def test_a_conflict_names_the_older_task() -> None:
    with pytest.raises(Refused) as refusal:
        submit(said({"code": 409, "msg": "exists", "data": {"taskId": "aa10"}}))
    assert "aa10" in refusal.value.fault.advice


@pytest.mark.parametrize(
    "reply",
    [
        said({"code": 200, "msg": "success", "data": {}}),
        said({"code": 200, "msg": "success", "data": None}),
        said({"code": 502, "error": "Bad Gateway"}, 502),
        said({"timestamp": 1, "status": 500, "error": "oops"}, 500),
        said({"code": "E1", "msg": "?"}),
        Reply(b"<html>oops</html>", 500),
        Reply(b"<html>welcome</html>", 200),
        Reply(b"", 307, {"Location": "http://127.0.0.1:9/"}),
        None,
    ],
)
def test_a_submit_without_a_clear_answer_is_lost(reply: Reply | None) -> None:
    with pytest.raises(AnswerLost):
        submit(reply)


def test_a_refusal_that_quotes_the_key_hides_it() -> None:
    with pytest.raises(Refused) as refusal:
        submit(said({"code": 401, "msg": f"invalid key {KEY}"}))
    assert KEY not in refusal.value.fault.message


def test_a_query_asks_for_the_details_of_the_task() -> None:
    with serving(said(load("suno/record-info-success.json"))) as service:
        (update,) = provider(service.url).query([PollTarget("generate", "aa11", ("c1",))])
    (request,) = service.requests
    assert (request.method, request.path) == ("GET", "/api/v1/generate/record-info?taskId=aa11")
    assert (update.external_id, update.state) == ("aa11", TaskState.DONE)


def test_an_answer_that_leaves_the_id_out_is_about_what_was_asked() -> None:
    with serving(said({"code": 200, "msg": "success", "data": {"status": "PENDING"}})) as service:
        (update,) = provider(service.url).query([PollTarget("generate", "aa11")])
    assert update.external_id == "aa11"


@pytest.mark.parametrize("data", [None, {}, 100, "text", []])
def test_an_answer_without_the_task_is_lost(data: Any) -> None:
    with serving(said({"code": 200, "msg": "success", "data": data})) as service, pytest.raises(AnswerLost):
        provider(service.url).query([PollTarget("generate", "aa11")])


def test_a_task_that_is_not_there_is_refused() -> None:
    with serving(said({"code": 404, "msg": "task not found"})) as service, pytest.raises(Refused) as refusal:
        provider(service.url).query([PollTarget("generate", "aa11")])
    assert refusal.value.fault.kind is ErrorKind.NOT_FOUND


def test_receipt_is_acknowledged_in_json() -> None:
    acknowledgement = provider().acknowledge()
    assert (acknowledgement.content_type, acknowledgement.body) == (
        "application/json",
        b'{"status": "received"}',
    )


def signed(task_id: str = "aa11", key: str = "hook", age: float = 0) -> dict[str, str]:
    timestamp = str(int(time.time() - age))
    signature_of = signature.sign(key, task_id, timestamp)
    return {"X-Webhook-Timestamp": timestamp, "X-Webhook-Signature": signature_of}


BODY = load("suno/callback-complete.json")


def test_a_signature_is_the_documented_one() -> None:
    # printf 'aa11.1767225600' | openssl dgst -sha256 -hmac hook -binary | base64
    assert signature.sign("hook", "aa11", "1767225600") == "Mzimq+nYEPYYz6CPDDvtqrPGhod7FBYtpcLSn+G9Tlg="


@pytest.mark.parametrize("body", [BODY, {"data": {"taskId": "aa11"}}, {"taskId": "aa11"}])
def test_a_good_signature_is_believed_under_either_spelling(body: Any) -> None:
    assert provider(webhook_key="hook").verify(body, signed())


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
def test_any_other_signature_is_not_believed(headers: Callable[[], dict[str, str]]) -> None:
    assert not provider(webhook_key="hook").verify(BODY, headers())


@pytest.mark.parametrize("body", [None, [], {}, {"data": {}}, {"data": {"task_id": ["aa11"]}}])
def test_a_body_without_a_task_is_not_believed(body: Any) -> None:
    assert not provider(webhook_key="hook").verify(body, signed(task_id=""))


def test_without_a_webhook_key_nothing_is_wanted() -> None:
    assert provider().verify(BODY, {})
    assert not provider().callbacks_are_hints


def test_a_signed_callback_is_a_hint() -> None:
    assert provider(webhook_key="hook").callbacks_are_hints


def test_the_settings_make_the_provider() -> None:
    with serving(said({"code": 429, "msg": ""})) as service:
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
