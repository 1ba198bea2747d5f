"""The rate limit on a real database and over real HTTP: many workers never exceed it together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from tests.support.factories import make_task
from tests.support.http_server import Reply, Request, json_reply
from tests.support.rate_limited import (
    ACCEPTED,
    account,
    at_rate,
    has_due,
    job_kind,
    make_due,
    make_queued,
    take_permits,
    tempolor,
)
from tracks import providers
from tracks.models import Account, Task
from tracks.services.polling.poll import poll_next
from tracks.services.rate_limit import RequestKind, Throttled, account_row, acquire, can_acquire
from tracks.services.submission.submit import submit_next

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(job: Callable[[int], int], threads: int) -> int:
    """What the jobs come to together, each on a connection of its own."""

    def run(number: int) -> int:
        try:
            return job(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(run, range(threads)))


def test_many_workers_at_once_never_take_more_than_the_rate() -> None:
    kinds = [RequestKind.SUBMIT, RequestKind.POLL, RequestKind.WORDS, RequestKind.BALANCE]
    with at_rate((8, 3600), tempolor):
        got = in_threads(lambda number: take_permits(kinds[number], 10), 4)
    assert got == 8 == len(account().recent)
    assert Account.objects.count() == 1


def test_many_workers_at_once_take_one_trial() -> None:
    """The worker that got the permit holds it until all others have been throttled."""
    throttled = threading.Semaphore(0)

    def try_it(number: int) -> int:
        try:
            with acquire("tempolor", RequestKind.POLL):
                assert all(throttled.acquire(timeout=20) for _ in range(3))
                return 1
        except Throttled:
            throttled.release()
            return 0

    with at_rate((1000, 10), tempolor) as service:
        open_since = timezone.now() - timedelta(minutes=1)
        row = account_row(providers.get("tempolor"))
        Account.objects.filter(pk=row.pk).update(
            failures=5, opened_at=open_since, opened_until=timezone.now(), opened_because="down"
        )
        assert in_threads(try_it, 4) == 1
    assert (service.requests, account().opened_until) == ([], None)


def test_as_the_provider_sees_it_no_window_has_more_than_the_rate() -> None:
    """Sixty requests of three kinds from six workers, counted where they arrive."""
    arrivals: list[float] = []

    def answer(request: Request) -> Reply:
        arrivals.append(time.monotonic())
        return json_reply({})

    with at_rate((20, 1), answer) as service:

        def send(number: int) -> int:
            kind = (RequestKind.SUBMIT, RequestKind.POLL, RequestKind.WORDS)[number % 3]
            remaining, deadline = 4 if kind is RequestKind.WORDS else 13, time.monotonic() + 60
            while remaining and time.monotonic() < deadline:
                try:
                    with acquire("tempolor", kind):
                        requests.get(service.url, timeout=10)
                    remaining -= 1
                except Throttled as wait:
                    threading.Event().wait(max(0, (wait.until - timezone.now()).total_seconds()))
            return remaining

        assert in_threads(send, 6) == 0
    assert len(arrivals) == 60
    for begin in arrivals:
        assert sum(begin <= at < begin + 1 for at in arrivals) <= 20


def test_polls_and_submits_share_the_rate_and_throttled_tasks_are_released() -> None:
    """Two requests a window, of which no kind may have more than one."""
    tasks = [make_queued("a"), make_queued("b")]
    polled = [make_due(), make_task(operation="extend", next_poll_at=timezone.now() - timedelta(seconds=1))]
    before = [task.next_poll_at for task in polled]
    with at_rate((2, 3600), tempolor) as service:
        assert submit_next("tempolor")
        assert not submit_next("tempolor")
        assert poll_next("tempolor")
        assert not poll_next("tempolor")
    assert len(service.requests) == 2
    second = Task.objects.get(pk=tasks[1].pk)
    assert (second.submit_at, second.submit_claims, second.submit_attempts) == (tasks[1].submit_at, 0, 0)
    assert not second.events.exists()
    not_polled = Task.objects.get(pk=polled[1].pk)
    assert (not_polled.next_poll_at, not_polled.poll_claims, not_polled.polls) == (before[1], 0, 0)


@pytest.mark.parametrize("step", [submit_next, poll_next])
def test_a_task_is_released_where_another_worker_takes_the_permit_after_the_claim(
    step: Callable[[str], bool],
) -> None:
    """The last permit is taken while the task is being claimed, so only its own request is throttled."""
    task = make_queued() if step is submit_next else make_due()
    with at_rate((2, 3600), tempolor) as service, connection.execute_wrapper(taking_permits_at_claim()):
        assert not step("tempolor")
        assert len(account().recent) == 2
    assert service.requests == []
    fresh = Task.objects.get(pk=task.pk)
    assert (fresh.status, fresh.submit_at, fresh.next_poll_at) == (
        task.status,
        task.submit_at,
        task.next_poll_at,
    )
    assert (fresh.submit_claims, fresh.poll_claims, fresh.polls, fresh.submit_attempts) == (0, 0, 0, 0)
    assert not fresh.events.exists()


def taking_permits_at_claim() -> Callable[..., object]:
    """Other workers take all permits at the moment in which a task is claimed."""

    def watch(
        execute: Callable[..., object], sql: str, params: object, many: bool, context: object
    ) -> object:
        if sql.startswith("UPDATE") and "_claims" in sql and not seen:
            seen.append(sql)
            take_permits(RequestKind.SUBMIT, 2)
            take_permits(RequestKind.POLL, 2)
        return execute(sql, params, many, context)

    seen: list[str] = []
    return watch


def test_a_pause_of_one_provider_leaves_the_other_alone() -> None:
    with at_rate((1, 3600), tempolor):
        take_permits(RequestKind.POLL, 1)
        assert not can_acquire("tempolor", RequestKind.POLL, timezone.now())
        assert can_acquire("suno", RequestKind.POLL, timezone.now())


@override_settings(TEMPOLOR_API_KEY="")
def test_without_a_key_there_is_no_account_and_no_limit() -> None:
    providers.forget()
    try:
        assert take_permits(RequestKind.SUBMIT, 50) == 50
        assert can_acquire("tempolor", RequestKind.SUBMIT, timezone.now())
    finally:
        providers.forget()
    assert not Account.objects.exists()


def test_a_result_that_cannot_be_recorded_loses_no_answer() -> None:
    """As with a database that has become read-only in a failover."""
    with at_rate((1000, 10), tempolor):
        Account.objects.filter(pk=account_row(providers.get("tempolor")).pk).update(failures=1)
        on_postgresql = connection.vendor == "postgresql"
        read_only = "SET default_transaction_read_only =" if on_postgresql else "PRAGMA query_only ="
        with connection.cursor() as cursor:
            try:
                with acquire("tempolor", RequestKind.POLL):
                    cursor.execute(f"{read_only} on")
            finally:
                cursor.execute(f"{read_only} off")
        assert account().failures == 1


def test_running_tasks_are_not_counted_while_no_limit_of_them_is_known() -> None:
    """This is checked ten times a second, with thousands of running tasks."""
    with at_rate((1000, 10), tempolor), CaptureQueriesContext(connection) as seen:
        take_permits(RequestKind.SUBMIT, 1)
        assert can_acquire("tempolor", RequestKind.SUBMIT, timezone.now())
    assert not [one for one in seen.captured_queries if "tracks_task" in one["sql"]]


def test_checking_for_a_permit_creates_no_row() -> None:
    make_due()
    assert has_due("ask-tempolor")
    assert can_acquire("tempolor", RequestKind.POLL, timezone.now())
    assert not Account.objects.exists()


def test_another_key_is_another_account() -> None:
    with at_rate((1, 3600), tempolor):
        take_permits(RequestKind.POLL, 1)
        with override_settings(TEMPOLOR_API_KEY="Tempo-another-key-3w"):
            providers.forget()
            assert take_permits(RequestKind.POLL, 1) == 1
    assert Account.objects.count() == 2


@pytest.mark.parametrize("error", [KeyError("ours"), Throttled(timezone.now())])
def test_a_fault_of_the_caller_goes_through_and_counts_for_nothing(error: Exception) -> None:
    with pytest.raises(type(error)), acquire("tempolor", RequestKind.POLL):
        raise error
    assert (account().failures, len(account().recent)) == (0, 1)


def test_one_run_sends_one_request_of_each_kind() -> None:
    """So that a thousand due polls hold up no balance."""
    for number in range(3):
        make_task(external_id=f"i{number}", next_poll_at=timezone.now(), poll_claims=1)

    def answer(request: Request) -> Reply:
        return (
            json_reply({**ACCEPTED, "data": {"balance": 5}})
            if b"item_ids" not in request.body
            else tempolor(request)
        )

    with at_rate((1000, 10), answer) as service:
        assert job_kind("ask-tempolor").run_one()
    assert [b"item_ids" in request.body for request in service.requests] == [True, False]
