"""The health of callbacks: how the end of a task reached us, how late, and what did not come."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from callbacks.jobs import process_next
from callbacks.models import CallbackEvent
from tests.support.deliveries import deliver, process_all
from tests.support.examples import examples
from tests.support.factories import make_task
from tests.support.suno_bodies import song, stage
from tracks import providers
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import (
    Completeness,
    ErrorKind,
    Fault,
    Source,
    TaskState,
    TaskUpdate,
    TrackState,
    TrackUpdate,
)
from tracks.models import Task
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.ingest.callback_health import callback_days, callbacks_unhealthy, record_callback

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def done(task: Task, finished_at: datetime | None = None, **over: Any) -> TaskUpdate:
    track = TrackUpdate(
        task.external_id,
        state=TrackState.READY,
        completeness=Completeness.WHOLE,
        finished_at=finished_at,
        **over,
    )
    return TaskUpdate(task.external_id, state=TaskState.DONE, tracks=(track,))


def apply_update(
    task: Task, update: TaskUpdate, source: Source = Source.CALLBACK, at: datetime = NOON
) -> Task:
    apply(task.pk, [update], Provenance(source, at, {}))
    task.refresh_from_db()
    return task


def make_end(**over: Any) -> Task:
    """A task that ended two minutes ago, by a callback."""
    at = timezone.now() - timedelta(minutes=2)
    values = {"provider": "suno", "status": "succeeded", "finished_at": at, "finished_by": "callback"}
    if "called_back_at" not in over:
        values["called_back_at"] = at
    return make_task(**(values | over))


def make_silent_end(**over: Any) -> Task:
    return make_end(**({"finished_by": "poll", "called_back_at": None} | over))


# --- How the end reached us -------------------------------------------------------------------------------
@pytest.mark.parametrize("source", [Source.CALLBACK, Source.POLL])
def test_the_source_that_finished_a_task_is_recorded(source: Source) -> None:
    task = make_task()
    apply_update(task, done(task), source)
    assert (task.status, task.finished_by) == ("succeeded", source)


def test_a_task_that_runs_has_no_end_yet() -> None:
    task = make_task()
    apply_update(task, TaskUpdate(task.external_id, state=TaskState.RUNNING))
    assert (task.finished_by, task.finish_delay_ms) == ("", None)


def test_the_same_end_from_another_source_changes_nothing() -> None:
    task = make_task()
    apply_update(task, done(task, NOON), Source.CALLBACK, NOON + timedelta(seconds=2))
    apply_update(task, done(task, NOON), Source.POLL, NOON + timedelta(seconds=30))
    assert (task.finished_by, task.finish_delay_ms) == ("callback", 2000)


def test_the_source_that_overturns_a_failure_finished_it() -> None:
    task = make_task()
    apply_update(task, TaskUpdate(task.external_id, state=TaskState.FAILED), Source.POLL)
    apply_update(task, done(task), Source.CALLBACK)
    assert (task.status, task.finished_by) == ("succeeded", "callback")


def test_the_source_that_completes_a_partial_task_did_not_finish_it() -> None:
    task = make_task()
    gap = replace(done(task, NOON).tracks[0], completeness=Completeness.GAP)
    partial = TaskUpdate(task.external_id, state=TaskState.DONE, tracks=(gap,))
    apply_update(task, partial, Source.CALLBACK, NOON + timedelta(seconds=2))
    assert task.status == "partial"
    apply_update(task, done(task, NOON), Source.POLL, NOON + timedelta(hours=5))
    assert (task.status, task.finished_by, task.finish_delay_ms) == ("succeeded", "callback", 2000)


def test_a_refused_submit_was_ended_by_its_answer() -> None:
    task = make_task(status="queued", external_id="")
    refused = TaskUpdate("", state=TaskState.FAILED, error=Fault("1", ErrorKind.INPUT, "No."))
    apply_update(task, refused, Source.SUBMIT)
    assert (task.status, task.finished_by, task.finish_delay_ms) == ("failed", "submit", None)


def test_a_task_that_runs_again_has_no_end() -> None:
    task = make_task(external_id="", status="unsure")
    apply_update(task, TaskUpdate("", state=TaskState.FAILED), Source.PERSON)
    assert (task.status, task.finished_by) == ("failed", "person")
    apply_update(task, TaskUpdate("t1", state=TaskState.RUNNING), Source.CALLBACK)
    assert (task.status, task.finished_by) == ("running", "")


# --- How late ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("finished_after", "expected"),
    [
        (timedelta(seconds=-3.5), 3500),
        (timedelta(0), 0),
        (timedelta(seconds=1), None),
        (timedelta(days=-2, seconds=-1), None),
        (timedelta(days=-900), None),
        (timedelta(days=900), None),
        (None, None),
    ],
)
def test_the_delay_counts_from_the_providers_own_finish(
    finished_after: timedelta | None, expected: int | None
) -> None:
    task = make_task()
    apply_update(task, done(task, None if finished_after is None else NOON + finished_after))
    assert (task.status, task.finish_delay_ms) == ("succeeded", expected)


def test_the_delay_counts_from_the_last_track() -> None:
    task = make_task()
    first = done(task, NOON - timedelta(seconds=60))
    second = TrackUpdate(
        "other",
        state=TrackState.READY,
        completeness=Completeness.WHOLE,
        finished_at=NOON - timedelta(seconds=5),
    )
    apply_update(task, TaskUpdate(task.external_id, state=TaskState.DONE, tracks=(*first.tracks, second)))
    assert task.finish_delay_ms == 5000


# --- Which callbacks came ---------------------------------------------------------------------------------
def test_stages_gather_and_a_repeat_changes_nothing() -> None:
    task = make_task()
    record_callback(task.pk, ["text"], NOON)
    record_callback(task.pk, ["complete", ""], NOON + timedelta(seconds=9))
    task.refresh_from_db()
    assert (task.stages, task.called_back_at) == (["text", "complete"], NOON + timedelta(seconds=9))
    with CaptureQueriesContext(connection) as seen:
        record_callback(task.pk, ["text"], NOON)
    assert not [one for one in seen.captured_queries if one["sql"].startswith("UPDATE")]


@examples(30, HealthCheck.function_scoped_fixture)
@given(st.permutations([("text", 1), ("first", 2), ("complete", 3), ("complete", 3)]))
def test_any_order_of_callbacks_comes_to_the_same(calls: list[tuple[str, int]]) -> None:
    task = make_task()
    for name, second in calls:
        record_callback(task.pk, [name], NOON + timedelta(seconds=second))
    task.refresh_from_db()
    assert set(task.stages) == {"text", "first", "complete"}
    assert task.called_back_at == NOON + timedelta(seconds=3)


def test_however_many_stages_are_named_few_are_stored() -> None:
    task = make_task()
    record_callback(task.pk, [f"{number}{'x' * 500}" for number in range(500)], NOON)
    task.refresh_from_db()
    assert len(json.dumps(task.stages)) < 1000


def processed(task: Task, body: dict[str, Any]) -> CallbackEvent:
    event = deliver(task, body, statuses=(200,))
    process_all()
    task.refresh_from_db()
    event.refresh_from_db()
    return event


def test_an_applied_body_is_a_callback() -> None:
    task = make_task(provider="suno", external_id="aa11")
    event = processed(task, stage("complete", song(1), task_id="aa11"))
    assert event.outcome == "applied"
    assert (task.called_back_at, task.stages) == (event.received_at, ["complete"])
    assert (task.status, task.finished_by, task.finish_delay_ms) == ("succeeded", "callback", None)


def test_a_body_about_another_task_is_no_callback_of_this_one() -> None:
    task = make_task(provider="suno", external_id="aa11")
    event = processed(task, stage("complete", song(1), task_id="bb22"))
    assert event.outcome == "mismatch"
    assert task.called_back_at is None


def test_an_unreadable_body_is_no_callback() -> None:
    task = make_task(provider="suno", external_id="aa11")
    assert processed(task, {"songs": 1}).outcome == "unreadable"
    assert task.called_back_at is None


def test_an_adopted_task_has_a_callback(settings: Any) -> None:
    settings.CALLBACK_TOKENS = ("shared",)
    body = json.dumps(stage("complete", song(1), task_id="zz99"))
    Client().post("/callbacks/suno/shared/", body, content_type="application/json")
    assert process_next()
    assert Task.objects.get(external_id="zz99").called_back_at


@pytest.mark.parametrize(("later", "by"), [(1, "callback"), (29, "callback"), (31, "poll")])
def test_a_poll_that_follows_a_hint_counts_as_the_callback(settings: Any, later: int, by: str) -> None:
    settings.CALLBACK_TRUST = "readback"
    task = make_task(provider="suno", external_id="aa11")
    event = processed(task, stage("complete", song(1), task_id="aa11"))
    assert (event.outcome, task.status, task.called_back_at) == ("readback", "running", event.received_at)
    apply_update(task, done(task), Source.POLL, event.received_at + timedelta(seconds=later))
    assert (task.status, task.finished_by) == ("succeeded", by)


def test_a_poll_beside_a_callback_that_is_no_hint_is_a_poll() -> None:
    task = make_task(called_back_at=NOON)
    apply_update(task, done(task), Source.POLL, NOON + timedelta(seconds=1))
    assert task.finished_by == "poll"


# --- Unhealthy --------------------------------------------------------------------------------------------
def test_callbacks_are_not_unhealthy_where_nothing_ended() -> None:
    assert not callbacks_unhealthy("suno")


def test_five_ends_without_a_callback_are_unhealthy() -> None:
    for _ in range(4):
        make_silent_end()
    assert not callbacks_unhealthy("suno")
    make_silent_end()
    assert callbacks_unhealthy("suno")
    assert not callbacks_unhealthy("tempolor")


def test_half_of_them_is_enough_and_less_is_not() -> None:
    for _ in range(5):
        make_silent_end()
        make_end()
    assert callbacks_unhealthy("suno")
    make_end()
    assert not callbacks_unhealthy("suno")


def test_only_the_newest_count() -> None:
    for _ in range(10):
        make_silent_end(finished_at=timezone.now() - timedelta(hours=1))
    assert callbacks_unhealthy("suno")
    for _ in range(11):
        make_end()
    assert not callbacks_unhealthy("suno")


@pytest.mark.parametrize(
    "over",
    [
        {"finished_at": timezone.now() - timedelta(hours=7)},
        {"finished_by": "submit"},
        {"finished_by": "clock"},
        {"finished_by": ""},
        {"origin": "adopted"},
        {"called_back_at": timezone.now()},
    ],
)
def test_these_ends_say_nothing_against_callbacks(over: dict[str, Any]) -> None:
    for _ in range(6):
        make_silent_end(**over)
    assert not callbacks_unhealthy("suno")


def test_a_callback_has_a_minute_before_it_is_missed() -> None:
    for _ in range(6):
        make_silent_end(finished_at=timezone.now() - timedelta(seconds=30))
    assert not callbacks_unhealthy("suno")
    assert callback_days("suno")[0].never_called == 0


def test_callback_health_is_one_query() -> None:
    make_silent_end()
    with CaptureQueriesContext(connection) as seen:
        callbacks_unhealthy("suno")
    assert len(seen) == 1


# --- Days -------------------------------------------------------------------------------------------------
def test_every_day_is_listed_today_first_by_one_query() -> None:
    with CaptureQueriesContext(connection) as seen:
        days = callback_days("suno")
    assert len(seen) == 1
    today = timezone.now().date()
    assert [day.date for day in days] == [today - timedelta(days=back) for back in range(7)]
    assert {(day.finished, day.p50, day.is_cut) for day in days} == {(0, None, False)}


def test_a_day_counts_by_source() -> None:
    yesterday = timezone.now() - timedelta(days=1)
    make_end(finished_at=yesterday)
    make_end(finished_at=yesterday, status="failed")
    make_silent_end(finished_at=yesterday)
    make_end(finished_at=yesterday, finished_by="submit")
    make_end(finished_at=yesterday, provider="tempolor")
    day = callback_days("suno")[1]
    assert (day.finished, day.by_callback, day.by_poll, day.never_called) == (3, 2, 1, 1)
    assert callback_days("suno")[0].finished == 0


def test_the_delays_of_a_day() -> None:
    noon = (timezone.now() - timedelta(days=1)).replace(hour=12)
    for seconds in range(1, 101):
        make_end(finished_at=noon, finish_delay_ms=seconds * 1000)
    make_end(finished_at=noon, finish_delay_ms=None)
    day = callback_days("suno")[1]
    assert (day.p50, day.p95) == (50.0, 95.0)


def test_one_delay_is_every_percentile() -> None:
    noon = (timezone.now() - timedelta(days=1)).replace(hour=12)
    make_end(finished_at=noon, finish_delay_ms=1500)
    assert (callback_days("suno")[1].p50, callback_days("suno")[1].p95) == (1.5, 1.5)


def test_missing_stages() -> None:
    noon = (timezone.now() - timedelta(days=1)).replace(hour=12)
    make_end(finished_at=noon, stages=["text", "first", "complete"])
    make_end(finished_at=noon, stages=["complete", "error"])
    make_silent_end(finished_at=noon)
    make_end(finished_at=noon, status=TaskStatus.FAILED, stages=["error"])
    make_end(finished_at=noon, origin="adopted", stages=["complete"])
    make_end(finished_at=noon, operation="unknown-operation")
    declared = providers.get("suno").operations["generate"].stages
    assert declared == ("text", "first", "complete")
    assert callback_days("suno")[1].missing == {"text": 2, "first": 2, "complete": 1}


def test_a_day_with_more_tasks_than_are_counted_is_marked() -> None:
    today = timezone.now()
    make_end(finished_at=today)
    for _ in range(4):
        make_end(finished_at=today - timedelta(days=2))
    days = callback_days("suno", limit=3)
    assert [(day.finished, day.is_cut) for day in days] == [(1, False), (0, False), (2, True)]


def test_both_queries_use_the_index() -> None:
    with CaptureQueriesContext(connection) as seen:
        callbacks_unhealthy("suno")
        callback_days("suno")
    for one in seen.captured_queries:
        with connection.cursor() as cursor:
            prefix = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"{prefix} {one['sql']}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert "task_finished_by_provider" in plan
