"""Applying statements: the rows are the fold, whatever the order, and nothing is written twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.conf import settings as settings_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.factories import make_task
from tests.support.statements import START, statements
from tests.support.task_rows import rows_of
from tests.support.task_updates import COMPLETE, ERROR, FIRST, TEXT, audio, ready
from tracks.domain.fold import StatementValue
from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    Cue,
    CueKind,
    ErrorKind,
    Fault,
    Lyrics,
    Source,
    TaskState,
    TaskUpdate,
    Timing,
    TrackUpdate,
)
from tracks.models import Asset, Event, Statement, Task, Track
from tracks.models.assets import link_key
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.resolve import abandon, poll_now
from tracks.signed_urls import callback_token

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE")


def apply_updates(
    task: Task, *updates: TaskUpdate, source: Source = Source.CALLBACK, after: float = 0
) -> Any:
    return apply(task.pk, updates, Provenance(source, START + timedelta(seconds=after), {}))


def apply_all(task: Task, statements: Sequence[StatementValue]) -> None:
    for one in statements:
        apply(task.pk, [one.update], Provenance(one.source, one.first_seen, {}))


def writes(queries: CaptureQueriesContext) -> list[str]:
    return [one["sql"] for one in queries.captured_queries if one["sql"].lstrip().startswith(WRITES)]


@examples(60, HealthCheck.function_scoped_fixture)
@given(st.lists(statements(), min_size=1, max_size=5), st.data())
def test_any_order_and_repetition_ends_in_the_same_rows(
    statements: list[StatementValue], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(statements), max_size=3))
    shuffled = data.draw(st.permutations(statements + again))
    first, second = (make_task(provider="suno", external_id="", status=TaskStatus.UNSURE) for _ in range(2))
    apply_all(first, statements)
    seen = rows_of(first)
    first.tracks.all().delete()
    first.statements.all().delete()
    Task.objects.filter(pk=first.pk).update(external_id="")
    apply_all(second, shuffled)
    assert rows_of(second) == seen


@pytest.mark.parametrize("order", list(permutations([TEXT, FIRST, COMPLETE, ERROR])))
def test_stages_and_a_contradicting_final_in_every_order(order: tuple[TaskUpdate, ...]) -> None:
    task = make_task(provider="suno", external_id="t1")
    for update in order:
        apply_updates(task, update)
    task.refresh_from_db()
    assert task.status == TaskStatus.SUCCEEDED
    assert task.next_poll_at is None
    assert list(task.tracks.order_by("position").values_list("external_id", "status")) == [
        ("c1", "ready"),
        ("c2", "ready"),
    ]


@examples(40, HealthCheck.function_scoped_fixture)
@given(st.lists(statements(), min_size=1, max_size=5))
def test_a_second_application_writes_nothing(statements: list[StatementValue]) -> None:
    task = make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)
    apply_all(task, statements)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        apply_all(task, statements)
    assert writes(queries) == []
    task.tracks.all().delete()
    task.statements.all().delete()
    Task.objects.filter(pk=task.pk).update(external_id="")


def test_a_repeated_poll_writes_nothing() -> None:
    task = make_task(provider="suno", external_id="t1")
    apply_updates(task, COMPLETE, source=Source.POLL)
    with CaptureQueriesContext(connection) as queries:
        apply_updates(task, COMPLETE, source=Source.POLL, after=60)
    assert writes(queries) == []


def test_another_tasks_id_under_a_token_changes_nothing() -> None:
    task, other = make_task(provider="suno", external_id="t1"), make_task(provider="suno", external_id="t2")
    result = apply_updates(task, TaskUpdate("t2", TaskState.DONE, tracks=(ready("x1"),)))
    assert result.foreign_ids == ("t2",)
    assert not Statement.objects.exists()
    assert not Track.objects.exists()
    other.refresh_from_db()
    assert other.status == TaskStatus.RUNNING


def test_another_tasks_song_under_the_right_id_changes_nothing() -> None:
    mine, theirs = make_task(provider="suno", external_id="t1"), make_task(provider="suno", external_id="t2")
    apply_updates(theirs, TaskUpdate("t2", TaskState.DONE, tracks=(ready("x1", title="Theirs"),)))
    result = apply_updates(mine, TaskUpdate("t1", TaskState.DONE, tracks=(ready("x1", title="Stolen"),)))
    assert result.foreign_ids == ("x1",)
    assert Track.objects.get(external_id="x1").title == "Theirs"


def test_foreign_statements_from_before_the_submits_answer_become_a_task_of_their_own() -> None:
    """It may be a real song, such as of an earlier submit: it keeps its files and its rating."""
    task = make_task(provider="suno", external_id="", status=TaskStatus.QUEUED)
    apply_updates(
        task, TaskUpdate("zz", TaskState.DONE, tracks=(ready("z1", assets=(audio("https://m/z.mp3"),)),))
    )
    track = Track.objects.get()
    Track.objects.update(rating=4)
    apply_updates(task, TaskUpdate("t1", TaskState.RUNNING), source=Source.SUBMIT)
    apply_updates(task, COMPLETE)
    task.refresh_from_db()
    track.refresh_from_db()
    assert (task.external_id, task.status) == ("t1", TaskStatus.SUCCEEDED)
    assert sorted(task.tracks.values_list("external_id", flat=True)) == ["c1", "c2"]
    other = track.task
    assert (other.external_id, other.origin, other.status) == ("zz", "adopted", TaskStatus.SUCCEEDED)
    assert (track.rating, track.assets.count()) == (4, 1)
    assert Event.objects.filter(task=task, kind="task.handed_over").exists()


def test_a_song_of_another_task_hides_none_of_ours() -> None:
    mine, theirs = make_task(provider="suno", external_id="t1"), make_task(provider="suno", external_id="t2")
    apply_updates(theirs, TaskUpdate("t2", TaskState.DONE, tracks=(ready("x1"),)))
    result = apply_updates(mine, TaskUpdate("t1", TaskState.DONE, tracks=(ready("x1"), ready("c1"))))
    assert result.foreign_ids == ("x1",)
    assert [track.external_id for track in mine.tracks.all()] == ["c1"]


def test_a_link_stated_again_beats_one_stated_between() -> None:
    task = make_task(provider="suno", external_id="t1")
    good, dead = (
        TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio(f"https://{host}/a.mp3"),)),))
        for host in ("good", "dead")
    )
    apply_updates(task, good, source=Source.POLL)
    apply_updates(task, dead, after=1)
    assert Asset.objects.get().source_url == "https://dead/a.mp3"
    apply_updates(task, good, source=Source.POLL, after=60)
    assert Asset.objects.get().source_url == "https://good/a.mp3"


def test_a_new_signature_is_no_newer_fact_and_does_not_revive_a_failed_asset() -> None:
    task = make_task(provider="suno", external_id="t1")
    for number in range(3):
        song = ready("c1", Completeness.OPEN, assets=(audio(f"https://m/1.mp3?s={number}"),))
        apply_updates(
            task, TaskUpdate("t1", TaskState.RUNNING, tracks=(song,)), source=Source.POLL, after=number
        )
        Asset.objects.update(status=AssetStatus.FAILED, error="too large", next_attempt_at=None)
    task.refresh_from_db()
    assert task.heard_at == START
    assert Asset.objects.get().status == AssetStatus.FAILED
    other = ready("c1", Completeness.OPEN, assets=(audio("https://m/2.mp3"),))
    apply_updates(task, TaskUpdate("t1", TaskState.RUNNING, tracks=(other,)), source=Source.POLL, after=9)
    assert Asset.objects.get().status == AssetStatus.PENDING


def test_another_final_link_after_the_archive_leaves_a_trace() -> None:
    task = make_task(provider="suno", external_id="t1")
    apply_updates(
        task, TaskUpdate("t1", TaskState.RUNNING, tracks=(ready("c1", assets=(audio("https://m/1.mp3"),)),))
    )
    Asset.objects.update(status=AssetStatus.ARCHIVED, file="x.mp3", sha256="00", next_attempt_at=None)
    apply_updates(
        task, TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio("https://m/2.mp3"),)),))
    )
    assert Event.objects.filter(kind="asset.other_link").count() == 1


def test_a_file_is_found_by_its_link_however_it_is_signed() -> None:
    task = make_task(provider="suno", external_id="t1")
    for after, url in enumerate(("https://m/1.mp3?s=1", "https://m/1.mp3?s=2", "https://m/2.mp3?s=3")):
        update = TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio(url),)),))
        apply_updates(task, update, after=after)
        assert Asset.objects.get().link_key == link_key(url.partition("?")[0]) != ""


def test_a_fresh_signature_of_the_same_link_is_due_at_once() -> None:
    task = make_task(provider="suno", external_id="t1")
    apply_updates(
        task, TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio("https://m/1.mp3?s=1"),)),))
    )
    Asset.objects.update(status=AssetStatus.EXPIRED, next_attempt_at=None)
    apply_updates(
        task,
        TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio("https://m/1.mp3?s=2"),)),)),
        after=60,
    )
    asset = Asset.objects.get()
    assert (asset.status, asset.source_url) == (AssetStatus.PENDING, "https://m/1.mp3?s=2")
    assert asset.next_attempt_at is not None
    assert Statement.objects.count() == 1


def test_an_older_link_that_arrives_again_does_not_replace_a_fresh_one() -> None:
    task = make_task(provider="suno", external_id="t1")
    old, fresh = (
        TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio(f"https://m/1.mp3?s={n}"),)),))
        for n in (1, 2)
    )
    apply_updates(task, old)
    apply_updates(task, fresh, after=60)
    apply_updates(task, old)
    assert Asset.objects.get().source_url == "https://m/1.mp3?s=2"


def test_an_archived_file_stays_when_a_new_link_comes() -> None:
    task = make_task(provider="suno", external_id="t1")
    apply_updates(
        task, TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio("https://m/1.mp3"),)),))
    )
    Asset.objects.update(status=AssetStatus.ARCHIVED, file="x.mp3", sha256="00", next_attempt_at=None)
    apply_updates(
        task,
        TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio("https://m/2.mp3"),)),)),
        after=5,
    )
    asset = Asset.objects.get()
    assert (asset.status, asset.file, asset.next_attempt_at) == (AssetStatus.ARCHIVED, "x.mp3", None)


def test_a_link_that_is_none_stays_as_a_failed_file_until_a_better_one_comes() -> None:
    task = make_task(provider="suno", external_id="t1")
    refused = AssetUpdate(AssetKind.AUDIO, AssetState.FAILED, error="the link ends in None.mp3")
    apply_updates(task, TaskUpdate("t1", TaskState.DONE, tracks=(TrackUpdate("c1", assets=(refused,)),)))
    asset = Asset.objects.get()
    assert (asset.status, asset.error) == (AssetStatus.FAILED, "the link ends in None.mp3")
    apply_updates(
        task, TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(audio("https://m/1.mp3"),)),))
    )
    asset.refresh_from_db()
    assert (asset.status, asset.error) == (AssetStatus.PENDING, "")


def test_lyrics_are_replaced_whole() -> None:
    task = make_task(provider="suno", external_id="t1")
    plain = Lyrics(Timing.PLAIN, (Cue(CueKind.LINE, "hoo"), Cue(CueKind.LINE, "hoo")))
    timed = Lyrics(Timing.LINE, (Cue(CueKind.SECTION, "verse", 0, 0), Cue(CueKind.LINE, "hoo", 1000, 2000)))
    apply_updates(task, TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", lyrics=plain),)))
    apply_updates(task, TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", lyrics=timed),)))
    apply_updates(task, TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", lyrics=plain),)))
    lines = Track.objects.get().lines.values_list("kind", "text", "start_ms")
    assert list(lines) == [("section", "verse", 0), ("line", "hoo", 1000)]


def test_a_newer_fact_lifts_overdue() -> None:
    task = make_task(provider="suno", external_id="t1", status=TaskStatus.OVERDUE)
    apply_updates(task, FIRST)
    task.refresh_from_db()
    assert (task.status, task.gave_up_at) == (TaskStatus.RUNNING, None)


def test_each_change_of_status_leaves_an_event_with_its_source() -> None:
    task = make_task(provider="suno", external_id="t1", status=TaskStatus.UNSURE)
    apply(task.pk, [FIRST], Provenance(Source.CALLBACK, START, {"callback": 7}))
    event = Event.objects.get(kind="task.status")
    assert (event.data["from"], event.data["to"], event.data["callback"]) == ("unsure", "running", 7)


def test_keys_and_tokens_that_a_provider_repeats_are_not_stored() -> None:
    task = make_task(provider="suno", external_id="t1")
    secret = f"suno-test-key and {settings_of.PUBLIC_URL}/callbacks/suno/{callback_token(task)}/"
    fault = Fault("500", ErrorKind.UPSTREAM, f"failed for {secret}")
    song = TrackUpdate("c1", title=secret, style=secret, lyrics_text=secret)
    apply_updates(task, TaskUpdate("t1", TaskState.FAILED, error=fault, tracks=(song,)))
    task.refresh_from_db()
    stored = str(
        [vars(task), list(task.tracks.values()), list(task.statements.values()), list(task.events.values())]
    )
    assert "failed for …" in stored
    assert "suno-test-key" not in stored
    assert callback_token(task) not in stored


def test_an_answer_after_a_person_gave_up_is_applied() -> None:
    task = make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)
    abandon(task.pk, "ada")
    apply_updates(task, TaskUpdate("t1", TaskState.RUNNING), source=Source.SUBMIT)
    task.refresh_from_db()
    assert (task.status, task.external_id, task.next_poll_at is not None) == (TaskStatus.RUNNING, "t1", True)


@pytest.mark.parametrize("order", list(permutations([0, 1])))
def test_two_reasons_for_a_failed_asset_give_the_same_in_every_order(order: tuple[int, ...]) -> None:
    task = make_task(provider="suno", external_id="t1")
    failures = [
        AssetUpdate(AssetKind.AUDIO_HI, AssetState.FAILED, error="could not be made"),
        AssetUpdate(AssetKind.AUDIO_HI, AssetState.FAILED, url="None.wav", error="no link"),
    ]
    for number in order:
        apply_updates(
            task, TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", assets=(failures[number],)),))
        )
    asset = Asset.objects.get()
    assert (asset.source_url, asset.error, asset.track.archive) == ("None.wav", "no link", "incomplete")


def test_a_requested_poll_is_not_cancelled_by_an_edit() -> None:
    task = make_task(provider="suno", external_id="t1")
    apply_updates(task, COMPLETE)
    poll_now(task.pk, "ada")
    apply_updates(task, TaskUpdate("", tracks=(TrackUpdate("c1", title="Mine"),)), source=Source.PERSON)
    task.refresh_from_db()
    assert task.next_poll_at is not None


def test_another_reason_for_a_failure_is_recorded() -> None:
    task = make_task(provider="suno", external_id="t1")
    for kind in (ErrorKind.UPSTREAM, ErrorKind.CONTENT):
        apply_updates(task, TaskUpdate("t1", TaskState.FAILED, error=Fault("400", kind, kind)))
    assert Event.objects.get(kind="task.changed").data["fields"] == ["error_kind", "error_message"]
