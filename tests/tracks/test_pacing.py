"""Pacing on the real database and over real HTTP: what the provider sees, and what the workers are told."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests
import time_machine
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from tests.factories import make_task
from tests.providers.server import Reply, Request, Service, said
from tests.tracks.provider_server import provider_at
from tracks import providers
from tracks.duties import Duty
from tracks.jobs import duties
from tracks.models import Account, Task
from tracks.providers.base import AnswerLost
from tracks.services.breaker import OPENS_AT
from tracks.services.pacing import Lane, NotYet, may, turn
from tracks.services.poll import poll_next
from tracks.services.submit import submit_next

pytestmark = pytest.mark.django_db(transaction=True)
TAKEN = {"status": 200000, "message": "success", "request_id": "r"}


@contextmanager
def paced(
    rate: tuple[int, float], answer: Callable[[Request], Reply | None] | Reply | None
) -> Iterator[Service]:
    """TemPolor at a real server, to be asked at this rate (requests, seconds)."""
    with override_settings(TEMPOLOR_RATE=rate), provider_at(answer) as service:
        yield service


def tempolor(request: Request) -> Reply:
    """Takes what is submitted, and knows all that it is asked about."""
    if "item_ids" in request.json:
        songs = [{"item_id": one, "status": "running"} for one in request.json["item_ids"]]
        return said({**TAKEN, "data": {"songs": songs}})
    return said({**TAKEN, "data": {"item_ids": [request.json["prompt"]]}})


def account() -> Account:
    return Account.objects.get(provider="tempolor")


def waiting(prompt: str = "9001") -> Task:
    params = {"prompt": prompt, "model": "TemPolor v4.5"}
    return make_task(status="queued", external_id="", submit_at=timezone.now(), params=params)


def due() -> Task:
    return make_task(next_poll_at=timezone.now() - timedelta(seconds=1))


def look_alone(name: str) -> None:
    """A task that shares its look with no other."""
    make_task(external_id=name, next_poll_at=timezone.now() - timedelta(hours=1), poll_claims=1)


def duty(name: str) -> Duty:
    return next(one for one in duties() if one.name == name)


def waits(name: str) -> bool:
    return duty(name).waiting(timezone.now())


def fail(times: int = OPENS_AT) -> None:
    for _ in range(times):
        with pytest.raises(AnswerLost), turn("tempolor", Lane.POLL):
            raise AnswerLost("No answer came.")


def in_threads(job: Callable[[int], int], threads: int) -> int:
    """What the jobs come to together, each on a connection of its own."""

    def run(number: int) -> int:
        try:
            return job(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(run, range(threads)))


def permits(lane: Lane, tries: int) -> int:
    got = 0
    for _ in range(tries):
        try:
            with turn("tempolor", lane):
                got += 1
        except NotYet:
            pass
    return got


def test_many_workers_at_once_never_take_more_than_the_rate() -> None:
    lanes = [Lane.SUBMIT, Lane.POLL, Lane.WORDS, Lane.BALANCE]
    with paced((8, 3600), tempolor):
        got = in_threads(lambda number: permits(lanes[number], 10), 4)
    assert got == 8 == len(account().recent)
    assert Account.objects.count() == 1


def test_many_workers_at_once_take_one_trial() -> None:
    with paced((1000, 10), tempolor):
        fail()
        with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
            gate = threading.Barrier(4)

            def try_it(number: int) -> int:
                gate.wait(10)
                try:
                    with turn("tempolor", Lane.POLL):
                        gate.wait(0.5)
                except NotYet:
                    return 0
                except threading.BrokenBarrierError:
                    pass
                return 1

            assert in_threads(try_it, 4) == 1


def test_as_the_provider_sees_it_no_window_has_more_than_the_rate() -> None:
    """Sixty requests of three lanes from six workers, counted where they arrive."""
    arrivals: list[float] = []

    def answer(request: Request) -> Reply:
        arrivals.append(time.monotonic())
        return said({})

    with paced((20, 1), answer) as service:

        def send(number: int) -> int:
            lane = (Lane.SUBMIT, Lane.POLL, Lane.WORDS)[number % 3]
            todo, deadline = 4 if lane is Lane.WORDS else 13, time.monotonic() + 60
            while todo and time.monotonic() < deadline:
                try:
                    with turn("tempolor", lane):
                        requests.get(service.url, timeout=10)
                    todo -= 1
                except NotYet as wait:
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
            permits(Lane.SUBMIT, 2)
            permits(Lane.POLL, 2)
        return execute(sql, params, many, context)

    seen: list[str] = []
    return watch


def test_retry_after_is_honoured_by_every_lane() -> None:
    busy = said({"status": 400006, "message": "slow down"}, Retry_After="120")
    waiting()
    due()
    with paced((1000, 10), busy) as service:
        assert submit_next("tempolor")
        waiting()
        assert not submit_next("tempolor")
        assert not poll_next("tempolor")
        assert not any(waits(name) for name in ("submit-tempolor", "ask-tempolor"))
        with time_machine.travel(timezone.now() + timedelta(seconds=119), tick=False):
            assert not waits("ask-tempolor")
        with time_machine.travel(timezone.now() + timedelta(seconds=121), tick=False):
            assert waits("submit-tempolor")
            assert waits("ask-tempolor")
    assert len(service.requests) == 1
    assert account().paused_because == "slow down"


def test_a_pause_of_one_provider_leaves_the_other_alone() -> None:
    with paced((1, 3600), tempolor):
        permits(Lane.POLL, 1)
        assert not may("tempolor", Lane.POLL, timezone.now())
        assert may("suno", Lane.POLL, timezone.now())


def test_the_breaker_opens_and_lets_one_look_by_and_closes_at_its_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    is_down = True

    def answer(request: Request) -> Reply:
        return Reply(b"down", 503) if is_down else tempolor(request)

    with override_settings(BREAKER_BACKOFF=(30, 60)), paced((1000, 10), answer) as service:
        for number in range(OPENS_AT + 3):
            look_alone(f"l{number}")
            poll_next("tempolor")
        assert len(service.requests) == OPENS_AT
        assert not waits("ask-tempolor")
        assert "503" in account().opened_because
        with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
            assert waits("ask-tempolor")
            assert poll_next("tempolor")
            assert not poll_next("tempolor")
        assert len(service.requests) == OPENS_AT + 1
        is_down = False
        with time_machine.travel(timezone.now() + timedelta(seconds=100), tick=False):
            assert poll_next("tempolor")
            assert poll_next("tempolor")
    assert (account().opened_until, account().failures) == (None, 0)
    told = [one.getMessage() for one in caplog.records if one.name == "tracks.services.pacing"]
    assert [sentence.split(":")[0] for sentence in told] == [
        "TemPolor serves nothing, requests wait",
        "TemPolor serves requests again",
    ]


def test_a_provider_that_nobody_answers_for_opens_the_breaker_and_no_task_is_lost() -> None:
    tasks = [waiting(str(number)) for number in range(OPENS_AT + 2)]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with override_settings(TEMPOLOR_URL=f"http://127.0.0.1:{closed.getsockname()[1]}"):
            providers.forget()
            for _ in tasks:
                submit_next("tempolor")
    providers.forget()
    assert (account().failures, account().opened_at is not None) == (OPENS_AT, True)
    assert sorted(Task.objects.values_list("status", "submit_attempts")) == [
        *[("queued", 0)] * 2,
        *[("queued", 1)] * OPENS_AT,
    ]


def test_a_song_that_failed_says_nothing_about_the_provider() -> None:
    due()
    answer = {"songs": [{"item_id": Task.objects.get().external_id, "status": "failed"}]}
    with paced((1000, 10), said({**TAKEN, "data": answer})):
        poll_next("tempolor")
    assert (Task.objects.get().error_kind, account().failures) == ("upstream", 0)


def test_a_full_provider_gets_no_more_until_one_of_its_tasks_ends() -> None:
    for _ in range(2):
        make_task()
    make_task(provider="suno")
    make_task(external_id="", status="unsure")
    tasks = [waiting("x"), waiting("y")]
    answers = [said({"status": 400007, "message": "queue full"})]
    with paced((1000, 10), lambda request: answers.pop() if answers else tempolor(request)) as service:
        assert submit_next("tempolor")
        assert account().parallel_most == 2
        assert not submit_next("tempolor")
        assert not waits("submit-tempolor")
        ended = Task.objects.filter(provider="tempolor", status="running").first()
        assert ended is not None
        Task.objects.filter(pk=ended.pk).update(status="failed", finished_at=timezone.now())
        assert waits("submit-tempolor")
        assert submit_next("tempolor")
        assert not waits("submit-tempolor")
    assert len(service.requests) == 2
    assert sorted(Task.objects.filter(pk__in=[one.pk for one in tasks]).values_list("status", flat=True)) == [
        "queued",
        "running",
    ]


def test_after_a_while_one_more_is_tried_and_what_is_taken_lifts_the_gate() -> None:
    make_task()
    waiting("x")
    answers = [said({"status": 400007, "message": "queue full"})]
    with paced((1000, 10), lambda request: answers.pop() if answers else tempolor(request)):
        submit_next("tempolor")
        with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
            assert submit_next("tempolor")
    assert (account().parallel_most, account().full_until) == (None, None)
    assert Task.objects.filter(status="running").count() == 2


def test_a_provider_that_others_have_filled_is_not_asked_without_end() -> None:
    waiting()
    waiting()
    with paced((1000, 10), said({"status": 400007, "message": "queue full"})) as service:
        for _ in range(5):
            submit_next("tempolor")
    assert len(service.requests) == 1


@override_settings(TEMPOLOR_API_KEY="")
def test_without_a_key_there_is_no_account_and_no_pace() -> None:
    providers.forget()
    try:
        assert permits(Lane.SUBMIT, 50) == 50
        assert may("tempolor", Lane.SUBMIT, timezone.now())
    finally:
        providers.forget()
    assert not Account.objects.exists()


def test_to_look_whether_a_request_may_go_makes_no_row() -> None:
    due()
    assert waits("ask-tempolor")
    assert may("tempolor", Lane.POLL, timezone.now())
    assert not Account.objects.exists()


def test_another_key_is_another_account() -> None:
    with paced((1, 3600), tempolor):
        permits(Lane.POLL, 1)
        with override_settings(TEMPOLOR_API_KEY="Tempo-another-key-3w"):
            providers.forget()
            assert permits(Lane.POLL, 1) == 1
    assert Account.objects.count() == 2


def test_no_key_stands_in_the_row_or_the_log(caplog: pytest.LogCaptureFixture) -> None:
    key = "Tempo-test-key-3w"
    waiting()
    with caplog.at_level(logging.INFO), paced((1000, 10), said({"status": 400006, "message": f"no {key}"})):
        submit_next("tempolor")
    assert key not in str(vars(account())) + caplog.text


@pytest.mark.parametrize("error", [KeyError("ours"), NotYet(timezone.now())])
def test_a_fault_of_the_caller_goes_through_and_counts_for_nothing(error: Exception) -> None:
    with pytest.raises(type(error)), turn("tempolor", Lane.POLL):
        raise error
    assert (account().failures, len(account().recent)) == (0, 1)
