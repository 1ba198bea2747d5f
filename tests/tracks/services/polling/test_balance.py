"""The balance: fetched at intervals, stored with its time, and the reason where there is no newer one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.http_server import Reply, json_reply
from tests.support.provider_server import provider_at
from tests.support.rate_limited import account
from tracks import providers
from tracks.models import Account
from tracks.services.polling.balance import check_balance_soon, check_next_balance, is_balance_due
from tracks.services.rate_limit import RequestKind, Throttled, acquire

pytestmark = pytest.mark.django_db(transaction=True)


def billing(balance: Any) -> Reply:
    data = {"balance": balance}
    return json_reply({"status": 200000, "message": "success", "request_id": "r", "data": data})


def test_the_first_request_needs_no_row() -> None:
    now = timezone.now()
    assert is_balance_due("tempolor", now)
    assert not Account.objects.exists()
    with provider_at(billing("776.56")) as service:
        assert check_next_balance("tempolor")
        assert not check_next_balance("tempolor")
    found = account()
    assert (found.balance, found.balance_error, found.balance_claims) == (Decimal("776.56"), "", 0)
    assert found.balance_at is not None
    assert found.balance_at >= now
    assert len(service.requests) == 1


def test_it_is_fetched_again_after_a_while_and_not_before() -> None:
    with provider_at(billing(5)), override_settings(BALANCE_EVERY=900):
        check_next_balance("tempolor")
        assert not is_balance_due("tempolor", timezone.now() + timedelta(seconds=890))
        assert is_balance_due("tempolor", timezone.now() + timedelta(seconds=901))


def test_a_row_that_another_request_created_is_due() -> None:
    with acquire("tempolor", RequestKind.POLL):
        pass
    with provider_at(billing(5)):
        assert check_next_balance("tempolor")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Reply(b"oops", 500),
        json_reply({"status": 400002, "message": "no"}),
        billing("plenty"),
        billing("1e30"),
    ],
    ids=["no answer", "500", "refused", "no number", "beyond all bounds"],
)
def test_a_failure_records_the_reason_and_leaves_the_last_balance(answer: Reply | None) -> None:
    answers = [billing(5), answer]
    with provider_at(lambda request: answers.pop(0)) as service:
        check_next_balance("tempolor")
        fetched_at = account().balance_at
        check_balance_soon("tempolor")
        assert check_next_balance("tempolor")
        assert not check_next_balance("tempolor")
    found = account()
    assert (found.balance, found.balance_at, found.balance_claims) == (Decimal(5), fetched_at, 0)
    assert found.balance_error
    assert len(service.requests) == 2


def test_a_new_balance_clears_the_reason() -> None:
    answers = [json_reply({"status": 400002, "message": "no"}), billing(5)]
    with provider_at(lambda request: answers.pop(0)):
        for _ in range(2):
            check_next_balance("tempolor")
            check_balance_soon("tempolor")
    assert (account().balance, account().balance_error) == (Decimal(5), "")


def test_it_is_throttled_and_counts_as_a_request() -> None:
    with override_settings(TEMPOLOR_RATE=(1, 3600)), provider_at(billing(5)) as service:
        with acquire("tempolor", RequestKind.POLL):
            pass
        assert not check_next_balance("tempolor")
        assert (account().balance_claims, account().balance_due_at) == (0, None)
        with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
            assert check_next_balance("tempolor")
            with pytest.raises(Throttled), acquire("tempolor", RequestKind.POLL):
                pass
    assert len(service.requests) == 1


@override_settings(TEMPOLOR_API_KEY="")
def test_without_a_key_nothing_is_fetched() -> None:
    providers.forget()
    try:
        assert not is_balance_due("tempolor", timezone.now())
        assert not check_next_balance("tempolor")
        check_balance_soon("tempolor")
    finally:
        providers.forget()
    assert not Account.objects.exists()


@override_settings(MAX_CLAIMS=2)
def test_a_request_that_ends_its_worker_each_time_is_set_aside() -> None:
    with provider_at(billing(5)) as service:
        name = providers.get("tempolor").account
        Account.objects.create(provider="tempolor", account=name, balance_claims=2)
        assert check_next_balance("tempolor")
        assert not check_next_balance("tempolor")
    assert service.requests == []
    assert "ended its worker" in account().balance_error
