"""What the worker makes of stored callbacks."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from callbacks.jobs import adopt_mismatch
from callbacks.models import CallbackEvent, Outcome
from callbacks.replay import replay
from tests.support import watching_provider
from tests.support.deliveries import deliver, process_all
from tests.support.factories import make_task
from tests.support.http_server import Reply
from tests.support.paths import PAYLOADS
from tests.support.provider_server import provider_at
from tests.support.suno_bodies import song, stage
from tracks import providers, signed_urls
from tracks.domain import limits
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import Source, TaskState, TaskUpdate
from tracks.models import Event, LyricLine, Task, Track
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.polling.poll import poll_next
from tracks.services.resolve import InvalidState, abandon, poll_now, set_external_id
from tracks.services.review import edit

pytestmark = pytest.mark.django_db(transaction=True)


def payload(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


TEXT = stage("text")
FIRST = stage("first", song(1), song(2, audio_url="", stream_audio_url="https://m.example/s2"))
COMPLETE = stage("complete", song(1), song(2))
FAILED = stage("error", code=531)


def picture(task: Task) -> Any:
    task.refresh_from_db()
    songs = task.tracks.order_by("position").values_list(
        "external_id", "status", "title", "duration_ms", "archive"
    )
    files = task.tracks.order_by("position", "assets__kind").values_list("assets__kind", "assets__source_url")
    return task.status, list(songs), list(files)


def test_the_documented_tempolor_callback_makes_the_documented_song() -> None:
    task = make_task(provider="tempolor", external_id="123")
    deliver(task, payload("tempolor/song-callback-documented.json"))
    process_all()
    track = Track.objects.get()
    assert (track.title, track.duration_ms, track.status) == ("Owl's Moonlit Waltz", 96_000, "ready")
    assert LyricLine.objects.filter(kind="line").count() == 20
    assert LyricLine.objects.filter(kind="section").count() == 7
    assert CallbackEvent.objects.get().outcome == Outcome.APPLIED


def test_ten_parallel_deliveries_make_one_song() -> None:
    task = make_task(provider="tempolor", external_id="123")

    def once(_: int) -> None:
        try:
            deliver(task, payload("tempolor/song-callback-documented.json"))
            process_all()
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(once, range(10)))
    process_all()
    event = CallbackEvent.objects.get()
    assert (event.deliveries, event.outcome) == (10, Outcome.APPLIED)
    assert Track.objects.count() == 1
    assert LyricLine.objects.count() == 27


@pytest.mark.parametrize("order", list(permutations([TEXT, FIRST, COMPLETE])))
def test_the_stages_of_suno_in_all_orders_with_repeats(order: Any) -> None:
    task = make_task(provider="suno", external_id="aa11")
    for body in (*order, *order):
        deliver(task, body)
        process_all()
    songs = [("c1", "ready", "T", 31_500, "pending"), ("c2", "ready", "T", 31_500, "pending")]
    files = [("audio", "https://m.example/1.mp3"), ("audio", "https://m.example/2.mp3")]
    assert picture(task) == (TaskStatus.SUCCEEDED, songs, files)


@pytest.mark.parametrize("order", list(permutations([FIRST, FAILED])))
def test_a_failure_after_the_first_song_is_partial(order: Any) -> None:
    task = make_task(provider="suno", external_id="aa11")
    for body in order:
        deliver(task, body)
    process_all()
    task.refresh_from_db()
    assert (task.status, task.error_kind, task.error_code) == (TaskStatus.PARTIAL, "upstream", "531")
    assert "credits" in task.error_advice


def test_stages_processed_at_the_same_time_end_the_same() -> None:
    task = make_task(provider="suno", external_id="aa11")
    for body in (COMPLETE, TEXT, FIRST):
        deliver(task, body)

    def work(_: int) -> None:
        try:
            process_all()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert picture(task)[0] == TaskStatus.SUCCEEDED
    assert set(CallbackEvent.objects.values_list("outcome", flat=True)) == {Outcome.APPLIED}


def test_an_unsure_task_is_found_again_by_the_callback_under_its_token() -> None:
    task = make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)
    deliver(task, FIRST)
    process_all()
    task.refresh_from_db()
    assert (task.external_id, task.status) == ("aa11", TaskStatus.RUNNING)
    assert task.next_poll_at is not None


def test_another_id_under_the_token_is_a_mismatch_and_the_task_is_polled() -> None:
    later = timezone.now() + timedelta(hours=1)
    task = make_task(provider="suno", external_id="aa11", next_poll_at=later)
    event = deliver(task, stage("complete", song(7), task_id="bb22"))
    process_all()
    event.refresh_from_db()
    task.refresh_from_db()
    assert event.outcome == Outcome.MISMATCH
    assert "bb22" in event.error
    assert not Track.objects.exists()
    assert task.next_poll_at is not None
    assert task.next_poll_at < later
    assert Event.objects.filter(task=task, kind="task.mismatch").exists()


def test_a_good_token_of_a_lost_task_adopts_once() -> None:
    gone = make_task(provider="suno", external_id="aa11")
    token = signed_urls.callback_token(gone)
    gone.delete()
    for body in (TEXT, FIRST, COMPLETE):
        deliver(gone, body, token)
        process_all()
    task = Task.objects.get()
    assert (task.origin, task.external_id, task.status) == ("adopted", "aa11", TaskStatus.SUCCEEDED)
    assert Event.objects.filter(task=task, kind="task.created").count() == 1


@override_settings(CALLBACK_TOKENS=["shared"])
def test_the_shared_token_updates_what_is_known_and_adopts_what_is_not() -> None:
    known = make_task(provider="suno", external_id="aa11")
    deliver(known, COMPLETE, "shared")
    deliver(known, stage("complete", song(8), task_id="cc33"), "shared")
    process_all()
    known.refresh_from_db()
    assert known.status == TaskStatus.SUCCEEDED
    adopted = Task.objects.get(external_id="cc33")
    assert (adopted.origin, adopted.operation) == ("adopted", "generate")
    assert list(CallbackEvent.objects.order_by("id").values_list("outcome", flat=True)) == [
        "applied",
        "adopted",
    ]


@override_settings(CALLBACK_TOKENS=["shared"])
def test_an_adopted_body_with_several_items_is_one_task_each() -> None:
    songs = [{"item_id": name, "status": "running"} for name in ("a", "b")]
    deliver(Task(provider="tempolor"), {"songs": songs}, "shared")
    process_all()
    assert sorted(Task.objects.values_list("external_id", flat=True)) == ["a", "b"]


@override_settings(CALLBACK_TOKENS=["shared"])
def test_the_shared_token_without_an_id_adopts_nothing() -> None:
    make_task(provider="suno", external_id="")
    event = deliver(Task(provider="suno"), stage("text", task_id=""), "shared")
    process_all()
    event.refresh_from_db()
    assert event.outcome == Outcome.UNREADABLE
    assert Task.objects.count() == 1


def test_what_is_not_understood_is_kept_and_the_task_is_polled() -> None:
    task = make_task(provider="tempolor", external_id="123", next_poll_at=None)
    event = deliver(task, {"weather": "fine"})
    process_all()
    event.refresh_from_db()
    task.refresh_from_db()
    assert event.outcome == Outcome.UNREADABLE
    assert event.error
    assert task.next_poll_at is not None


@override_settings(SUNO_WEBHOOK_KEY="hmac-key")
def test_an_unsigned_callback_is_not_believed_where_signatures_are_wanted() -> None:
    providers.forget()
    task = make_task(provider="suno", external_id="aa11", next_poll_at=None)
    where = f"/callbacks/suno/{signed_urls.callback_token(task)}/"
    answer = Client().post(where, json.dumps(COMPLETE), content_type="application/json")
    process_all()
    task.refresh_from_db()
    providers.forget()
    assert answer.status_code == 401
    assert CallbackEvent.objects.get().outcome == Outcome.UNVERIFIED
    assert task.status == TaskStatus.RUNNING
    assert task.next_poll_at is not None


@override_settings(CALLBACK_TRUST="readback")
def test_with_readback_only_the_id_is_believed() -> None:
    task = make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)
    deliver(task, COMPLETE)
    process_all()
    task.refresh_from_db()
    assert (task.external_id, task.status, task.tracks.count()) == ("aa11", TaskStatus.RUNNING, 0)
    assert task.next_poll_at is not None
    assert task.next_poll_at <= timezone.now()
    assert CallbackEvent.objects.get().outcome == Outcome.READBACK


@override_settings(MAX_CLAIMS=2)
def test_what_ends_its_worker_each_time_is_parked() -> None:
    task = make_task(provider="suno", external_id="aa11")
    event = deliver(task, COMPLETE)
    CallbackEvent.objects.update(claims=2)
    process_all()
    event.refresh_from_db()
    assert (event.outcome, event.due_at) == (Outcome.PARKED, None)
    assert not Track.objects.exists()
    deliver(task, COMPLETE)
    process_all()
    event.refresh_from_db()
    assert event.outcome == Outcome.APPLIED


def test_a_replay_changes_nothing() -> None:
    task = make_task(provider="suno", external_id="aa11")
    deliver(task, COMPLETE)
    process_all()
    before, events = picture(task), Event.objects.count()
    assert replay(CallbackEvent.objects.all()) == 1
    process_all()
    assert picture(task) == before
    assert Event.objects.count() == events


def test_a_callback_before_the_submits_answer_is_not_lost() -> None:
    task = make_task(provider="suno", external_id="", status=TaskStatus.QUEUED, submit_at=timezone.now())
    deliver(task, COMPLETE)
    process_all()
    task.refresh_from_db()
    assert (task.status, task.submit_at) == (TaskStatus.SUCCEEDED, None)


def test_the_documented_query_makes_the_same_song_as_the_callback() -> None:
    called, polled = (make_task(provider="tempolor", external_id=name) for name in ("123", "124"))
    deliver(called, payload("tempolor/song-callback-documented.json"))
    process_all()
    body = payload("tempolor/song-query-documented.json").replace(b'"123"', b'"124"')
    with provider_at(Reply(body, headers={"Content-Type": "application/json"})):
        poll_now(polled.pk, "ada")
        assert poll_next("tempolor")
    polled.refresh_from_db()
    called.refresh_from_db()
    assert polled.status == called.status == TaskStatus.SUCCEEDED
    sung = [
        list(task.tracks.get().lines.values_list("kind", "text", "start_ms")) for task in (called, polled)
    ]
    assert sung[0] == sung[1]
    assert len(sung[0]) == 27


@override_settings(CALLBACK_TRUST="readback")
def test_with_readback_all_items_of_a_lost_answer_are_asked_for() -> None:
    task = make_task(provider="tempolor", external_id="", status=TaskStatus.UNSURE)
    deliver(task, {"songs": [{"item_id": name, "status": "succeeded"} for name in ("a", "b")]})
    process_all()
    assert sorted(task.tracks.values_list("external_id", "status")) == [("a", "pending"), ("b", "pending")]


@override_settings(CALLBACK_TRUST="readback")
@pytest.mark.parametrize("status", [TaskStatus.FAILED, TaskStatus.PARTIAL, TaskStatus.OVERDUE])
def test_with_readback_a_hint_about_a_task_given_up_has_it_polled(status: TaskStatus) -> None:
    task = make_task(provider="suno", external_id="aa11", status=status)
    deliver(task, COMPLETE)
    process_all()
    task.refresh_from_db()
    assert task.next_poll_at is not None


def test_a_mismatch_can_be_adopted_by_a_person() -> None:
    task = make_task(provider="suno", external_id="aa11")
    event = deliver(task, stage("complete", song(7), task_id="bb22"))
    process_all()
    assert adopt_mismatch(event, "ada") == Outcome.ADOPTED
    adopted = Task.objects.get(external_id="bb22")
    assert (adopted.origin, adopted.status) == ("adopted", TaskStatus.SUCCEEDED)
    event.refresh_from_db()
    assert event.outcome == Outcome.ADOPTED


@override_settings(MAX_CLAIMS=1)
def test_the_task_of_a_parked_body_is_polled() -> None:
    task = make_task(provider="suno", external_id="aa11", next_poll_at=None)
    deliver(task, COMPLETE)
    CallbackEvent.objects.update(claims=1)
    process_all()
    task.refresh_from_db()
    assert task.next_poll_at is not None


@pytest.mark.parametrize("are_known", [True, False])
@pytest.mark.parametrize("trust", ["token", "readback"])
def test_bodies_that_name_the_same_tasks_the_other_way_round_do_not_block_each_other(
    trust: str, are_known: bool
) -> None:
    """On PostgreSQL they would, by the rows of tasks or by the ids of new ones; one would be cast out."""
    for number in range(12):
        names = (f"{number}a", f"{number}b")
        for name in names if are_known else ():
            make_task(provider="tempolor", external_id=name)
        with override_settings(CALLBACK_TOKENS=["shared"]):
            for order in (names, names[::-1]):
                songs = [{"item_id": name, "status": "running", "title": order[0]} for name in order]
                deliver(Task(provider="tempolor"), {"songs": songs}, "shared")

    def work(_: int) -> None:
        try:
            process_all()
        finally:
            connection.close()

    with override_settings(CALLBACK_TRUST=trust), ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    good = {Outcome.READBACK} if trust == "readback" else {Outcome.APPLIED, Outcome.ADOPTED}
    assert set(CallbackEvent.objects.values_list("outcome", flat=True)) <= good


def without_id(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "data": {name: value for name, value in body["data"].items() if name != "task_id"}}


@pytest.mark.parametrize("order", list(permutations([without_id(FIRST), COMPLETE])))
def test_a_body_without_the_id_makes_nothing_foreign_of_the_one_with_it(order: Any) -> None:
    task = make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)
    for body in order:
        deliver(task, body)
        process_all()
    task.refresh_from_db()
    assert (task.external_id, task.status, task.tracks.count()) == ("aa11", TaskStatus.SUCCEEDED, 2)


@pytest.mark.parametrize("trust", ["token", "readback"])
def test_a_body_without_the_id_leaves_an_unsure_task_for_a_person(trust: str) -> None:
    task = make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)
    with override_settings(CALLBACK_TRUST=trust):
        deliver(task, without_id(TEXT))
        process_all()
    task.refresh_from_db()
    assert (task.status, task.next_poll_at) == (TaskStatus.UNSURE, None)
    set_external_id(task.pk, "aa11", "ada")


def test_a_mismatch_that_names_no_task_takes_nobodys() -> None:
    theirs = make_task(provider="suno", external_id="t2")
    deliver(theirs, stage("complete", song(1), task_id="t2"))
    queued = make_task(provider="suno", external_id="", status=TaskStatus.QUEUED, submit_at=timezone.now())
    event = deliver(
        make_task(provider="suno", external_id="t1"), without_id(stage("complete", song(1), song(9)))
    )
    process_all()
    with pytest.raises(InvalidState):
        adopt_mismatch(event, "ada")
    queued.refresh_from_db()
    assert (queued.status, queued.submit_at is not None) == (TaskStatus.QUEUED, True)


@override_settings(CALLBACK_TRUST="readback")
def test_with_readback_another_id_is_still_shown_as_a_mismatch() -> None:
    task = make_task(provider="suno", external_id="aa11")
    event = deliver(task, stage("complete", song(7), task_id="bb22"))
    process_all()
    event.refresh_from_db()
    assert event.outcome == Outcome.MISMATCH


def test_a_late_answer_finds_songs_and_edits_and_loses_none() -> None:
    """An earlier send's song was reported with and without its id, and renamed, before the answer came."""
    task = make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)
    deliver(task, without_id(stage("first", song(1))))
    deliver(task, stage("complete", song(1), task_id="zz"))
    process_all()
    edit(Track.objects.get().pk, {"title": "Mine"}, "ada")
    apply(task.pk, [TaskUpdate("t1", TaskState.RUNNING)], Provenance(Source.SUBMIT, timezone.now(), {}))
    task.refresh_from_db()
    track = Track.objects.get()
    assert (task.external_id, track.task.external_id, track.title) == ("t1", "zz", "Mine")


