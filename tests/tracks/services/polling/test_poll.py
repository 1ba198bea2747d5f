"""Polling: what is due, in batches, at growing intervals, and what happens at the deadline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_task
from tests.support.http_server import Reply, json_reply
from tests.support.polled import make_due, tempolor
from tests.support.provider_server import provider_at
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import Source, TaskState, TaskUpdate
from tracks.models import Task
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.polling.poll import deadline, next_poll, poll_next
from tracks.services.resolve import InvalidState, poll_now

pytestmark = pytest.mark.django_db(transaction=True)


def poll_all() -> bool:
    """One poll of the first provider that has a task due."""
    return any(poll_next(name) for name in ("tempolor", "suno"))


def suno_record(status: str, *songs: dict[str, Any]) -> Reply:
    data = {"taskId": "aa11", "status": status, "response": {"taskId": "aa11", "sunoData": list(songs)}}
    return json_reply({"code": 200, "msg": "success", "data": data})


def test_what_the_poll_finds_is_applied() -> None:
    task = make_due(provider="suno", external_id="aa11")
    song = {"id": "c1", "audioUrl": "https://m.example/1.mp3", "title": "T", "duration": 10}
    with provider_at(suno_record("SUCCESS", song)):
        poll_all()
    task.refresh_from_db()
    assert (task.status, task.next_poll_at, task.poll_claims) == (TaskStatus.SUCCEEDED, None, 0)
    assert task.tracks.get().title == "T"


def test_intervals_grow_to_five_minutes() -> None:
    now = timezone.now()
    task = make_task(submitted_at=now)
    waits = []
    for polls in range(20):
        task.polls = polls
        poll_at = next_poll(task, now)
        assert poll_at is not None
        waits.append((poll_at - now).total_seconds())
    assert waits[0] == 30
    assert waits == sorted(waits)
    assert waits[-1] == 300


def test_without_callbacks_polls_come_twice_as_often_and_do_not_slow_down() -> None:
    ended = timezone.now() - timedelta(minutes=5)
    task = make_task(submitted_at=timezone.now(), polls=15)
    for _ in range(5):
        make_task(status=TaskStatus.SUCCEEDED, finished_at=ended, finished_by=Source.POLL)
    now = timezone.now()
    assert next_poll(task, now) == now + timedelta(seconds=15)
    Task.objects.update(called_back_at=ended)
    assert next_poll(task, now) == now + timedelta(seconds=300)


@pytest.mark.parametrize(
    "answer", [None, Reply(b"oops", 500), json_reply({"code": 401, "msg": "no"}), Reply(b"[]")]
)
def test_a_failed_poll_is_recorded_and_tried_again(answer: Reply | None) -> None:
    task = make_due(provider="suno", external_id="aa11")
    with provider_at(answer):
        poll_all()
    task.refresh_from_db()
    assert task.status == TaskStatus.RUNNING
    assert task.poll_error
    assert task.next_poll_at is not None
    assert task.next_poll_at > timezone.now()


def test_at_the_deadline_one_last_poll_then_overdue() -> None:
    task = make_due(provider="suno", external_id="aa11")
    with provider_at(suno_record("PENDING")) as provider:
        poll_all()
        task.refresh_from_db()
        assert task.status == TaskStatus.RUNNING
        with time_machine.travel(deadline(task), tick=False):
            poll_all()
            task.refresh_from_db()
            assert (task.status, len(provider.requests)) == (TaskStatus.OVERDUE, 2)
            assert task.gave_up_at is not None
            assert task.next_poll_at == timezone.now() + timedelta(hours=1)


def test_success_at_the_last_poll_is_not_overdue() -> None:
    task = make_due(provider="suno", external_id="aa11")
    song = {"id": "c1", "audioUrl": "https://m.example/1.mp3"}
    with provider_at(suno_record("SUCCESS", song)), time_machine.travel(deadline(task), tick=False):
        poll_all()
    task.refresh_from_db()
    assert task.status == TaskStatus.SUCCEEDED


def test_success_without_audio_runs_to_the_deadline_and_fails() -> None:
    task = make_due(provider="suno", external_id="aa11")
    with provider_at(suno_record("SUCCESS", {"id": "c1", "audioUrl": ""})):
        poll_all()
        task.refresh_from_db()
        assert task.status == TaskStatus.RUNNING
        with time_machine.travel(deadline(task), tick=False):
            poll_all()
    task.refresh_from_db()
    assert (task.status, task.error_kind) == (TaskStatus.FAILED, "upstream")


def test_an_overdue_task_is_polled_until_its_files_would_be_deleted() -> None:
    now = timezone.now()
    task = make_task(
        provider="tempolor", status=TaskStatus.OVERDUE, submitted_at=now - timedelta(days=3, hours=-2)
    )
    assert next_poll(task, now) == now + timedelta(hours=1)
    assert next_poll(task, now + timedelta(hours=1, minutes=30)) is None


@override_settings(MAX_CLAIMS=2)
def test_a_poll_that_ends_its_worker_each_time_is_set_aside() -> None:
    exhausted, other = make_due(external_id="w", poll_claims=2), make_due(external_id="o")
    with provider_at(tempolor) as provider:
        poll_all()
        poll_all()
    exhausted.refresh_from_db()
    other.refresh_from_db()
    assert [request.json["item_ids"] for request in provider.requests] == [["o"]]
    assert "ended its worker" in exhausted.poll_error
    assert exhausted.next_poll_at is not None
    assert exhausted.next_poll_at > timezone.now() + timedelta(minutes=30)


def test_a_person_can_poll_a_finished_task_once() -> None:
    task = make_due(provider="suno", external_id="aa11")
    song = {"id": "c1", "audioUrl": "https://m.example/1.mp3"}
    with provider_at(suno_record("SUCCESS", song)) as provider:
        poll_all()
        poll_now(task.pk, "ada")
        assert poll_all()
        assert not poll_all()
    task.refresh_from_db()
    assert (task.next_poll_at, len(provider.requests)) == (None, 2)


@pytest.mark.parametrize("status", [TaskStatus.QUEUED, TaskStatus.UNSURE])
def test_a_task_without_an_id_cannot_be_polled(status: TaskStatus) -> None:
    with pytest.raises(InvalidState):
        poll_now(make_task(status=status, external_id="").pk, "ada")


def test_a_task_that_is_no_longer_overdue_is_polled_soon() -> None:
    later = timezone.now() + timedelta(minutes=59)
    task = make_task(provider="suno", external_id="aa11", status=TaskStatus.OVERDUE, next_poll_at=later)
    update = TaskUpdate("aa11", TaskState.RUNNING)
    apply(task.pk, [update], Provenance(Source.CALLBACK, timezone.now(), {}))
    task.refresh_from_db()
    assert task.next_poll_at is not None
    assert task.next_poll_at < timezone.now() + timedelta(minutes=1)
