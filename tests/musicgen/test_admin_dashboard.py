"""The numbers on the admin's first page, and the lists behind them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from musicgen.admin_groups import NAMES
from tests.support.admin_rows import listed, make_callback, page
from tests.support.clients import MayOnly
from tests.support.factories import make_account, make_asset, make_task, make_track
from tracks import providers
from tracks.models import Task, Worker

pytestmark = pytest.mark.django_db


def cards(client: Client) -> dict[str, tuple[str, str]]:
    """By the figure and the sentence of each number: its tone and its link."""
    found = re.findall(r'<li data-tone="(\w+)">(.*?)</li>', page(client.get("/admin/")), re.DOTALL)
    return {" ".join(strip_tags(said(inside)).split()): (tone, link_in(inside)) for tone, inside in found}


def said(number: str) -> str:
    return " ".join(re.findall(r"<b\b.*?</b>", number, re.DOTALL))


def link_in(number: str) -> str:
    [link] = re.findall(r'href="([^"]+)"', number)
    return str(html.unescape(link))


def card(client: Client, words: str) -> tuple[str, str, str]:
    [(text, (tone, link))] = [one for one in cards(client).items() if words in one[0]]
    return text, tone, link


def test_an_empty_installation_is_quiet_but_for_the_missing_worker(boss: Client) -> None:
    tones = {text: tone for text, (tone, _) in cards(boss).items()}
    assert len(tones) == 9
    assert [text for text, tone in tones.items() if tone != "quiet"] == [
        "0 workers at work, so nothing is sent, processed or archived"
    ]
    assert "None was ever seen. Run make worker." in page(boss.get("/admin/"))


def test_failed_tasks_of_the_last_day(boss: Client) -> None:
    task = make_task(status="failed")
    make_task(status="failed", finished_at=timezone.now() - timedelta(hours=25))
    text, tone, link = card(boss, "failed in the last 24 hours")
    assert (text, tone) == ("1 task failed in the last 24 hours", "bad")
    assert listed(boss.get(link)) == [task.pk]


def test_unsure_tasks(boss: Client) -> None:
    tasks = [make_task(status="unsure", external_id="") for _ in range(2)]
    text, tone, link = card(boss, "sent without an answer")
    assert (text, tone) == ("2 tasks sent without an answer, to be resolved by a person", "warn")
    assert set(listed(boss.get(link))) == {task.pk for task in tasks}


def test_callbacks_that_are_parked(boss: Client) -> None:
    parked = make_callback(outcome="parked", last_received_at=timezone.now() - timedelta(days=100))
    text, tone, link = card(boss, "parked")
    assert (text, tone) == ("1 callback parked after several tries", "bad")
    assert listed(boss.get(link)) == [parked.pk]


def test_callbacks_that_were_not_applied(boss: Client) -> None:
    unreadable = make_callback(body=b"1", outcome="unreadable")
    mismatch = make_callback(body=b"2", outcome="mismatch")
    make_callback(body=b"3", outcome="unreadable", last_received_at=timezone.now() - timedelta(days=8))
    text, tone, link = card(boss, "unreadable")
    assert text.startswith("2 callbacks of the last 7 days")
    assert tone == "warn"
    assert listed(boss.get(link)) == [mismatch.pk, unreadable.pk]


def test_files_that_were_lost(boss: Client) -> None:
    old = make_track(received_at=timezone.now() - timedelta(days=8))
    failed, expired = make_asset(status="failed"), make_asset(status="expired")
    make_asset(old, status="failed")
    make_asset()
    text, tone, link = card(boss, "not archived")
    assert text.startswith("2 files of the last 7 days")
    assert tone == "bad"
    assert listed(boss.get(link)) == [expired.pk, failed.pk]


@pytest.mark.parametrize(("hours", "tone"), [(48, "quiet"), (20, "warn"), (1, "bad")])
def test_the_nearest_deadline(boss: Client, hours: int, tone: str) -> None:
    now = timezone.now()
    later = make_asset(next_attempt_at=now, expires_at=now + timedelta(hours=90))
    track = make_track(title="Owls")
    first = make_asset(track, next_attempt_at=now, expires_at=now + timedelta(hours=hours))
    make_asset(status="archived", file="f", sha256="a", expires_at=now)
    text, colour, link = card(boss, "nearest deadline")
    assert "audio of “Owls”" in text
    assert colour == tone
    assert listed(boss.get(link)) == [first.pk, later.pk]


def test_workers_that_are_alive(boss: Client) -> None:
    now = timezone.now()
    Worker.objects.create(name="a:1", seen_at=now)
    Worker.objects.create(name="b:2", seen_at=now - timedelta(minutes=5))
    assert card(boss, "at work")[:2] == ("1 worker at work", "quiet")


def test_workers_that_fell_silent(boss: Client) -> None:
    Worker.objects.create(name="b:2", seen_at=timezone.now() - timedelta(minutes=5))
    assert card(boss, "at work")[1] == "bad"
    assert "The last was seen 5 min ago" in strip_tags(page(boss.get("/admin/")))


def test_providers_in_no_trouble_are_one_quiet_card(boss: Client) -> None:
    make_account()
    text, tone, link = card(boss, "all in order")
    assert (text, tone, link) == ("2 providers, all in order", "quiet", "/providers/")


@pytest.mark.parametrize(
    ("over", "text", "tone"),
    [
        ({"opened_until": timezone.now()}, "Suno not answering, requests are held back", "bad"),
        (
            {"paused_until": timezone.now() + timedelta(hours=2, minutes=30)},
            "Suno asked us to slow down; continues in 2 h",
            "warn",
        ),
        ({"balance_error": "No access."}, "Suno balance unknown: No access.", "warn"),
    ],
)
def test_a_provider_in_trouble(boss: Client, over: dict[str, Any], text: str, tone: str) -> None:
    make_account(**over)
    assert card(boss, "Suno") == (text, tone, "/providers/#suno")
    assert not any("all in order" in other for other in cards(boss))


@pytest.fixture
def without_key(settings: Any) -> Iterator[None]:
    settings.SUNO_API_KEY = ""
    providers.forget()
    yield
    providers.forget()


@pytest.mark.usefixtures("without_key")
def test_a_provider_without_a_key(boss: Client) -> None:
    assert card(boss, "Suno") == ("Suno has no API key: nothing is sent to it", "warn", "/providers/#suno")
    assert "Set SUNO_API_KEY." in strip_tags(page(boss.get("/admin/")))


def test_callbacks_that_do_not_arrive(boss: Client) -> None:
    ended = timezone.now() - timedelta(minutes=5)
    for _ in range(5):
        make_task(provider="suno", status="succeeded", finished_at=ended, finished_by="poll")
    text = "Suno callbacks do not arrive; it is polled more often meanwhile"
    assert card(boss, "Suno") == (text, "warn", "/providers/#suno")


def test_who_may_not_see_accounts_sees_no_card_of_providers(may_only: MayOnly) -> None:
    make_account(opened_until=timezone.now())
    assert not any("Suno" in text for text in cards(may_only("view_task")))


def test_counting_stops(boss: Client) -> None:
    Task.objects.bulk_create(
        Task(provider="suno", operation="generate", status="unsure") for _ in range(1005)
    )
    assert card(boss, "sent without an answer")[0].startswith("1000+ tasks")


def test_logins_that_are_locked(boss: Client) -> None:
    attempts = apps.get_model("axes", "AccessAttempt").objects
    for name, agent, failures in [("ada", "a", 6), ("ada", "b", 6), ("eve", "a", 3)]:
        attempts.create(
            username=name,
            ip_address="192.0.2.1",
            user_agent=agent,
            attempt_time=timezone.now(),
            failures_since_start=failures,
        )
    text, tone, link = card(boss, "locked")
    assert (text, tone) == ("1 login locked after too many wrong passwords", "warn")
    assert len(listed(boss.get(link))) == 3
    attempts.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert card(boss, "locked")[:2] == ("0 logins locked after too many wrong passwords", "quiet")


def lists(client: Client, group: str) -> list[str]:
    [inside] = re.findall(
        rf'<section class="group-{group}".*?</section>', page(client.get("/admin/")), re.DOTALL
    )
    return [html.unescape(name) for name in re.findall(r'<li><a href="[^"]+">(.*?)</a>', inside)]


def test_lists_are_in_two_groups_with_plain_names(boss: Client) -> None:
    assert lists(boss, "content")[:3] == ["Songs", "Tasks", "Playlists"]
    machinery = lists(boss, "machinery")
    assert machinery[0] == "Files"
    assert {"People", "Login log", "Schedules", "Jobs that failed"} <= set(machinery)
    assert len(lists(boss, "content")) + len(machinery) == len(admin.site._registry)


def test_every_list_has_a_name_of_ours() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} <= set(NAMES)


def test_groups_hold_what_the_user_may_see(may_only: MayOnly) -> None:
    client = may_only("view_task")
    assert lists(client, "content") == ["Tasks"]
    text = page(client.get("/admin/"))
    assert "group-machinery" not in text
    assert "Failed tasks" in text
    assert "Lost files" not in text


def test_the_number_of_queries_is_bounded(boss: Client) -> None:
    for _ in range(3):
        make_asset(status="failed", track=make_track(make_task(status="failed")))
    boss.get("/admin/")
    with CaptureQueriesContext(connection) as seen:
        boss.get("/admin/")
    assert len(seen) <= 16
