"""Pacing on the real database and over real HTTP: never more than the rate, whoever asks."""

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
from tests.support.http_server import Reply, Request, said
from tests.support.rate_limited import TAKEN, account, due, kind, paced, permits, tempolor, waiting, waits
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
    lanes = [RequestKind.SUBMIT, RequestKind.POLL, RequestKind.WORDS, RequestKind.BALANCE]
    with paced((8, 3600), tempolor):
        got = in_threads(lambda number: permits(lanes[number], 10), 4)
    assert got == 8 == len(account().recent)
    assert Account.objects.count() == 1


def test_many_workers_at_once_take_one_trial() -> None:
    """The one that got it holds it until the others have been turned away."""
    turned_away = threading.Semaphore(0)

    def try_it(number: int) -> int:
        try:
            with acquire("tempolor", RequestKind.POLL):
                assert all(turned_away.acquire(timeout=20) for _ in range(3))
                return 1
        except Throttled:
            turned_away.release()
            return 0

    with paced((1000, 10), tempolor) as service:
        open_since = timezone.now() - timedelta(minutes=1)
        row = account_row(providers.get("tempolor"))
        Account.objects.filter(pk=row.pk).update(
            failures=5, opened_at=open_since, opened_until=timezone.now(), opened_because="down"
        )
        assert in_threads(try_it, 4) == 1
    assert (service.requests, account().opened_until) == ([], None)


def test_as_the_provider_sees_it_no_window_has_more_than_the_rate() -> None:
    """Sixty requests of three lanes from six workers, counted where they arrive."""
    arrivals: list[float] = []

    def answer(request: Request) -> Reply:
        arrivals.append(time.monotonic())
        return said({})

    with paced((20, 1), answer) as service:

        def send(number: int) -> int:
            lane = (RequestKind.SUBMIT, RequestKind.POLL, RequestKind.WORDS)[number % 3]
            todo, deadline = 4 if lane is RequestKind.WORDS else 13, time.monotonic() + 60
            while todo and time.monotonic() < deadline:
                try:
                    with acquire("tempolor", lane):
                        requests.get(service.url, timeout=10)
                    todo -= 1
                except Throttled as wait:
                    threading.Event().wait(max(0, (wait.until - timezone.now()).total_seconds()))
            return todo

        assert in_threads(send, 6) == 0
    assert len(arrivals) == 60
    for begin in arrivals:
        assert sum(begin <= at < begin + 1 for at in arrivals) <= 20


def test_looks_and_submits_share_the_rate_and_what_waits_is_given_back() -> None:
    """Two a window, of which no lane has more than one."""
    tasks = [waiting("a"), waiting("b")]
    looked_at = [due(), make_task(operation="extend", next_poll_at=timezone.now() - timedelta(seconds=1))]
    before = [task.next_poll_at for task in looked_at]
    with paced((2, 3600), tempolor) as service:
        assert submit_next("tempolor")
        assert not submit_next("tempolor")
        assert poll_next("tempolor")
        assert not poll_next("tempolor")
    assert len(service.requests) == 2
    second = Task.objects.get(pk=tasks[1].pk)
    assert (second.submit_at, second.submit_claims, second.submit_attempts) == (tasks[1].submit_at, 0, 0)
    assert not second.events.exists()
    unseen = Task.objects.get(pk=looked_at[1].pk)
    assert (unseen.next_poll_at, unseen.poll_claims, unseen.polls) == (before[1], 0, 0)


@pytest.mark.parametrize("step", [submit_next, poll_next])
def test_a_permit_lost_to_another_after_the_claim_gives_the_task_back(step: Callable[[str], bool]) -> None:
    """The last permit goes while the task is being claimed, so only its turn finds out."""
    task = waiting() if step is submit_next else due()
    with paced((2, 3600), tempolor) as service, connection.execute_wrapper(taking_permits_at_a_claim()):
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


def taking_permits_at_a_claim() -> Callable[..., object]:
    """Others use the account up at the moment in which a task is claimed."""

    def watch(
        execute: Callable[..., object], sql: str, params: object, many: bool, context: object
    ) -> object:
        if sql.startswith("UPDATE") and "_claims" in sql and not seen:
            seen.append(sql)
            permits(RequestKind.SUBMIT, 2)
            permits(RequestKind.POLL, 2)
        return execute(sql, params, many, context)

    seen: list[str] = []
    return watch


def test_a_pause_of_one_provider_leaves_the_other_alone() -> None:
    with paced((1, 3600), tempolor):
        permits(RequestKind.POLL, 1)
        assert not can_acquire("tempolor", RequestKind.POLL, timezone.now())
        assert can_acquire("suno", RequestKind.POLL, timezone.now())


@override_settings(TEMPOLOR_API_KEY="")
def test_without_a_key_there_is_no_account_and_no_pace() -> None:
    providers.forget()
    try:
        assert permits(RequestKind.SUBMIT, 50) == 50
        assert can_acquire("tempolor", RequestKind.SUBMIT, timezone.now())
    finally:
        providers.forget()
    assert not Account.objects.exists()


def test_an_answer_is_worth_more_than_the_note_of_it() -> None:
    """A database that has become read-only, as in a failover, takes no song away."""
    with paced((1000, 10), tempolor):
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


def test_tasks_are_not_counted_while_no_limit_of_them_is_known() -> None:
    """Asked ten times a second, of thousands that are being made."""
    with paced((1000, 10), tempolor), CaptureQueriesContext(connection) as seen:
        permits(RequestKind.SUBMIT, 1)
        assert can_acquire("tempolor", RequestKind.SUBMIT, timezone.now())
    assert not [one for one in seen.captured_queries if "tracks_task" in one["sql"]]


def test_to_look_whether_a_request_may_go_makes_no_row() -> None:
    due()
    assert waits("ask-tempolor")
    assert can_acquire("tempolor", RequestKind.POLL, timezone.now())
    assert not Account.objects.exists()


def test_another_key_is_another_account() -> None:
    with paced((1, 3600), tempolor):
        permits(RequestKind.POLL, 1)
        with override_settings(TEMPOLOR_API_KEY="Tempo-another-key-3w"):
            providers.forget()
            assert permits(RequestKind.POLL, 1) == 1
    assert Account.objects.count() == 2


@pytest.mark.parametrize("error", [KeyError("ours"), Throttled(timezone.now())])
def test_a_fault_of_the_caller_goes_through_and_counts_for_nothing(error: Exception) -> None:
    with pytest.raises(type(error)), acquire("tempolor", RequestKind.POLL):
        raise error
    assert (account().failures, len(account().recent)) == (0, 1)


def test_a_step_of_asking_does_one_of_each_kind() -> None:
    """So that a thousand looks hold no balance up."""
    for number in range(3):
        make_task(external_id=f"i{number}", next_poll_at=timezone.now(), poll_claims=1)

    def answer(request: Request) -> Reply:
        return (
            said({**TAKEN, "data": {"balance": 5}}) if b"item_ids" not in request.body else tempolor(request)
        )

    with paced((1000, 10), answer) as service:
        assert kind("ask-tempolor").run_one()
    assert [b"item_ids" in request.body for request in service.requests] == [True, False]
