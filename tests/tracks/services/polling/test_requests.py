"""How due tasks become requests: one operation and a batch of ids each; an unknown id hides no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_task, make_track
from tests.support.http_server import Reply, Request, Service, json_reply
from tests.support.polled import make_due, tempolor
from tests.support.provider_server import provider_at
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import Source, TaskState, TaskUpdate, TrackUpdate
from tracks.lib.leases import claim
from tracks.models import Account, Task
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.polling.poll import DUE, poll_next
from tracks.services.resolve import set_external_id

pytestmark = pytest.mark.django_db(transaction=True)


def make_due_with(*names: str) -> Task:
    """A due task of several songs, with the ids that the answer to its submit stated."""
    task = make_due(external_id=names[0])
    songs = tuple(TrackUpdate(name, position=place) for place, name in enumerate(names))
    submitted = TaskUpdate(names[0], TaskState.RUNNING, tracks=songs)
    apply(task.pk, [submitted], Provenance(Source.SUBMIT, timezone.now(), {}))
    Task.objects.filter(pk=task.pk).update(next_poll_at=task.next_poll_at)
    return task


def knowing(*known: str) -> Callable[[Request], Reply]:
    """TemPolor refuses a query that names an id which it does not know."""

    def answer(request: Request) -> Reply:
        if set(request.json["item_ids"]) <= set(known):
            return tempolor(request, title="T")
        return json_reply({"status": 400008, "message": "not found", "request_id": "r", "data": None})

    return answer


def queried_ids(service: Service) -> list[list[str]]:
    return [request.json["item_ids"] for request in service.requests]


def test_ten_ids_a_call_and_no_more() -> None:
    for number in range(13):
        make_due(external_id=f"i{number}")
    with provider_at(tempolor) as provider:
        assert poll_next("tempolor")
        assert poll_next("tempolor")
        assert not poll_next("tempolor")
    assert [len(request.json["item_ids"]) for request in provider.requests] == [10, 3]


def test_the_tracks_of_one_task_are_polled_together() -> None:
    task = make_due(external_id="a")
    for place, name in enumerate(["a", "b"]):
        make_track(task, external_id=name, position=place)
    with provider_at(tempolor) as provider:
        poll_next("tempolor")
    assert provider.requests[0].json["item_ids"] == ["a", "b"]


def test_a_task_with_more_songs_than_a_query_may_name_is_polled_in_parts() -> None:
    task = make_due_with(*(f"s{place}" for place in range(23)))
    with provider_at(lambda request: tempolor(request, title="T")) as provider:
        assert poll_next("tempolor")
        assert not poll_next("tempolor")
    assert [len(ids) for ids in queried_ids(provider)] == [10, 10, 3]
    assert task.tracks.filter(title="T").count() == 23
    assert Account.objects.get().recent[2][1] == "poll"


def test_no_query_names_more_ids_than_a_batch() -> None:
    for number in range(4):
        make_due_with(*(f"{number}-{place}" for place in range(4)))
    with provider_at(tempolor) as provider:
        while poll_next("tempolor"):
            pass
    assert sorted(one for ids in queried_ids(provider) for one in ids) == [
        f"{n}-{p}" for n in range(4) for p in range(4)
    ]
    assert max(len(ids) for ids in queried_ids(provider)) <= 10
    assert set(Task.objects.values_list("polls", "poll_claims", "poll_error")) == {(1, 0, "")}


def test_a_task_that_ended_in_the_first_part_does_not_stop_the_second() -> None:
    """The lease of a task that the first request finished is lost, and that is no reason to stop."""
    for task in "ab":
        make_due_with(*(f"{task}{place}" for place in range(9)))
    with provider_at(lambda request: tempolor(request, status="failed")) as provider:
        poll_next("tempolor")
    assert [len(ids) for ids in queried_ids(provider)] == [10, 8]
    assert list(Task.objects.values_list("status", flat=True)) == [TaskStatus.FAILED] * 2


def test_one_unknown_id_hides_no_other() -> None:
    for name in ("i0", "i1", "i2"):
        make_due(external_id=name)
    with provider_at(knowing("i0", "i2")) as provider:
        while poll_next("tempolor"):
            pass
    assert queried_ids(provider) == [["i0", "i1", "i2"], ["i0"], ["i1"], ["i2"]]
    errors = dict(Task.objects.values_list("external_id", "poll_error"))
    assert errors == {"i0": "", "i1": "not found", "i2": ""}
    assert set(Task.objects.values_list("polls", "poll_claims")) == {(1, 0)}
    assert [kind for _, kind in Account.objects.get().recent] == ["poll"] * 4


def test_an_unknown_id_that_a_person_gave_can_be_corrected() -> None:
    task = make_task(status=TaskStatus.UNSURE, external_id="", next_poll_at=None)
    set_external_id(task.pk, "tpyo", "ada")
    with provider_at(knowing("typo")):
        assert poll_next("tempolor")
        task.refresh_from_db()
        assert "knows no task with the id tpyo (“not found”). A person gave this id" in task.poll_error
        set_external_id(task.pk, "typo", "ada")
        assert poll_next("tempolor")
    task.refresh_from_db()
    assert (task.poll_error, task.tracks.get().title) == ("", "T")


def test_one_unknown_song_of_a_task_hides_none_of_its_others() -> None:
    task = make_due_with("a", "b", "c")
    with provider_at(knowing("a", "c")) as provider:
        assert poll_next("tempolor")
        assert not poll_next("tempolor")
    assert queried_ids(provider) == [["a", "b", "c"], ["a"], ["b"], ["c"]]
    assert set(task.tracks.filter(title="T").values_list("external_id", flat=True)) == {"a", "c"}
    task.refresh_from_db()
    assert (task.poll_error, task.polls) == ("not found", 1)


def test_one_unknown_id_is_found_at_a_rate_of_one_request_too() -> None:
    """Each window allows one request, and each of them must bring the poll further."""
    for name in ("i0", "i1"):
        make_due(external_id=name)
    now = timezone.now()
    with override_settings(TEMPOLOR_RATE=(1, 10)), provider_at(knowing("i0")) as provider:
        for window in range(3):
            with time_machine.travel(now + timedelta(seconds=11 * window), tick=False):
                assert poll_next("tempolor")
                assert not poll_next("tempolor")
    assert queried_ids(provider) == [["i0", "i1"], ["i0"], ["i1"]]


def test_a_poll_of_several_requests_completes_at_a_rate_of_one() -> None:
    """One that began anew in each window would never get beyond its first request, and block all others."""
    task = make_due_with("a", "b")
    with override_settings(TEMPOLOR_RATE=(1, 0.2)), provider_at(knowing("b")) as provider:
        assert poll_next("tempolor")
    assert queried_ids(provider) == [["a", "b"], ["a"], ["b"]]
    assert task.tracks.get(title="T").external_id == "b"
    task.refresh_from_db()
    assert (task.poll_error, task.polls, task.poll_claims) == ("not found", 1, 0)


def test_a_poll_that_would_wait_for_long_ends_with_what_it_has() -> None:
    task = make_due_with("a", "b")
    with override_settings(TEMPOLOR_RATE=(1, 3600)), provider_at(knowing("a")) as provider:
        assert poll_next("tempolor")
    assert queried_ids(provider) == [["a", "b"]]
    task.refresh_from_db()
    assert (task.polls, task.poll_claims) == (1, 0)
    assert "the rest of this task is polled later" in task.poll_error
    assert task.next_poll_at is not None
    assert task.next_poll_at > timezone.now()


def test_a_throttled_poll_leaves_the_count_of_claims() -> None:
    """Else one that ends its worker each time would never exhaust its attempts."""
    make_due(external_id="i0", poll_claims=2)
    lease = claim(Task.objects.due_to_poll(timezone.now()), DUE)
    assert lease is not None
    lease.release()
    assert Task.objects.get().poll_claims == 2


def test_a_provider_that_does_not_answer_gets_no_further_request() -> None:
    task = make_due_with(*(f"s{place}" for place in range(23)))
    with provider_at(Reply(b"", 500)) as provider:
        assert poll_next("tempolor")
    assert len(provider.requests) == 1
    task.refresh_from_db()
    assert "500" in task.poll_error


def test_an_update_that_cannot_be_applied_stops_no_other() -> None:
    """One of the tracks belongs to another task here; those beside it are applied."""
    for name in ("i0", "i1", "i2"):
        make_due(external_id=name)
    theirs = make_task(provider="tempolor", external_id="elsewhere")
    make_track(theirs, external_id="i1")
    with provider_at(lambda request: tempolor(request, title="T")):
        poll_next("tempolor")
    errors = dict(Task.objects.exclude(pk=theirs.pk).values_list("external_id", "poll_error"))
    assert "another task" in errors["i1"]
    assert errors["i0"] == errors["i2"] == ""
    assert Task.objects.filter(tracks__title="T").count() == 2
