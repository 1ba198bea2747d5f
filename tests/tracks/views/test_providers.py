"""The page of the providers: whether they answer, their balance, how reliably they call back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from tests.support.factories import make_account, make_task
from tests.support.html import Page
from tracks import providers
from tracks.models import Account
from tracks.services import catalogue

pytestmark = pytest.mark.django_db
KEYS = ("TEMPOLOR_API_KEY", "SUNO_API_KEY")


def part(client: Client, provider: str = "suno") -> str:
    """What the page says of one provider, as one line of words."""
    html = Page(client.get("/providers/")).html
    own = html.split(f'data-provider="{provider}"')[1].partition("data-provider=")[0]
    return " ".join(unescape(strip_tags(f"<p{own}".replace("<", " <"))).split())


def test_every_provider_has_its_part_and_the_menu_leads_here(staff: Client) -> None:
    page = Page(staff.get("/providers/"))
    assert [one["data-provider"] for one in page.with_attribute("data-provider")] == list(providers.REGISTRY)
    [link] = [one for one in page.named("a") if one.get("href") == "/providers/"]
    assert link["aria-current"] == "page"


def test_nothing_can_be_posted_here(staff: Client) -> None:
    assert staff.post("/providers/").status_code == 405


@pytest.fixture
def rate(settings: Any) -> Iterator[None]:
    """Seven requests in ten seconds."""
    settings.SUNO_RATE = (7, 10.0)
    providers.forget()
    yield
    providers.forget()


@pytest.mark.usefixtures("rate")
def test_one_that_was_never_used(staff: Client) -> None:
    words = part(staff)
    assert "not used yet" in words
    assert "api.sunoapi.org" in words
    assert "Dialect sunoapi" in words
    assert "0 of 7 requests in the last 10 s" in words
    assert "No task has ended here" in words


def test_no_key_is_ever_shown(staff: Client) -> None:
    make_account()
    html = staff.get("/providers/").content.decode()
    assert not any(getattr(django_settings, name) in html for name in KEYS)
    assert providers.get("suno").account not in html


def test_one_without_a_key(staff: Client, settings: Any) -> None:
    settings.SUNO_API_KEY = ""
    providers.forget()
    try:
        words = part(staff)
    finally:
        providers.forget()
    assert "no key" in words
    assert "until SUNO_API_KEY is set" in words
    assert "Key not set" in words


@pytest.mark.usefixtures("rate")
def test_one_that_answers(staff: Client) -> None:
    now = timezone.now().timestamp()
    make_account(recent=[[now - 100, "poll"], [now - 3, "poll"], [now - 1, "submit"]])
    make_task(provider="suno")
    words = part(staff)
    assert "Suno answers" in words
    assert "2 of 7 requests in the last 10 s" in words
    assert "1 task being made" in words


def test_one_that_is_unstable(staff: Client) -> None:
    make_account(failures=2)
    assert "unstable The last 2 requests were not served." in part(staff)


def test_one_that_serves_nothing(staff: Client) -> None:
    now = timezone.now()
    make_account(
        failures=5,
        opened_at=now - timedelta(minutes=4),
        opened_until=now + timedelta(minutes=2),
        opened_because="Suno answered HTTP 502.",
    )
    words = part(staff)
    assert "not answering It has served nothing since" in words
    assert "(4 min ago). Requests are held back until" in words
    assert "(in 2 min), when one tries again; none is lost. Suno answered HTTP 502." in words


def test_one_that_is_tried_again(staff: Client) -> None:
    now = timezone.now()
    make_account(opened_at=now - timedelta(minutes=4), opened_until=now - timedelta(seconds=1))
    assert "Requests are held back while one tries again; none is lost." in part(staff)


def test_one_that_asked_for_a_pause(staff: Client) -> None:
    make_account(
        paused_until=timezone.now() + timedelta(minutes=3), paused_because="Call frequency too high."
    )
    words = part(staff)
    assert "paused It asked us to slow down. Requests wait until" in words
    assert "Call frequency too high." in words


def test_a_pause_that_is_over(staff: Client) -> None:
    make_account(
        paused_until=timezone.now() - timedelta(minutes=3), paused_because="Call frequency too high."
    )
    assert "Suno answers" in part(staff)


def test_one_that_is_full(staff: Client) -> None:
    make_account(parallel_most=1, full_until=timezone.now() + timedelta(minutes=1))
    make_task(provider="suno")
    words = part(staff)
    assert "It makes no more than 1 task at once" in words
    assert "1 task being made; it took no more than 1 at once" in words


def test_an_account_of_another_key_is_not_shown(staff: Client) -> None:
    Account.objects.create(provider="suno", account="0123456789ab", opened_until=timezone.now())
    assert "not used yet" in part(staff)


@pytest.mark.parametrize(
    ("over", "text"),
    [
        ({}, "Balance not checked yet"),
        ({"balance": "776.5600", "balance_unit": "credits"}, "Balance 776.56 credits Checked 5 min ago."),
        ({"balance": "12345"}, "Balance 12,345 Checked 5 min ago."),
        ({"balance": "0"}, "Balance 0 Nothing is left. Checked 5 min ago."),
        ({"balance": "7", "balance_error": "No access."}, "Balance 7 No access. Last known 5 min ago."),
        ({"balance_at": None, "balance_error": "No access."}, "Balance unknown No access."),
    ],
)
def test_the_balance(staff: Client, over: dict[str, Any], text: str) -> None:
    make_account(**({"balance_at": timezone.now() - timedelta(minutes=5)} | over))
    assert text in part(staff)


def ends(count: int, **over: Any) -> None:
    at = timezone.now() - timedelta(minutes=5)
    values = {"provider": "suno", "status": "succeeded", "finished_by": "callback", "called_back_at": at}
    for _ in range(count):
        make_task(**({"finished_at": at, **values} | over))


def test_callbacks_that_arrive(staff: Client) -> None:
    ends(3, stages=["text", "first", "complete"])
    ends(1, stages=["complete"], finished_by="poll")
    words = part(staff)
    assert "callbacks are healthy A callback reported the end of 3 of 4 tasks of the last 7 days." in words
    assert "did not come although their task was done: “text” (for 1 task), “first” (for 1 task)." in words
    assert "Half within" not in words


def test_callbacks_that_do_not_arrive(staff: Client) -> None:
    ends(6, finished_by="poll", called_back_at=None)
    words = part(staff)
    assert "callbacks are unhealthy" in words
    assert "They are polled more often, so nothing is lost." in words
    assert django_settings.PUBLIC_URL in words


def test_a_few_without_any_callback_are_no_alarm(staff: Client) -> None:
    ends(2, finished_by="poll", called_back_at=None)
    assert "no callback yet Polling found the end of 2 tasks" in part(staff)


def test_delays_are_shown_where_there_are_any(staff: Client) -> None:
    ends(3, finish_delay_ms=4200)
    words = part(staff)
    assert "Half within 95 % within" in words
    assert "4.2 s 4.2 s" in words


def test_the_table_names_its_rows_and_columns(staff: Client) -> None:
    page = Page(staff.get("/providers/"))
    assert len(page.named("caption")) == len(providers.REGISTRY)
    assert {one.get("scope") for one in page.named("th")} == {"col", "row"}
    assert len([one for one in page.named("th") if one.get("scope") == "row"]) == 7 * len(providers.REGISTRY)


def test_each_operation_leads_to_its_form(staff: Client) -> None:
    links = {one.get("href") for one in Page(staff.get("/providers/")).named("a")}
    for provider in providers.registered().values():
        for name in provider.operations:
            address = f"/tasks/new/?provider={provider.name}&operation={name}"
            assert address in links
            assert staff.get(address).status_code == 200


def test_what_is_left_out_is_listed_with_reasons(staff: Client) -> None:
    for provider in providers.registered().values():
        words = part(staff, provider.name)
        assert all(" ".join(reason.split()) in words for reason in provider.left_out.values())


def test_models_are_named_and_lead_to_their_list_who_may_change_it(ada: User, staff: Client) -> None:
    ada.groups.set([Group.objects.get(name="viewer")])
    catalogue.refresh("suno")
    words = part(staff)
    assert "V4.5 plus" in words
    assert "Change the list" not in words
    user = User.objects.get()
    user.user_permissions.add(Permission.objects.get(codename="change_catalogueentry"))
    assert "Change the list" in part(staff)


def test_how_callbacks_are_trusted_is_shown(staff: Client, settings: Any) -> None:
    assert "are trusted when they carry" in part(staff)
    settings.CALLBACK_TRUST = "readback"
    assert "each one only makes us poll" in part(staff)


def test_the_number_of_queries_is_constant(staff: Client) -> None:
    def queries() -> int:
        cache.clear()  # else the first counts for the rail of all
        with CaptureQueriesContext(connection) as seen:
            staff.get("/providers/")
        return len(seen)

    catalogue.refresh("suno")
    few = queries()
    make_account()
    ends(30)
    catalogue.refresh("tempolor")
    assert queries() == few
