"""How answers of a provider hold requests back: pauses, the breaker, the limit of parallel tasks."""

from __future__ import annotations

import logging
import socket
from datetime import timedelta

import pytest
import time_machine
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_task
from tests.support.http_server import Reply, Request, json_reply
from tests.support.rate_limited import ACCEPTED, account, at_rate, has_due, make_due, make_queued, tempolor
from tracks import providers
from tracks.models import Task
from tracks.services.polling.poll import poll_next
from tracks.services.rate_limit.breaker import FAILURES_TO_OPEN
from tracks.services.submission.submit import submit_next

pytestmark = pytest.mark.django_db(transaction=True)


def make_polled_alone(name: str) -> None:
    """A due task that is polled alone, because its last poll did not complete."""
    make_task(external_id=name, next_poll_at=timezone.now() - timedelta(hours=1), poll_claims=1)


def test_retry_after_holds_for_every_request_kind() -> None:
    busy = json_reply({"status": 400006, "message": "slow down"}, Retry_After="120")
    make_queued()
    make_due()
    with at_rate((1000, 10), busy) as service:
        assert submit_next("tempolor")
        make_queued()
        assert not submit_next("tempolor")
        assert not poll_next("tempolor")
        assert not any(has_due(name) for name in ("submit-tempolor", "ask-tempolor"))
        with time_machine.travel(timezone.now() + timedelta(seconds=119), tick=False):
            assert not has_due("ask-tempolor")
        with time_machine.travel(timezone.now() + timedelta(seconds=121), tick=False):
            assert has_due("submit-tempolor")
            assert has_due("ask-tempolor")
    assert len(service.requests) == 1
    assert account().paused_because == "slow down"


def test_the_breaker_opens_and_allows_one_trial_poll_and_closes_at_its_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    is_down = True

    def answer(request: Request) -> Reply:
        return Reply(b"down", 503) if is_down else tempolor(request)

    with override_settings(BREAKER_BACKOFF=(30, 60)), at_rate((1000, 10), answer) as service:
        for number in range(FAILURES_TO_OPEN + 3):
            make_polled_alone(f"l{number}")
            poll_next("tempolor")
        assert len(service.requests) == FAILURES_TO_OPEN
        assert not has_due("ask-tempolor")
        assert "503" in account().opened_because
        with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
            assert has_due("ask-tempolor")
            assert poll_next("tempolor")
            assert not poll_next("tempolor")
        assert len(service.requests) == FAILURES_TO_OPEN + 1
        is_down = False
        with time_machine.travel(timezone.now() + timedelta(seconds=100), tick=False):
            assert poll_next("tempolor")
            assert poll_next("tempolor")
    assert (account().opened_until, account().failures) == (None, 0)
    messages = [
        one.getMessage() for one in caplog.records if one.name == "tracks.services.rate_limit.limiter"
    ]
    assert [sentence.split(":")[0] for sentence in messages] == [
        "TemPolor serves nothing, requests wait",
        "TemPolor serves requests again",
    ]


def test_an_unreachable_provider_opens_the_breaker_and_no_task_is_lost() -> None:
    tasks = [make_queued(str(number)) for number in range(FAILURES_TO_OPEN + 2)]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with override_settings(TEMPOLOR_URL=f"http://127.0.0.1:{closed.getsockname()[1]}"):
            providers.forget()
            for _ in tasks:
                submit_next("tempolor")
    providers.forget()
    assert (account().failures, account().opened_at is not None) == (FAILURES_TO_OPEN, True)
    assert sorted(Task.objects.values_list("status", "submit_attempts")) == [
        *[("queued", 0)] * 2,
        *[("queued", 1)] * FAILURES_TO_OPEN,
    ]


def test_a_failed_song_is_no_failed_request() -> None:
    make_due()
    answer = {"songs": [{"item_id": Task.objects.get().external_id, "status": "failed"}]}
    with at_rate((1000, 10), json_reply({**ACCEPTED, "data": answer})):
        poll_next("tempolor")
    assert (Task.objects.get().error_kind, account().failures) == ("upstream", 0)


def test_a_full_provider_gets_no_more_until_one_of_its_tasks_ends() -> None:
    for _ in range(2):
        make_task()
    make_task(provider="suno")
    make_task(external_id="", status="unsure")
    tasks = [make_queued("x"), make_queued("y")]
    answers = [json_reply({"status": 400007, "message": "queue full"})]
    with at_rate((1000, 10), lambda request: answers.pop() if answers else tempolor(request)) as service:
        assert submit_next("tempolor")
        assert account().parallel_most == 2
        assert not submit_next("tempolor")
        assert not has_due("submit-tempolor")
        ended = Task.objects.filter(provider="tempolor", status="running").first()
        assert ended is not None
        Task.objects.filter(pk=ended.pk).update(status="failed", finished_at=timezone.now())
        assert has_due("submit-tempolor")
        assert submit_next("tempolor")
        assert not has_due("submit-tempolor")
    assert len(service.requests) == 2
    assert sorted(Task.objects.filter(pk__in=[one.pk for one in tasks]).values_list("status", flat=True)) == [
        "queued",
        "running",
    ]


def test_after_a_while_one_more_task_is_tried_and_lifts_the_limit() -> None:
    make_task()
    make_queued("x")
    answers = [json_reply({"status": 400007, "message": "queue full"})]
    with at_rate((1000, 10), lambda request: answers.pop() if answers else tempolor(request)):
        submit_next("tempolor")
        with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
            assert submit_next("tempolor")
    assert (account().parallel_most, account().full_until) == (None, None)
    assert Task.objects.filter(status="running").count() == 2


def test_a_provider_that_is_full_with_tasks_of_others_is_tried_once() -> None:
    make_queued()
    make_queued()
    with at_rate((1000, 10), json_reply({"status": 400007, "message": "queue full"})) as service:
        for _ in range(5):
            submit_next("tempolor")
    assert len(service.requests) == 1


def test_no_key_stands_in_the_row_or_the_log(caplog: pytest.LogCaptureFixture) -> None:
    key = "Tempo-test-key-3w"
    make_queued()
    refusal = json_reply({"status": 400006, "message": f"no {key}"})
    with caplog.at_level(logging.INFO), at_rate((1000, 10), refusal):
        submit_next("tempolor")
    assert key not in str(vars(account())) + caplog.text
