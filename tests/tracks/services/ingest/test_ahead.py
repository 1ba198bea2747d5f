"""What is computed before the lock is used where it still holds, and computed again where it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.factories import make_asset, make_task
from tests.support.statements import START, statements
from tests.support.task_rows import rows_of
from tests.support.task_updates import COMPLETE, FIRST, TEXT, ready
from tracks.domain import limits
from tracks.domain.fold import StatementValue
from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.domain.updates import Cue, CueKind, Lyrics, Source, TaskState, TaskUpdate, Timing, TrackUpdate
from tracks.models import Event, LyricLine, Statement, Task
from tracks.services.ingest.ahead import Ahead, Outdated, Provenance, apply_ahead
from tracks.services.ingest.apply import apply, apply_prepared, prepare_updates
from tracks.services.ingest.deliver import deliver, prepare_delivery

pytestmark = pytest.mark.django_db
PROVENANCE = Provenance(Source.CALLBACK, START, {})


def provenance_of(one: StatementValue) -> Provenance:
    return Provenance(one.source, one.first_seen, {})


def apply_all(task: Task, stated: Sequence[StatementValue]) -> None:
    for one in stated:
        apply(task.pk, [one.update], provenance_of(one))


def fresh_task() -> Task:
    return make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)


def forget(task: Task) -> None:
    task.tracks.all().delete()
    task.statements.all().delete()
    Task.objects.filter(pk=task.pk).update(external_id="")


@examples(60, HealthCheck.function_scoped_fixture)
@given(st.lists(statements(), max_size=4), statements())
def test_where_nothing_comes_between_no_fold_is_computed_under_the_lock(
    before: list[StatementValue], one: StatementValue
) -> None:
    task = fresh_task()
    apply_all(task, before)
    ahead = prepare_updates(task, [one.update], provenance_of(one))
    ahead.closed = True
    apply_prepared(task.pk, [one.update], provenance_of(one), ahead)
    forget(task)


SONGS = TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1"), ready("c2")))


def song_of_another_task() -> None:
    apply(
        make_task(provider="suno", external_id="t9").pk, [TaskUpdate("t9", tracks=(ready("c2"),))], PROVENANCE
    )


def body_of_another_id() -> None:
    task = Task.objects.get()
    apply(task.pk, [TaskUpdate("t9", tracks=(ready("c8"), ready("c9")))], PROVENANCE)
    apply(
        task.pk,
        [TaskUpdate("", tracks=(TrackUpdate("c8", title="Mine"),))],
        replace(PROVENANCE, source=Source.PERSON),
    )


@pytest.mark.parametrize("source", [Source.CALLBACK, Source.SUBMIT])
@pytest.mark.parametrize("before", [song_of_another_task, body_of_another_id])
def test_what_is_another_tasks_is_known_before_the_lock(before: Callable[[], None], source: Source) -> None:
    task, provenance = fresh_task(), replace(PROVENANCE, source=source)
    before()
    ahead = prepare_updates(task, [SONGS], provenance)
    ahead.closed = True
    apply_prepared(task.pk, [SONGS], provenance, ahead)


def test_the_length_of_an_archived_song_goes_with_it_before_the_lock() -> None:
    task = fresh_task()
    body_of_another_id()
    for track in task.tracks.all():
        make_asset(track, status=AssetStatus.ARCHIVED, duration_ms=61_000, file="a.mp3", sha256="a" * 64)
    provenance = replace(PROVENANCE, source=Source.SUBMIT)
    ahead = prepare_updates(task, [SONGS], provenance)
    ahead.closed = True
    apply_prepared(task.pk, [SONGS], provenance, ahead)
    assert Task.objects.count() == 2


@pytest.mark.parametrize("nonce", ["", "of-a-lost-task"])
def test_ids_that_nobody_here_submitted_are_folded_before_the_lock(nonce: str) -> None:
    song_of_another_task()
    updates = [SONGS, TaskUpdate("t2", tracks=(ready("c3"), ready("c2")))]
    ahead = prepare_delivery("suno", None, nonce, updates, PROVENANCE)
    ahead.closed = True
    deliver("suno", None, nonce, updates, PROVENANCE, ahead)
    assert Task.objects.count() == (2 if nonce else 3)


def test_a_body_is_cut_by_what_is_this_tasks() -> None:
    song_of_another_task()
    lyrics = Lyrics(Timing.PLAIN, (Cue(CueKind.LINE, "la"),) * limits.MAX_LINES)
    update = TaskUpdate("t1", tracks=(ready("c2", lyrics=lyrics), ready("c1", lyrics=lyrics)))
    result = apply(fresh_task().pk, [update], PROVENANCE)
    assert (result.foreign_ids, result.left_out) == (("c2",), "")
    assert LyricLine.objects.count() == limits.MAX_LINES


@examples(60, HealthCheck.function_scoped_fixture)
@given(st.lists(statements(), max_size=3), st.lists(statements(), max_size=3), statements())
def test_whatever_comes_between_the_rows_are_the_fold(
    before: list[StatementValue], between: list[StatementValue], one: StatementValue
) -> None:
    first, second = fresh_task(), fresh_task()
    apply_all(first, [*before, *between, one])
    wanted = rows_of(first)
    forget(first)
    apply_all(second, before)
    waiting = list(between)

    def prepare() -> Ahead:
        ahead = prepare_updates(second, [one.update], provenance_of(one))
        apply_all(second, [waiting.pop(0)] if waiting else [])
        return ahead

    apply_ahead(prepare, lambda ahead: apply_prepared(second.pk, [one.update], provenance_of(one), ahead))
    apply_all(second, waiting)
    assert rows_of(second) == wanted
    forget(second)


def test_nothing_is_written_where_what_was_computed_is_outdated() -> None:
    task = make_task(provider="suno", external_id="t1")
    provenance = Provenance(Source.CALLBACK, START, {})
    ahead = prepare_updates(task, [COMPLETE], provenance)
    ahead.closed = True
    apply(task.pk, [FIRST], provenance)
    with pytest.raises(Outdated):
        apply_prepared(task.pk, [COMPLETE], provenance, ahead)
    task.refresh_from_db()
    assert task.status == TaskStatus.RUNNING
    assert Statement.objects.count() == 1


def test_an_application_comes_to_an_end_however_often_something_comes_between() -> None:
    task = make_task(provider="suno", external_id="t1")
    provenance, numbers = Provenance(Source.CALLBACK, START, {}), iter(range(99))

    def prepare() -> Ahead:
        ahead = prepare_updates(task, [COMPLETE], provenance)
        other = TaskUpdate("t1", tracks=(ready("c1", title=f"Title {next(numbers)}"),))
        apply(task.pk, [other], provenance)
        return ahead

    apply_ahead(prepare, lambda ahead: apply_prepared(task.pk, [COMPLETE], provenance, ahead))
    task.refresh_from_db()
    assert task.status == TaskStatus.SUCCEEDED


def state_many(task: Task, count: int) -> None:
    """So many statements of a provider, as they are stored."""
    values: dict[str, Any] = {"first_seen": START, "last_seen": START, "data": {"state": "running"}}
    rows = [Statement(task=task, source="poll", digest=f"d{n}", **values) for n in range(count)]
    Statement.objects.bulk_create(rows)


def test_a_task_that_is_full_says_so_once_and_takes_its_final_statement() -> None:
    task = make_task(provider="suno", external_id="t1")
    state_many(task, limits.MAX_STATEMENTS)
    for after, update in enumerate([TEXT, replace(TEXT, operation="extend")]):
        provenance = Provenance(Source.CALLBACK, START + timedelta(seconds=after), {"callback": after})
        apply(task.pk, [update], provenance)
    (warned,) = Event.objects.filter(task=task, kind="task.limit")
    assert warned.data == {"message": limits.FULL, "callback": 0}
    assert Statement.objects.count() == limits.MAX_STATEMENTS
    apply(task.pk, [COMPLETE], Provenance(Source.CALLBACK, START, {}))
    task.refresh_from_db()
    assert task.status == TaskStatus.SUCCEEDED


@pytest.mark.parametrize("source", [Source.PERSON, Source.CLOCK, Source.SUBMIT])
def test_a_full_task_still_takes_what_people_and_we_state(source: Source) -> None:
    task = make_task(provider="suno", external_id="t1")
    state_many(task, 2 * limits.MAX_STATEMENTS)
    apply(task.pk, [TaskUpdate("t1", TaskState.FAILED)], Provenance(source, START, {}))
    assert Statement.objects.filter(source=source).count() == 1
