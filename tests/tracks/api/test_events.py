"""The feed: oldest first, nothing missed, always a link to go on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.asserts import assertNumQueries
from rest_framework.test import APIClient

from tests.support.answers import attrs
from tests.support.factories import make_asset, make_task, make_track
from tracks.models import Event, Task
from tracks.services.events import record_event

# The feed leaves out what an open transaction wrote, the test's own included.
pytestmark = pytest.mark.django_db(transaction=True)

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer")


def ids(answer: Any) -> list[int]:
    return [event["id"] for event in answer.json()["results"]]


def test_an_event_says_what_changed(api: APIClient) -> None:
    asset = make_asset(make_track(make_task()))
    event = record_event(
        "asset.status", asset.track.task, asset=asset, data={"from": "pending", "to": "archived"}
    )
    found = api.get("/api/v1/events/").json()
    assert set(found) == {"next", "previous", "results"}
    assert set(found["results"][0]) == {"id", "at", "kind", "task", "track", "asset", "data"}
    assert found["results"][0] | {"at": ""} == {
        "id": event.pk,
        "at": "",
        "kind": "asset.status",
        "task": asset.track.task_id,
        "track": asset.track_id,
        "asset": asset.pk,
        "data": {"from": "pending", "to": "archived"},
    }


def test_the_feed_is_followed_to_its_end_and_beyond(api: APIClient) -> None:
    task = make_task()
    events = [record_event("task.status", task).pk for _ in range(5)]
    first = api.get("/api/v1/events/?page_size=3")
    assert ids(first) == events[:3]
    second = api.get(first.json()["next"])
    assert ids(second) == events[3:]
    end = api.get(second.json()["next"])
    assert ids(end) == []
    assert end.json()["next"] == second.json()["next"]
    assert "page_size=3" in end.json()["next"]
    later = record_event("task.status", task).pk
    assert ids(api.get(end.json()["next"])) == [later]


def test_an_empty_feed_has_a_link_to_go_on(api: APIClient) -> None:
    assert api.get("/api/v1/events/").json()["next"] == "http://testserver/api/v1/events/?after=0"


def test_a_page_costs_a_constant_number_of_queries(api: APIClient) -> None:
    for _ in range(10):
        track = make_track()
        record_event("track.created", track.task, track=track)
    with assertNumQueries(5 if connection.vendor == "postgresql" else 4):
        assert len(ids(api.get("/api/v1/events/"))) == 10


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ("after=-1", "after"),
        ("after=last", "after"),
        ("after=%00", "after"),
        ("after=1.5", "after"),
        ("after=99999999999999999999", "after"),
        ("page_size=201", "page_size"),
        ("page_size=0", "page_size"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(api: APIClient, query: str, attr: str) -> None:
    assert attrs(api.get(f"/api/v1/events/?{query}")) == {attr}


@on_postgresql
def test_an_older_open_transaction_holds_newer_events_back(api: APIClient) -> None:
    task = make_task()
    with ThreadPoolExecutor(1) as pool:
        written, may_end = Signal(), Signal()
        older = pool.submit(_slow_writer, task, written.set, may_end.wait)
        assert written.wait(10)
        newer = record_event("task.status", task).pk
        meanwhile = api.get("/api/v1/events/")
        may_end.set()
        slow = older.result(10)
    assert ids(meanwhile) == []
    assert slow < newer
    assert ids(api.get(meanwhile.json()["next"])) == [slow, newer]


def _slow_writer(task: Task, signal: Callable[[], None], wait: Callable[[float], bool]) -> int:
    try:
        with transaction.atomic():
            event: Event = record_event("task.refresh", task)
            signal()
            assert wait(10)
        return event.pk
    finally:
        connection.close()


@on_postgresql
def test_a_reader_that_follows_misses_nothing_of_many_writers(api: APIClient) -> None:
    task = make_task()
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(_write_many, task) for _ in range(4)]
        seen, address = [], "/api/v1/events/?page_size=7"
        while not all(writer.done() for writer in writers):
            answer = api.get(address)
            seen += ids(answer)
            address = answer.json()["next"]
        written = sorted(pk for writer in writers for pk in writer.result())
    while found := ids(answer := api.get(address)):
        seen += found
        address = answer.json()["next"]
    assert seen == written


def _write_many(task: Task) -> list[int]:
    try:
        written = []
        for _ in range(25):
            with transaction.atomic():
                written += [record_event("task.status", task).pk, record_event("task.status", task).pk]
        return written
    finally:
        connection.close()
