"""The Idempotency-Key: one task per key and user, however often and however many at once ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from rest_framework.test import APIClient

from tests.support.answers import attrs, refusal
from tests.support.api_tasks import SONG, create, with_params
from tests.support.clients import token_client
from tests.support.factories import make_staff
from tracks.models import Task

AT_ONCE = 8
KEY = {"Idempotency-Key": "order-66"}


@pytest.mark.django_db
def test_the_same_key_and_body_is_the_same_task(api: APIClient) -> None:
    first, second = create(api, **KEY), create(api, **KEY)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert Task.objects.count() == 1


@pytest.mark.django_db
def test_the_order_of_the_fields_makes_no_other_body(api: APIClient) -> None:
    create(api, **KEY)
    params = dict(reversed(SONG["params"].items()))
    turned = {"params": params, "operation": "generate", "provider": "tempolor"}
    assert create(api, turned, **KEY).status_code == 200


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_a_conflict(api: APIClient) -> None:
    create(api, **KEY)
    assert refusal(create(api, with_params(prompt="other"), **KEY), 409)["code"] == "conflict"
    assert Task.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_each_request_is_a_task(api: APIClient) -> None:
    assert (create(api).status_code, create(api).status_code) == (201, 201)
    assert Task.objects.count() == 2


@pytest.mark.django_db
def test_a_key_is_its_users_own(api: APIClient) -> None:
    other = token_client(make_staff("grace"))
    assert (create(api, **KEY).status_code, create(other, **KEY).status_code) == (201, 201)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "x" * 256, "nul\x00"])
def test_a_key_that_is_none_is_refused(api: APIClient, key: str) -> None:
    assert attrs(create(api, **{"Idempotency-Key": key})) == {"Idempotency-Key"}
    assert not Task.objects.exists()


@pytest.mark.django_db
def test_the_longest_key_is_taken(api: APIClient) -> None:
    key = {"Idempotency-Key": "é" * 255}
    assert (create(api, **key).status_code, create(api, **key).status_code) == (201, 200)


def together(user: User, bodies: list[Any]) -> list[Any]:
    """The answers to requests that are sent at the same moment, each on a connection of its own."""

    def ask(body: Any) -> Any:
        try:
            return create(token_client(user), body, **KEY)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(ask, bodies))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_makes_the_task() -> None:
    answers = together(make_staff(), [SONG] * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Task.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_different_bodies_at_once_one_wins() -> None:
    answers = together(make_staff(), [with_params(prompt=f"song {number}") for number in range(AT_ONCE)])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (AT_ONCE - 1)
    assert Task.objects.count() == 1
