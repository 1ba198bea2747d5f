"""How due tasks become requests: one operation and so many ids a query, and one unknown id hides no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_task, make_track
from tests.support.http_server import Reply, Request, Service, said
from tests.support.provider_server import provider_at
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import Source, TaskState, TaskUpdate, TrackUpdate
from tracks.lib.leases import claim
from tracks.models import Account, Task
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.polling.poll import DUE, poll_next

pytestmark = pytest.mark.django_db(transaction=True)


def due(**over: Any) -> Task:
    return make_task(next_poll_at=timezone.now() - timedelta(seconds=1), **over)


def due_with(*names: str) -> Task:
    """A due task of several songs, as its submit named them."""
    task = due(external_id=names[0])
    songs = tuple(TrackUpdate(name, position=place) for place, name in enumerate(names))
    said_then = TaskUpdate(names[0], TaskState.RUNNING, tracks=songs)
    apply(task.pk, [said_then], Provenance(Source.SUBMIT, timezone.now(), {}))
    Task.objects.filter(pk=task.pk).update(next_poll_at=task.next_poll_at)
    return task


def item(name: str, **over: Any) -> dict[str, Any]:
    return {"item_id": name, "status": "running", **over}


def tempolor(request: Request, **over: Any) -> Reply:
    songs = [item(name, **over) for name in request.json["item_ids"]]
    return said({"status": 200000, "message": "success", "request_id": "r", "data": {"songs": songs}})


def knowing(*known: str) -> Callable[[Request], Reply]:
    """TemPolor refuses a query that names an id which it does not know."""

    def answer(request: Request) -> Reply:
        if set(request.json["item_ids"]) <= set(known):
            return tempolor(request, title="T")
        return said({"status": 400008, "message": "not found", "request_id": "r", "data": None})

    return answer


def asked(service: Service) -> list[list[str]]:
    return [request.json["item_ids"] for request in service.requests]


def test_ten_ids_a_call_and_no_more() -> None:
    for number in range(13):
        due(external_id=f"i{number}")
    with provider_at(tempolor) as provider:
        assert poll_next("tempolor")
        assert poll_next("tempolor")
        assert not poll_next("tempolor")
    assert [len(request.json["item_ids"]) for request in provider.requests] == [10, 3]


def test_the_items_of_one_task_are_asked_together() -> None:
    task = due(external_id="a")
    for place, name in enumerate(["a", "b"]):
        make_track(task, external_id=name, position=place)
    with provider_at(tempolor) as provider:
        poll_next("tempolor")
    assert provider.requests[0].json["item_ids"] == ["a", "b"]


def test_a_task_with_more_songs_than_a_query_holds_is_asked_in_parts() -> None:
    task = due_with(*(f"s{place}" for place in range(23)))
    with provider_at(lambda request: tempolor(request, title="T")) as provider:
        assert poll_next("tempolor")
        assert not poll_next("tempolor")
    assert [len(ids) for ids in asked(provider)] == [10, 10, 3]
    assert task.tracks.filter(title="T").count() == 23
    assert Account.objects.get().recent[2][1] == "poll"


def test_no_query_names_more_ids_than_it_may_whatever_the_tasks_have() -> None:
    for number in range(4):
        due_with(*(f"{number}-{place}" for place in range(4)))
    with provider_at(tempolor) as provider:
        while poll_next("tempolor"):
            pass
    assert sorted(one for ids in asked(provider) for one in ids) == [
        f"{n}-{p}" for n in range(4) for p in range(4)
    ]
    assert max(len(ids) for ids in asked(provider)) <= 10
    assert set(Task.objects.values_list("polls", "poll_claims", "poll_error")) == {(1, 0, "")}


def test_a_task_that_ended_at_the_first_part_lets_the_second_be_asked() -> None:
    """What the first request finished is no longer held, and no reason to stop."""
    for task in "ab":
        due_with(*(f"{task}{place}" for place in range(9)))
    with provider_at(lambda request: tempolor(request, status="failed")) as provider:
        poll_next("tempolor")
    assert [len(ids) for ids in asked(provider)] == [10, 8]
    assert list(Task.objects.values_list("status", flat=True)) == [TaskStatus.FAILED] * 2


def test_one_unknown_id_hides_no_other() -> None:
    for name in ("i0", "i1", "i2"):
        due(external_id=name)
    with provider_at(knowing("i0", "i2")) as provider:
        while poll_next("tempolor"):
            pass
    assert asked(provider) == [["i0", "i1", "i2"], ["i0"], ["i1"], ["i2"]]
    told = dict(Task.objects.values_list("external_id", "poll_error"))
    assert told == {"i0": "", "i1": "not found", "i2": ""}
    assert set(Task.objects.values_list("polls", "poll_claims")) == {(1, 0)}
    assert [lane for _, lane in Account.objects.get().recent] == ["poll"] * 4


def test_one_unknown_song_of_a_task_hides_not_its_others() -> None:
    task = due_with("a", "b", "c")
    with provider_at(knowing("a", "c")) as provider:
        assert poll_next("tempolor")
        assert not poll_next("tempolor")
    assert asked(provider) == [["a", "b", "c"], ["a"], ["b"], ["c"]]
    assert set(task.tracks.filter(title="T").values_list("external_id", flat=True)) == {"a", "c"}
    task.refresh_from_db()
    assert (task.poll_error, task.polls) == ("not found", 1)


def test_one_unknown_id_is_found_at_a_rate_of_one_request_too() -> None:
    """Each window lets one look through; every one of them must get on."""
    for name in ("i0", "i1"):
        due(external_id=name)
    now = timezone.now()
    with override_settings(TEMPOLOR_RATE=(1, 10)), provider_at(knowing("i0")) as provider:
        for window in range(3):
            with time_machine.travel(now + timedelta(seconds=11 * window), tick=False):
                assert poll_next("tempolor")
                assert not poll_next("tempolor")
    assert asked(provider) == [["i0", "i1"], ["i0"], ["i1"]]


def test_a_look_of_several_requests_comes_to_its_end_at_a_rate_of_one() -> None:
    """Begun anew at each window it would never get beyond its first request, nor let another look pass."""
    task = due_with("a", "b")
    with override_settings(TEMPOLOR_RATE=(1, 0.2)), provider_at(knowing("b")) as provider:
        assert poll_next("tempolor")
    assert asked(provider) == [["a", "b"], ["a"], ["b"]]
    assert task.tracks.get(title="T").external_id == "b"
    task.refresh_from_db()
    assert (task.poll_error, task.polls, task.poll_claims) == ("not found", 1, 0)


def test_a_look_that_would_wait_for_long_ends_with_what_it_has() -> None:
    task = due_with("a", "b")
    with override_settings(TEMPOLOR_RATE=(1, 3600)), provider_at(knowing("a")) as provider:
        assert poll_next("tempolor")
    assert asked(provider) == [["a", "b"]]
    task.refresh_from_db()
    assert (task.polls, task.poll_claims) == (1, 0)
    assert "as often as it may be" in task.poll_error
    assert task.next_poll_at is not None
    assert task.next_poll_at > timezone.now()


def test_a_task_whose_look_has_to_wait_keeps_its_count_of_unfinished_looks() -> None:
    """One that ends its worker each time would else never wear out."""
    due(external_id="i0", poll_claims=2)
    lease = claim(Task.objects.due_to_poll(timezone.now()), DUE)
    assert lease is not None
    lease.release()
    assert Task.objects.get().poll_claims == 2


def test_a_provider_that_does_not_answer_is_asked_nothing_more() -> None:
    task = due_with(*(f"s{place}" for place in range(23)))
    with provider_at(Reply(b"", 500)) as provider:
        assert poll_next("tempolor")
    assert len(provider.requests) == 1
    task.refresh_from_db()
    assert "500" in task.poll_error


def test_an_answer_we_stumble_over_stops_no_other() -> None:
    """The row below cannot be written: another task has its place. The ones beside it go on."""
    for name in ("i0", "i1", "i2"):
        due(external_id=name)
    theirs = make_task(provider="tempolor", external_id="elsewhere")
    make_track(theirs, external_id="i1")
    with provider_at(lambda request: tempolor(request, title="T")):
        poll_next("tempolor")
    told = dict(Task.objects.exclude(pk=theirs.pk).values_list("external_id", "poll_error"))
    assert "another task" in told["i1"]
    assert told["i0"] == told["i2"] == ""
    assert Task.objects.filter(tracks__title="T").count() == 2
