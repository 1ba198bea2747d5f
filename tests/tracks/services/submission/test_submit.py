"""Submitting: claimed before, sent once, and never again by itself while unsure."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import OperationalError, connection
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_staff, make_task
from tests.support.http_server import Reply, Request, json_reply
from tests.support.provider_server import provider_at
from tracks import providers, signed_urls
from tracks.domain.statuses import TaskStatus
from tracks.models import Task
from tracks.services import resolve
from tracks.services.submission.submit import Idempotency, KeyReused, create_task, fingerprint, submit_next

pytestmark = pytest.mark.django_db(transaction=True)
PARAMS = {"prompt": "a harbour", "model": "TemPolor v4.5"}
ACCEPTED = json_reply(
    {"status": 200000, "message": "success", "request_id": "r", "data": {"item_ids": ["9001", "9002"]}}
)


def make_queued(**over: Any) -> Task:
    task, _ = create_task("tempolor", "generate", {**PARAMS, **over}, make_staff())
    return task


def refusal(code: int) -> Reply:
    return json_reply({"status": code, "message": "no", "request_id": "r", "data": None})


def test_a_submit_with_two_items_is_one_task_with_two_tracks() -> None:
    task = make_queued()
    with provider_at(ACCEPTED) as provider:
        assert submit_next("tempolor")
        assert not submit_next("tempolor")
    task.refresh_from_db()
    assert (task.status, task.external_id, task.submit_at) == (TaskStatus.RUNNING, "9001", None)
    assert list(task.tracks.order_by("position").values_list("external_id", flat=True)) == ["9001", "9002"]
    assert task.next_poll_at is not None
    assert task.submitted_at is not None
    assert task.next_poll_at <= task.submitted_at + timedelta(seconds=30)
    [request] = provider.requests
    assert request.json["callback_url"] == signed_urls.callback_url(task)


def test_a_database_that_fails_before_the_request_leaves_no_task_unsure() -> None:
    task = make_queued()
    failed: list[str] = []

    def fail_once(execute: Callable[..., Any], sql: str, *what: Any) -> Any:
        if "submitted_at" in sql and sql.startswith("UPDATE") and not failed:
            failed.append(sql)
            raise OperationalError("the server is restarting")
        return execute(sql, *what)

    with provider_at(ACCEPTED) as provider:
        with connection.execute_wrapper(fail_once), pytest.raises(OperationalError):
            submit_next("tempolor")
        task.refresh_from_db()
        assert (task.status, task.submit_claims, provider.requests) == (TaskStatus.QUEUED, 0, [])
        assert submit_next("tempolor")
    task.refresh_from_db()
    assert (task.status, len(provider.requests)) == (TaskStatus.RUNNING, 1)


def test_the_token_is_not_in_the_database() -> None:
    task = make_queued()
    with provider_at(ACCEPTED):
        submit_next("tempolor")
    signature = signed_urls.callback_token(task).rpartition(".")[2]
    task.refresh_from_db()
    assert signature not in str([vars(task), list(task.statements.values()), list(task.events.values())])


@pytest.mark.parametrize(
    "answer",
    [None, Reply(b"<html>bad gateway", 502), json_reply({"status": 200000, "data": {}}), Reply(b"", 200)],
    ids=["no answer", "502 page", "no id", "empty"],
)
def test_a_lost_answer_ends_unsure_and_is_never_sent_again(answer: Reply | None) -> None:
    task = make_queued()
    with provider_at(answer) as provider, time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        submit_next("tempolor")
        assert not submit_next("tempolor")
    task.refresh_from_db()
    assert (task.status, task.submit_at) == (TaskStatus.UNSURE, None)
    assert len(provider.requests) == 1


def test_a_worker_that_died_while_sending_leaves_it_unsure() -> None:
    task = make_queued()
    Task.objects.filter(pk=task.pk).update(submit_claims=1)
    with provider_at(ACCEPTED) as provider:
        submit_next("tempolor")
    task.refresh_from_db()
    assert task.status == TaskStatus.UNSURE
    assert provider.requests == []


@pytest.mark.parametrize("code", [400006, 400007])
def test_busy_is_tried_again_later_and_then_accepted(code: int) -> None:
    task = make_queued()
    answers = [refusal(code), ACCEPTED]
    with provider_at(lambda request: answers.pop(0)):
        submit_next("tempolor")
        assert not submit_next("tempolor")
        task.refresh_from_db()
        assert (task.status, task.submit_attempts) == (TaskStatus.QUEUED, 1)
        with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
            assert submit_next("tempolor")
    task.refresh_from_db()
    assert task.status == TaskStatus.RUNNING


def test_retry_after_is_honoured() -> None:
    task = make_queued()
    busy = json_reply({"status": 400006, "message": "busy", "request_id": "r"}, Retry_After="600")
    with provider_at(busy):
        submit_next("tempolor")
    task.refresh_from_db()
    assert task.submit_at is not None
    assert task.submit_at > timezone.now() + timedelta(seconds=590)


@pytest.mark.parametrize(
    ("code", "kind"), [(400002, "auth"), (400003, "input"), (400004, "content"), (400005, "credit")]
)
def test_another_refusal_fails_with_advice(code: int, kind: str) -> None:
    task = make_queued()
    with provider_at(refusal(code)):
        submit_next("tempolor")
    task.refresh_from_db()
    assert (task.status, task.error_kind, task.error_code) == (TaskStatus.FAILED, kind, str(code))
    assert task.error_advice
    assert task.finished_at is not None


def test_a_connection_that_was_never_made_is_tried_again() -> None:
    task = make_queued()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with override_settings(TEMPOLOR_URL=f"http://127.0.0.1:{closed.getsockname()[1]}"):
            providers.forget()
            submit_next("tempolor")
    providers.forget()
    task.refresh_from_db()
    assert (task.status, task.submit_attempts) == (TaskStatus.QUEUED, 1)
    assert "could not be reached" in task.events.get(kind="task.postponed").data["reason"]


@override_settings(TEMPOLOR_API_KEY="")
def test_without_a_key_submitting_fails_with_auth() -> None:
    providers.forget()
    task = make_queued()
    submit_next("tempolor")
    providers.forget()
    task.refresh_from_db()
    assert (task.status, task.error_kind) == (TaskStatus.FAILED, "auth")
    assert "TEMPOLOR_API_KEY" in task.error_advice


def test_an_id_that_is_another_tasks_fails_and_names_it() -> None:
    make_task(provider="tempolor", external_id="9001")
    task = make_queued()
    with provider_at(ACCEPTED):
        submit_next("tempolor")
    task.refresh_from_db()
    assert (task.status, task.external_id) == (TaskStatus.FAILED, "")
    assert "9001" in task.error_message


def test_many_workers_send_a_task_once() -> None:
    make_queued()

    def send(_: int) -> None:
        try:
            submit_next("tempolor")
        finally:
            connection.close()

    with provider_at(ACCEPTED) as provider, ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    assert len(provider.requests) == 1


def test_the_same_key_and_body_is_the_same_task_another_body_is_refused() -> None:
    user = make_staff()
    once = Idempotency("k", fingerprint("tempolor", "generate", PARAMS))
    first, is_new = create_task("tempolor", "generate", PARAMS, user, once)
    again, is_new_again = create_task("tempolor", "generate", PARAMS, user, once)
    assert (first.pk, is_new, is_new_again) == (again.pk, True, False)
    with pytest.raises(KeyReused):
        create_task(
            "tempolor", "generate", {}, user, Idempotency("k", fingerprint("tempolor", "generate", {}))
        )
    other = make_staff("bob")
    assert create_task("tempolor", "generate", PARAMS, other, once)[1]


def test_an_unsure_task_is_sent_again_only_by_a_person() -> None:
    task = make_queued()
    with provider_at(None):
        submit_next("tempolor")
    resolve.resend(task.pk, "ada")
    with provider_at(ACCEPTED) as provider:
        submit_next("tempolor")
    task.refresh_from_db()
    assert (task.status, len(provider.requests)) == (TaskStatus.RUNNING, 1)


def test_an_unsure_task_can_be_given_up() -> None:
    task = make_task(status=TaskStatus.UNSURE, external_id="")
    resolve.abandon(task.pk, "ada")
    task.refresh_from_db()
    assert task.status == TaskStatus.FAILED
    assert "ada" in task.error_message


@pytest.mark.parametrize("status", [TaskStatus.RUNNING, TaskStatus.SUCCEEDED, TaskStatus.QUEUED])
def test_only_an_unsure_task_can_be_resolved(status: TaskStatus) -> None:
    task = make_task(status=status)
    for end in (resolve.resend, resolve.abandon):
        with pytest.raises(resolve.InvalidState):
            end(task.pk, "ada")
    with pytest.raises(resolve.InvalidState):
        resolve.set_external_id(task.pk, "x", "ada")


def test_a_mistyped_id_can_be_corrected_while_it_brought_no_song() -> None:
    task = make_task(provider="suno", status=TaskStatus.UNSURE, external_id="")
    resolve.set_external_id(task.pk, "typo", "ada")
    resolve.set_external_id(task.pk, "right", "ada")
    task.refresh_from_db()
    assert task.external_id == "right"


@pytest.mark.skipif(not os.environ.get("TEST_DATABASE_URL"), reason="SQLite has no connection to lose")
def test_a_database_that_is_away_for_a_moment_loses_no_accepted_task() -> None:
    """The connection dies while the provider answers; the answer is written when it is back."""
    task = make_queued()

    def answer(request: Request) -> Reply:
        with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [backend])
        return ACCEPTED

    backend = connection.connection.info.backend_pid
    with provider_at(answer):
        submit_next("tempolor")
    task.refresh_from_db()
    assert (task.status, task.external_id) == (TaskStatus.RUNNING, "9001")