def test_a_body_without_the_id_leaves_an_abandoned_task_as_it_is() -> None:
    task = make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)
    abandon(task.pk, "ada")
    event = deliver(task, without_id(TEXT))
    process_all()
    event.refresh_from_db()
    task.refresh_from_db()
    assert (event.outcome, event.error) == (Outcome.APPLIED, "")
    assert (task.status, task.finished_at is not None) == (TaskStatus.FAILED, True)
    assert "ada" in task.error_message


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The provider in the registry; whether a transaction was open at each body that it parsed."""
    monkeypatch.setitem(providers.REGISTRY, "toy", "tests.support.watching_provider")
    watching_provider.seen.clear()
    return watching_provider.seen


def test_a_body_is_parsed_before_the_transaction_that_callbacks_wait_for(watching: list[bool]) -> None:
    deliver(make_task(provider="toy", external_id="b1"), {"lines": 3})
    process_all()
    assert watching == [False]
    assert CallbackEvent.objects.get().outcome == Outcome.APPLIED
    assert LyricLine.objects.count() == 3


def test_a_mismatch_is_parsed_before_the_transaction_too(watching: list[bool]) -> None:
    deliver(make_task(provider="toy", external_id="b1"), {"lines": 3})
    adopt_mismatch(CallbackEvent.objects.get(), "ada")
    assert watching == [False]


def test_a_lyric_that_no_song_has_is_cut_and_a_sentence_says_so(watching: list[bool]) -> None:
    task = make_task(provider="toy", external_id="b1")
    event = deliver(task, {"lines": limits.MAX_LINES + 1})
    process_all()
    assert LyricLine.objects.count() == limits.MAX_LINES
    (warned,) = Event.objects.filter(task=task, kind="task.limit")
    assert warned.data == {"message": limits.CUT, "callback": event.pk}
    assert json.loads(bytes(CallbackEvent.objects.get().body)) == {"lines": limits.MAX_LINES + 1}
