"""What is left on the TemPolor account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.http_server import said, serving
from tests.support.payloads import load
from tests.tracks.providers.tempolor.test_provider import KEY, provider
from tracks.domain.updates import ErrorKind
from tracks.providers.base import AnswerLost, Refused


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        (776.56, "776.56"),
        ("776.56", "776.56"),
        (" 12 ", "12"),
        (0, "0"),
        (-3.1, "-3.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (10**20, "100000000000000000000"),
    ],
)
def test_the_balance_is_the_number_as_it_was_written(told: Any, amount: str) -> None:
    with serving(said({"status": 200000, "data": {"balance": told}})) as service:
        balance = provider(service.url).balance()
    (request,) = service.requests
    assert (request.method, request.path) == ("POST", "/open-apis/v1/account/billing")
    assert (request.json, request.headers["Authorization"]) == ({}, KEY)
    assert (str(balance.amount), balance.unit) == (amount, "")


def test_the_documented_balance() -> None:
    with serving(said(load("tempolor/billing-answer.json"))) as service:
        assert str(provider(service.url).balance().amount) == "776.56"


@pytest.mark.parametrize(
    "data", [None, {}, [], {"balance": None}, {"balance": True}, {"balance": "a lot"}, {"balance": "1e999"}]
)
def test_an_answer_without_a_balance_is_lost(data: Any) -> None:
    with serving(said({"status": 200000, "data": data})) as service, pytest.raises(AnswerLost):
        provider(service.url).balance()


def test_a_refused_balance_says_why() -> None:
    with serving(said({"status": 400002, "message": ""})) as service, pytest.raises(Refused) as refusal:
        provider(service.url).balance()
    assert refusal.value.fault.kind is ErrorKind.AUTH
