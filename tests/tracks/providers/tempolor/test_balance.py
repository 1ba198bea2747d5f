"""What is left on the TemPolor account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.http_server import json_reply, serving
from tests.support.payloads import load
from tests.support.tempolor_service import KEY, provider


@pytest.mark.parametrize(
    ("answered", "amount"),
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
def test_the_balance_is_the_number_as_it_was_written(answered: Any, amount: str) -> None:
    with serving(json_reply({"status": 200000, "data": {"balance": answered}})) as service:
        balance = provider(service.url).balance()
    (request,) = service.requests
    assert (request.method, request.path) == ("POST", "/open-apis/v1/account/billing")
    assert (request.json, request.headers["Authorization"]) == ({}, KEY)
    assert (str(balance.amount), balance.unit) == (amount, "")


def test_the_documented_balance() -> None:
    with serving(json_reply(load("tempolor/billing-answer.json"))) as service:
        assert str(provider(service.url).balance().amount) == "776.56"
