"""The providers over the API: the facts of their page, for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from tests.support.answers import refusal
from tests.support.factories import make_account, make_task
from tracks import providers
from tracks.services import catalogue

pytestmark = pytest.mark.django_db
ROW = {
    *("name", "label", "key_set", "host", "dialect"),
    *("standing", "rate", "parallel", "balance", "callbacks"),
}


def row(api: APIClient, provider: str = "suno") -> dict[str, Any]:
    [found] = [one for one in api.get("/api/v1/providers/").json() if one["name"] == provider]
    return dict(found)


def test_the_list_holds_every_provider(api: APIClient) -> None:
    answer = api.get("/api/v1/providers/")
    assert [one["name"] for one in answer.json()] == list(providers.REGISTRY)
    assert all(set(one) == ROW for one in answer.json())


def test_one_provider_has_its_operations_and_models_too(api: APIClient) -> None:
    catalogue.refresh("suno")
    found = api.get("/api/v1/providers/suno/").json()
    assert set(found) == ROW | {"operations", "models", "left_out"}
    declared = providers.get("suno").operations
    assert [one["name"] for one in found["operations"]] == list(declared)
    generate = found["operations"][0]
    assert generate == {
        "name": "generate",
        "label": declared["generate"].label,
        "summary": declared["generate"].summary,
        "makes": "song",
        "takes_source": False,
        "needs_source": False,
        "stages": ["text", "first", "complete"],
    }
    v5 = {"kind": "model", "name": "V5", "label": "V5", "operations": [], "listed": True}
    assert v5 in found["models"]
    assert found["left_out"] == dict(providers.get("suno").left_out)


def test_a_stranger_is_refused() -> None:
    refusal(APIClient().get("/api/v1/providers/"), 401)
    refusal(APIClient().get("/api/v1/providers/suno/"), 401)


@pytest.mark.parametrize("name", ["nobody", "SUNO", "%00", "%2e%2e"])
def test_an_unknown_provider_is_not_found(api: APIClient, name: str) -> None:
    refusal(api.get(f"/api/v1/providers/{name}/"), 404)


def test_nothing_can_be_sent_to_them(api: APIClient) -> None:
    refusal(api.post("/api/v1/providers/", {}), 405)


def test_no_key_goes_out(api: APIClient) -> None:
    make_account()
    for address in ("/api/v1/providers/", "/api/v1/providers/suno/"):
        text = api.get(address).content.decode()
        assert django_settings.SUNO_API_KEY not in text
        assert providers.get("suno").account not in text


def test_one_that_was_never_asked(api: APIClient) -> None:
    found = row(api)
    assert (found["key_set"], found["host"], found["dialect"]) == (True, "api.sunoapi.org", "sunoapi")
    assert found["standing"] == {
        "status": "not_asked",
        "since": None,
        "until": None,
        "because": "",
        "failures": 0,
    }
    rate = providers.get("suno").rate
    assert found["rate"] == {"requests": rate.requests, "seconds": rate.seconds, "used": 0}
    assert found["parallel"] == {"running": 0, "most": None}
    assert (found["callbacks"]["hints"], found["callbacks"]["sick"]) == (False, False)
    assert len(found["callbacks"]["days"]) == 7


def test_one_without_a_key(api: APIClient, settings: Any) -> None:
    settings.SUNO_API_KEY = ""
    providers.forget()
    try:
        found = row(api)
    finally:
        providers.forget()
    assert (found["key_set"], found["standing"]["status"]) == (False, "no_key")


def standing(api: APIClient, **over: Any) -> dict[str, Any]:
    make_account(**over)
    return dict(row(api)["standing"])


def test_one_that_answers(api: APIClient) -> None:
    assert standing(api)["status"] == "answers"


def test_one_that_serves_nothing(api: APIClient) -> None:
    now = timezone.now()
    told = standing(api, opened_at=now, opened_until=now, opened_because="HTTP 502", failures=5)
    assert (told["status"], told["because"], told["failures"]) == ("held_back", "HTTP 502", 5)
    assert told["since"]
    assert told["until"]


def test_one_that_asked_for_a_pause(api: APIClient) -> None:
    told = standing(api, paused_until=timezone.now() + timedelta(minutes=1), paused_because="Slow down.")
    assert (told["status"], told["because"], told["since"]) == ("paused", "Slow down.", None)
    assert told["until"]


def test_one_that_is_full(api: APIClient) -> None:
    make_task(provider="suno")
    told = standing(api, parallel_most=1, full_until=timezone.now() + timedelta(minutes=1))
    assert (told["status"], told["because"]) == ("full", "")
    assert row(api)["parallel"] == {"running": 1, "most": 1}


def test_one_with_room_again(api: APIClient) -> None:
    assert (
        standing(api, parallel_most=1, full_until=timezone.now() + timedelta(minutes=1))["status"]
        == "answers"
    )


def test_the_balance_is_a_number(api: APIClient) -> None:
    make_account(
        balance="776.5600", balance_unit="credits", balance_at=timezone.now(), balance_error="No access."
    )
    balance = row(api)["balance"]
    assert (balance["amount"], balance["unit"], balance["error"]) == (776.56, "credits", "No access.")
    assert balance["at"]


def test_a_day_of_callbacks(api: APIClient) -> None:
    at = (timezone.now() - timedelta(days=1)).replace(hour=12)
    over = {"provider": "suno", "status": "succeeded", "finished_at": at, "called_back_at": at}
    make_task(**over, finished_by="callback", stages=["complete"], finish_delay_ms=1250)
    make_task(**over | {"called_back_at": None}, finished_by="poll")
    assert row(api)["callbacks"]["days"][1] == {
        "date": at.date().isoformat(),
        "finished": 2,
        "by_callback": 1,
        "by_poll": 1,
        "never_called": 1,
        "p50": 1.25,
        "p95": 1.25,
        "missing": {"text": 2, "first": 2, "complete": 1},
        "cut": False,
    }


def test_the_number_of_queries_is_constant(api: APIClient) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            api.get("/api/v1/providers/")
        return len(seen)

    few = queries()
    make_account()
    for _ in range(20):
        make_task(provider="suno", status="succeeded", finished_by="poll")
    assert queries() == few
