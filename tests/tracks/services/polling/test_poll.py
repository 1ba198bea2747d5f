"""Looking: what is due, in batches, at a growing pace, and what the deadline does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_task
from tests.support.http_server import Reply, Request, said
from tests.support.provider_server import provider_at
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import Source, TaskState, TaskUpdate
from tracks.models import Task
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.polling.poll import deadline, next_poll, poll_next
from tracks.services.resolve import InvalidState, poll_now

pytestmark = pytest.mark.django_db(transaction=True)


def poll_all() -> bool:
    """One look of the first provider that has one due."""
    return any(poll_next(name) for name in ("tempolor", "suno"))


def due(**over: Any) -> Task:
    return make_task(next_poll_at=timezone.now() - timedelta(seconds=1), **over)


def item(name: str, **over: Any) -> dict[str, Any]:
    return {"item_id": name, "status": "running", **over}


def tempolor(request: Request, **over: Any) -> Reply:
    songs = [item(name, **over) for name in request.json["item_ids"]]
    return said({"status": 200000, "message": "success", "request_id": "r", "data": {"songs": songs}})


def record(status: str, *songs: dict[str, Any]) -> Reply:
    data = {"taskId": "aa11", "status": status, "response": {"taskId": "aa11", "sunoData": list(songs)}}
    return said({"code": 200, "msg": "success", "data": data})


def test_what_the_poll_finds_is_applied() -> None:
    task = due(provider="suno", external_id="aa11")
    song = {"id": "c1", "audioUrl": "https://m.example/1.mp3", "title": "T", "duration": 10}
    with provider_at(record("SUCCESS", song)):
        poll_all()
    task.refresh_from_db()
    assert (task.status, task.next_poll_at, task.poll_claims) == (TaskStatus.SUCCEEDED, None, 0)
    assert task.tracks.get().title == "T"


def test_the_pace_grows_to_five_minutes() -> None:
    now = timezone.now()
    task = make_task(submitted_at=now)
    waits = []
    for polls in range(20):
        task.polls = polls
        look = next_poll(task, now)
        assert look is not None
        waits.append((look - now).total_seconds())
    assert waits[0] == 30
    assert waits == sorted(waits)
    assert waits[-1] == 300


def test_where_callbacks_stay_away_looks_come_twice_as_often_and_stay_so() -> None:
    ended = timezone.now() - timedelta(minutes=5)
    task = make_task(submitted_at=timezone.now(), polls=15)
    for _ in range(5):
        make_task(status=TaskStatus.SUCCEEDED, finished_at=ended, finished_by=Source.POLL)
    now = timezone.now()
    assert next_poll(task, now) == now + timedelta(seconds=15)
    Task.objects.update(called_back_at=ended)
    assert next_poll(task, now) == now + timedelta(seconds=300)


@pytest.mark.parametrize(
    "answer", [None, Reply(b"oops", 500), said({"code": 401, "msg": "no"}), Reply(b"[]")]
)
def test_an_answer_that_says_nothing_is_remembered_and_looked_for_again(answer: Reply | None) -> None:
    task = due(provider="suno", external_id="aa11")
    with provider_at(answer):
        poll_all()
    task.refresh_from_db()
    assert task.status == TaskStatus.RUNNING
    assert task.poll_error
    assert task.next_poll_at is not None
    assert task.next_poll_at > timezone.now()


def test_at_the_deadline_one_last_look_then_overdue() -> None:
    task = due(provider="suno", external_id="aa11")
    with provider_at(record("PENDING")) as provider:
        poll_all()
        task.refresh_from_db()
        assert task.status == TaskStatus.RUNNING
        with time_machine.travel(deadline(task), tick=False):
            poll_all()
            task.refresh_from_db()
            assert (task.status, len(provider.requests)) == (TaskStatus.OVERDUE, 2)
            assert task.gave_up_at is not None
            assert task.next_poll_at == timezone.now() + timedelta(hours=1)


def test_good_news_at_the_last_look_is_no_overdue() -> None:
    task = due(provider="suno", external_id="aa11")
    song = {"id": "c1", "audioUrl": "https://m.example/1.mp3"}
    with provider_at(record("SUCCESS", song)), time_machine.travel(deadline(task), tick=False):
        poll_all()
    task.refresh_from_db()
    assert task.status == TaskStatus.SUCCEEDED


def test_success_without_audio_runs_to_the_deadline_and_fails() -> None:
    task = due(provider="suno", external_id="aa11")
    with provider_at(record("SUCCESS", {"id": "c1", "audioUrl": ""})):
        poll_all()
        task.refresh_from_db()
        assert task.status == TaskStatus.RUNNING
        with time_machine.travel(deadline(task), tick=False):
            poll_all()
    task.refresh_from_db()
    assert (task.status, task.error_kind) == (TaskStatus.FAILED, "upstream")


def test_an_overdue_task_is_looked_at_until_its_files_would_be_gone() -> None:
    now = timezone.now()
    task = make_task(
        provider="tempolor", status=TaskStatus.OVERDUE, submitted_at=now - timedelta(days=3, hours=-2)
    )
    assert next_poll(task, now) == now + timedelta(hours=1)
    assert next_poll(task, now + timedelta(hours=1, minutes=30)) is None


@override_settings(MAX_CLAIMS=2)
def test_a_look_that_ends_its_worker_each_time_is_set_aside() -> None:
    worn, other = due(external_id="w", poll_claims=2), due(external_id="o")
    with provider_at(tempolor) as provider:
        poll_all()
        poll_all()
    worn.refresh_from_db()
    other.refresh_from_db()
    assert [request.json["item_ids"] for request in provider.requests] == [["o"]]
    assert "ended its worker" in worn.poll_error
    assert worn.next_poll_at is not None
    assert worn.next_poll_at > timezone.now() + timedelta(minutes=30)


def test_a_person_can_have_a_finished_task_looked_at_once() -> None:
    task = due(provider="suno", external_id="aa11")
    song = {"id": "c1", "audioUrl": "https://m.example/1.mp3"}
    with provider_at(record("SUCCESS", song)) as provider:
        poll_all()
        poll_now(task.pk, "ada")
        assert poll_all()
        assert not poll_all()
    task.refresh_from_db()
    assert (task.next_poll_at, len(provider.requests)) == (None, 2)


@pytest.mark.parametrize("status", [TaskStatus.QUEUED, TaskStatus.UNSURE])
def test_what_has_no_id_cannot_be_looked_at(status: TaskStatus) -> None:
    with pytest.raises(InvalidState):
        poll_now(make_task(status=status, external_id="").pk, "ada")


def test_news_that_lifts_overdue_is_followed_up_soon() -> None:
    later = timezone.now() + timedelta(minutes=59)
    task = make_task(provider="suno", external_id="aa11", status=TaskStatus.OVERDUE, next_poll_at=later)
    update = TaskUpdate("aa11", TaskState.RUNNING)
    apply(task.pk, [update], Provenance(Source.CALLBACK, timezone.now(), {}))
    task.refresh_from_db()
    assert task.next_poll_at is not None
    assert task.next_poll_at < timezone.now() + timedelta(minutes=1)
