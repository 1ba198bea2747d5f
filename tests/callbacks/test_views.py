"""The callback endpoint: what it stores, what it answers, and what it does not touch."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from callbacks.models import CallbackEvent, Outcome
from callbacks.receive import receive
from tests.support.factories import make_task
from tests.support.spellings import all_percent_encoded, unicode_escaped
from tracks import providers, signed_urls
from tracks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = {"tempolor": {"songs": [{"item_id": "9", "status": "running"}]}, "suno": {"code": 200, "data": {}}}


def path(task: Task) -> str:
    return f"/callbacks/{task.provider}/{signed_urls.callback_token(task)}/"


def post(where: str, body: Any, **headers: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(where, raw, content_type="application/json", **headers)


def test_tempolor_is_answered_exactly_success() -> None:
    answer = post(path(make_task(provider="tempolor")), GOOD["tempolor"])
    assert (answer.status_code, answer.content) == (200, b"success")
    assert answer["Content-Type"].startswith("text/plain")


def test_suno_is_answered_in_json() -> None:
    answer = post(path(make_task(provider="suno")), GOOD["suno"])
    assert (answer.status_code, answer.json()) == (200, {"status": "received"})


def test_the_raw_bytes_are_kept_as_they_came() -> None:
    task = make_task(provider="suno")
    raw = '{"code" : 200,\n "data": {"msg": "Owl’s \\u0000 waltz"}}'.encode()
    post(path(task), raw)
    event = CallbackEvent.objects.get()
    assert (bytes(event.body), event.task_id, event.outcome) == (raw, task.pk, Outcome.RECEIVED)
    assert event.due_at is not None


@pytest.mark.parametrize("name", ["User-Agent", "Content-Type", "X-Webhook-Timestamp"])
def test_no_header_is_stored_with_the_token(name: str) -> None:
    task = make_task(provider="suno")
    token = signed_urls.callback_token(task)
    raw = json.dumps(GOOD["suno"]).encode()
    receive("suno", token, {name: "x" * 190 + token}, raw)
    headers = CallbackEvent.objects.get().headers
    assert headers[name].startswith("x" * 190)
    assert token[:8] not in headers[name]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_no_spelling_of_a_key_is_stored(encoding: str) -> None:
    task, other = make_task(provider="suno"), make_task(provider="suno")
    secrets = [settings.SUNO_API_KEY, signed_urls.callback_token(other), signed_urls.callback_token(task)]
    spelled = [spelling(one) for one in secrets for spelling in (str, unicode_escaped, all_percent_encoded)]
    raw = '{"code": 200, "data": {}, "msg": "' + " ".join(spelled) + '"}'
    assert post(path(task), raw.encode(encoding)).status_code == 200
    assert json.loads(bytes(CallbackEvent.objects.get().body))["msg"] == " ".join(["***"] * 9)


@pytest.mark.parametrize("raw", [b"9" * 5000 + b" x", b'{"a":' + b"9" * 5000 + b","])
def test_a_long_number_does_not_make_json_of_what_is_none(raw: bytes) -> None:
    assert post(path(make_task(provider="suno")), raw).status_code == 400


def test_no_token_makes_it_raise() -> None:
    assert receive("suno", "\ud800", {}, b"{}").status == 403


def test_two_queries_and_nothing_else() -> None:
    where = path(make_task(provider="suno"))
    with CaptureQueriesContext(connection) as queries:
        post(where, GOOD["suno"])
    assert [one["sql"].split()[0] for one in queries.captured_queries] == ["SELECT", "INSERT"]


def test_without_the_closing_slash_nothing_redirects() -> None:
    answer = post(path(make_task(provider="suno")).rstrip("/"), GOOD["suno"])
    assert answer.status_code == 200
    assert CallbackEvent.objects.count() == 1


def test_the_same_body_again_is_counted() -> None:
    where = path(make_task(provider="suno"))
    for _ in range(3):
        assert post(where, GOOD["suno"]).status_code == 200
    assert CallbackEvent.objects.get().deliveries == 3


def test_the_same_body_for_two_tasks_is_two_rows() -> None:
    for _ in range(2):
        post(path(make_task(provider="suno")), GOOD["suno"])
    assert CallbackEvent.objects.count() == 2


def test_a_repeat_of_a_processed_one_is_not_due_again() -> None:
    where = path(make_task(provider="suno"))
    post(where, GOOD["suno"])
    CallbackEvent.objects.update(outcome=Outcome.APPLIED, due_at=None)
    post(where, GOOD["suno"])
    event = CallbackEvent.objects.get()
    assert (event.due_at, event.deliveries, event.outcome) == (None, 2, Outcome.APPLIED)


def test_a_repeat_of_a_parked_one_is_due_again() -> None:
    where = path(make_task(provider="suno"))
    post(where, GOOD["suno"])
    CallbackEvent.objects.update(outcome=Outcome.PARKED, due_at=None, claims=6)
    post(where, GOOD["suno"])
    event = CallbackEvent.objects.get()
    assert event.due_at is not None
    assert (event.claims, event.outcome) == (0, Outcome.RECEIVED)


@pytest.fixture
def webhook_key() -> Iterator[None]:
    with override_settings(SUNO_WEBHOOK_KEY="hook-key"):
        providers.forget()
        yield
    providers.forget()


def signed(key: str, task_id: str) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(key.encode(), f"{task_id}.{stamp}".encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    return {"HTTP_X_WEBHOOK_TIMESTAMP": stamp, "HTTP_X_WEBHOOK_SIGNATURE": signature}


@pytest.mark.usefixtures("webhook_key")
def test_a_signed_repeat_of_an_unsigned_one_is_believed() -> None:
    where = path(make_task(provider="suno"))
    body = {"code": 200, "data": {"task_id": "aa11", "callbackType": "first"}}
    assert post(where, body).status_code == 401
    CallbackEvent.objects.update(due_at=None, claims=2, error="not believed")
    assert post(where, body, **signed("hook-key", "aa11")).status_code == 200
    event = CallbackEvent.objects.get()
    assert (event.outcome, event.claims, event.error) == (Outcome.RECEIVED, 0, "")
    assert event.due_at is not None


@pytest.mark.usefixtures("webhook_key")
def test_an_unsigned_repeat_makes_a_signed_one_no_worse_and_not_due() -> None:
    where = path(make_task(provider="suno"))
    body = {"code": 200, "data": {"task_id": "aa11", "callbackType": "first"}}
    assert post(where, body, **signed("hook-key", "aa11")).status_code == 200
    CallbackEvent.objects.update(outcome=Outcome.READBACK, due_at=None)
    assert post(where, body).status_code == 401
    event = CallbackEvent.objects.get()
    assert (event.outcome, event.due_at, event.deliveries) == (Outcome.READBACK, None, 2)


@pytest.mark.usefixtures("webhook_key")
def test_unsigned_repeats_stay_unbelieved() -> None:
    where = path(make_task(provider="suno"))
    for _ in range(2):
        assert post(where, GOOD["suno"]).status_code == 401
        CallbackEvent.objects.update(due_at=None)
    event = CallbackEvent.objects.get()
    assert (event.outcome, event.due_at) == (Outcome.UNVERIFIED, None)


def test_deliveries_in_parallel_are_one_row() -> None:
    where = path(make_task(provider="suno"))

    def deliver(_: int) -> int:
        try:
            return int(post(where, GOOD["suno"]).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(deliver, range(24))) == [200] * 24
    assert CallbackEvent.objects.get().deliveries == 24


@pytest.mark.parametrize("raw", [b"", b"{", b"song=1", b"\xff\xfe{", b'{"a": "\xc3"}'])
def test_what_is_not_json_is_kept_and_answered_400(raw: bytes) -> None:
    answer = post(path(make_task(provider="suno")), raw)
    assert answer.status_code == 400
    assert "Not JSON" in answer.json()["error"]
    event = CallbackEvent.objects.get()
    assert (bytes(event.body), event.outcome) == (raw, Outcome.UNREADABLE)


@pytest.mark.parametrize("raw", [b"[" * 100_000 + b"]" * 100_000, b"[" + b"9" * 5_000 + b"]"])
def test_json_beyond_us_is_kept_and_received(raw: bytes) -> None:
    assert post(path(make_task(provider="suno")), raw).status_code == 200
    assert bytes(CallbackEvent.objects.get().body) == raw


@pytest.mark.parametrize("body", [[], 7, None, "success", {}, {"songs": "none"}, {"data": [1]}])
def test_json_that_says_nothing_is_kept_and_received(body: Any) -> None:
    assert post(path(make_task(provider="suno")), body).status_code == 200
    assert CallbackEvent.objects.count() == 1


def test_a_body_of_two_megabytes_is_refused_and_not_kept() -> None:
    answer = post(path(make_task(provider="suno")), b'"' + b"a" * 2_097_152 + b'"')
    assert answer.status_code == 413
    assert "nothing was stored" in answer.json()["error"]
    assert not CallbackEvent.objects.exists()


def test_one_mebibyte_is_still_taken() -> None:
    assert post(path(make_task(provider="suno")), b'"' + b"a" * (1_048_576 - 2) + b'"').status_code == 200


def test_an_understated_length_does_not_open_the_door() -> None:
    answer = post(path(make_task(provider="suno")), GOOD["suno"], CONTENT_LENGTH="-1")
    assert answer.status_code == 413
    assert not CallbackEvent.objects.exists()


@pytest.mark.parametrize("length", ["\u00b2", "1e3", "0x10"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    assert post(path(make_task(provider="suno")), GOOD["suno"], CONTENT_LENGTH=length).status_code == 413


@contextmanager
def read_only() -> Iterator[None]:
    """What a standby, or a primary after a failover, lets one do."""
    postgres = connection.vendor == "postgresql"
    on, off = (
        ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
        if postgres
        else ("PRAGMA query_only = 1", "PRAGMA query_only = 0")
    )
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(off)


def test_a_read_only_database_is_answered_503_and_the_repeat_is_stored() -> None:
    where = path(make_task(provider="suno"))
    with read_only():
        assert post(where, GOOD["suno"]).status_code == 503
    assert not CallbackEvent.objects.exists()
    assert post(where, GOOD["suno"]).status_code == 200
    assert CallbackEvent.objects.count() == 1


def test_a_task_deleted_between_look_up_and_insert_keeps_its_callback() -> None:
    task = make_task(provider="suno")
    where, nonce = path(task), task.nonce

    def delete_first(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT") and Task.objects.exists():
            task.delete()
        return execute(sql, *rest)

    with connection.execute_wrapper(delete_first):
        assert post(where, GOOD["suno"]).status_code == 200
    event = CallbackEvent.objects.get()
    assert (event.task_id, event.nonce, event.outcome) == (None, nonce, Outcome.RECEIVED)


@pytest.mark.parametrize("token", ["", "x", "1-ab.sig", "." * 50, "%00", "a" * 5000])
def test_a_wrong_or_missing_token_is_refused(token: str) -> None:
    make_task(provider="suno")
    assert post(f"/callbacks/suno/{token}/".replace("//", "/"), GOOD["suno"]).status_code == 403
    assert not CallbackEvent.objects.exists()


def test_a_token_is_good_for_its_provider_only() -> None:
    token = signed_urls.callback_token(make_task(provider="tempolor"))
    assert post(f"/callbacks/suno/{token}/", GOOD["suno"]).status_code == 403


def test_a_changed_token_is_refused() -> None:
    token = signed_urls.callback_token(make_task(provider="suno"))
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert post(f"/callbacks/suno/{forged}/", GOOD["suno"]).status_code == 403


def test_a_token_under_an_older_key_stays_good() -> None:
    task = make_task(provider="suno")
    with override_settings(SECRET_KEY="the key of before " * 3):
        old = signed_urls.callback_token(task)
    assert post(f"/callbacks/suno/{old}/", GOOD["suno"]).status_code == 403
    with override_settings(SECRET_KEY_FALLBACKS=["the key of before " * 3]):
        assert post(f"/callbacks/suno/{old}/", GOOD["suno"]).status_code == 200


def test_the_shared_token_is_refused_while_unset_and_taken_while_set() -> None:
    assert post("/callbacks/suno/shared-token/", GOOD["suno"]).status_code == 403
    with override_settings(CALLBACK_TOKENS=["older", "shared-token"]):
        assert post("/callbacks/suno/shared-token/", GOOD["suno"]).status_code == 200
        assert post("/callbacks/suno/older/", GOOD["suno"]).status_code == 200
    assert CallbackEvent.objects.get().task_id is None


def test_an_unknown_provider_is_not_found() -> None:
    assert post("/callbacks/udio/whatever/", {}).status_code == 404


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options", "head"])
def test_other_methods_are_refused(method: str) -> None:
    answer = getattr(Client(), method)(path(make_task(provider="suno")))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


def test_no_key_and_no_signature_is_kept_of_the_headers() -> None:
    post(
        path(make_task(provider="tempolor")),
        GOOD["tempolor"],
        HTTP_AUTHORIZATION="Tempo-secret-3w",
        HTTP_X_WEBHOOK_SIGNATURE="c2VjcmV0",
        HTTP_USER_AGENT="tempolor/1",
    )
    assert CallbackEvent.objects.get().headers["User-Agent"] == "tempolor/1"
    assert "secret" not in json.dumps(CallbackEvent.objects.get().headers)
    assert "c2VjcmV0" not in json.dumps(CallbackEvent.objects.get().headers)


@pytest.mark.parametrize("escaped", ["/", r"\/"])
def test_no_key_and_no_token_is_kept_of_the_body(escaped: str) -> None:
    """Details echo our address as ``callbackUrl``; a stems callback knows our key."""
    where = path(make_task(provider="tempolor"))
    with override_settings(TEMPOLOR_API_KEY="Tempo-very-secret-3w", CALLBACK_TOKENS=["shared-secret-1"]):
        raw = f'{{"stems": [], "url": "{where}", "a": ["Tempo-very-secret-3w", "shared-secret-1"]}}'
        post(where, raw.replace("/", escaped).encode())
    body = json.loads(bytes(CallbackEvent.objects.get().body))
    assert body == {"stems": [], "url": "/callbacks/tempolor/***/", "a": ["***", "***"]}


def test_https_is_not_forced_upon_callbacks() -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert post(path(make_task(provider="suno")), GOOD["suno"]).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "text/plain", "application/x-www-form-urlencoded", "image/png", "?", "a/b/c"],
)
def test_any_media_type_is_stored_as_it_came(content_type: str) -> None:
    raw = json.dumps(GOOD["suno"]).encode()
    answer = Client().post(path(make_task(provider="suno")), raw, content_type=content_type)
    assert answer.status_code == 200
    assert bytes(CallbackEvent.objects.get().body) == raw


def test_a_form_is_stored_as_its_bytes() -> None:
    boundary = "multipart/form-data; boundary=x"
    raw = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
    assert Client().post(path(make_task(provider="suno")), raw, content_type=boundary).status_code == 400
    event = CallbackEvent.objects.get()
    assert (bytes(event.body), event.outcome) == (raw, Outcome.UNREADABLE)


@pytest.mark.parametrize("accept", ["", "text/html", "image/png;q=0", "nonsense"])
def test_whatever_answer_a_sender_accepts_it_gets_ours(accept: str) -> None:
    where = path(make_task(provider="tempolor")) + "?format=html"
    answer = post(where, GOOD["tempolor"], HTTP_ACCEPT=accept)
    assert (answer.status_code, answer.content) == (200, b"success")


@pytest.mark.parametrize("authorization", ["Token x", "Basic !!", "Bearer sk-1"])
def test_a_header_of_another_kind_of_login_is_ignored(authorization: str) -> None:
    where = path(make_task(provider="suno"))
    assert post(where, GOOD["suno"], HTTP_AUTHORIZATION=authorization).status_code == 200


def test_a_method_that_is_not_answered_says_so_whatever_the_token() -> None:
    assert Client().get("/callbacks/suno/whatever/").status_code == 405
    assert Client().get("/callbacks/udio/whatever/").status_code == 404


def test_a_wrong_token_is_refused_before_the_body_is_read() -> None:
    answer = post("/callbacks/suno/whatever/", b"a" * 2_097_152)
    assert answer.status_code == 403


def test_another_shell_gets_the_same_answers() -> None:
    """``receive`` decides alone: what the view answers, it answers."""
    task = make_task(provider="suno")
    token, large = signed_urls.callback_token(task), b" " * (settings.CALLBACK_MAX_BYTES + 1)
    for name, key, raw in [
        ("suno", token, b"{}"),
        ("suno", token, b"{"),
        ("suno", token, large),
        ("suno", "wrong", b"{}"),
        ("udio", token, b"{}"),
        ("tempolor", token, b"{}"),
    ]:
        answer, response = receive(name, key, {}, raw), post(f"/callbacks/{name}/{key}/", raw)
        assert (answer.status, answer.body) == (response.status_code, response.content)
        assert answer.content_type == response["Content-Type"]
