"""Word timing on request: when it is due, what becomes of each answer, when it is given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from tests.support.factories import make_task, make_track
from tests.support.http_server import Reply, json_reply
from tests.support.provider_server import provider_at
from tests.support.rate_limited import job_kind
from tests.support.suno_bodies import aligned
from tracks.domain.updates import (
    Lyrics,
    Source,
    TaskState,
    TaskUpdate,
    Timing,
    TimingState,
    TrackKind,
    TrackState,
    TrackUpdate,
)
from tracks.models import Account, Event, Statement, Task, Track
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.polling.word_timing import MAX_TRIES, align_next
from tracks.services.sweep import sweep

pytestmark = pytest.mark.django_db(transaction=True)

LYRIC = "[Verse]\nUnder silver beams\nit flies"
WORDS = [
    ("[Verse]\nUnder ", 1.36, 1.79),
    ("silver ", 1.79, 2.31),
    ("beams\nit ", 2.31, 3.2),
    ("flies", 3.2, 4.0),
]


def timing(*words: tuple[str, float, float]) -> Reply:
    return json_reply(aligned(*words))


def refusal(code: int, retry_after: str = "") -> Reply:
    headers = {"Retry_After": retry_after} if retry_after else {}
    return json_reply({"code": code, "msg": "no", "data": None}, 200, **headers)


def sung(**over: Any) -> TrackUpdate:
    values: dict[str, Any] = {
        "state": TrackState.READY,
        "lyrics_text": LYRIC,
        "timing_state": TimingState.WAITING,
    }
    return TrackUpdate("c1", **{**values, **over})


def apply_track(task: Task, track: TrackUpdate) -> Track:
    update = TaskUpdate(task.external_id, TaskState.DONE, tracks=(track,))
    apply(task.pk, [update], Provenance(Source.POLL, timezone.now(), {}))
    return task.tracks.get()


def suno_song(**over: Any) -> Track:
    """A song that the provider has just stated as ready."""
    return apply_track(make_task(provider="suno", external_id="aa11", params={}), sung(**over))


def rows_about(track: Track) -> tuple[int, int, list[int]]:
    lines = track.lines.values_list("pk", flat=True)
    return Statement.objects.count(), Event.objects.count(), list(lines)


def seconds_until_due(track: Track) -> float:
    track.refresh_from_db()
    assert track.words_at is not None
    return (track.words_at - timezone.now()).total_seconds()


@pytest.mark.parametrize("state", [TimingState.WAITING, None])
def test_a_ready_song_is_due_at_once(state: TimingState | None) -> None:
    track = suno_song(timing_state=state)
    assert list(Track.objects.due_for_word_timing(timezone.now())) == [track]


@pytest.mark.parametrize(
    "over",
    [
        {"state": TrackState.STREAMING},
        {"timing_state": TimingState.INSTRUMENTAL},
        {"timing_state": TimingState.FAILED},
        {"kind": TrackKind.LYRICS},
        {"kind": TrackKind.FILES},
        {"lyrics": Lyrics(Timing.WORD, ())},
    ],
    ids=str,
)
def test_a_track_without_word_timing_to_come_is_not_due(over: dict[str, Any]) -> None:
    assert suno_song(**over).words_at is None


def test_the_sweep_makes_a_song_due_that_never_was() -> None:
    track = suno_song()
    Track.objects.update(words_at=None)
    sweep()
    track.refresh_from_db()
    assert track.words_at is not None


def test_the_sweep_leaves_a_song_that_is_past_retention() -> None:
    track = suno_song()
    Track.objects.update(words_at=None, received_at=timezone.now() - timedelta(days=15))
    sweep()
    track.refresh_from_db()
    assert track.words_at is None


def test_nothing_is_due_for_a_provider_that_sends_word_timing_by_itself() -> None:
    assert apply_track(make_task(provider="tempolor", external_id="aa11"), sung()).words_at is None


def test_a_song_that_becomes_ready_later_is_due_then() -> None:
    track = suno_song(state=TrackState.STREAMING)
    assert apply_track(track.task, sung()).words_at is not None


def test_a_song_of_a_task_adopted_from_a_callback_is_due_too() -> None:
    task = make_task(provider="suno", external_id="aa11", origin="adopted")
    assert apply_track(task, sung()).words_at is not None


def test_words_become_lines_with_times() -> None:
    track = suno_song()
    with provider_at(timing(*WORDS)) as provider:
        assert align_next("suno")
        assert not align_next("suno")
    (asked,) = provider.requests
    assert asked.json == {"taskId": "aa11", "audioId": "c1"}
    track.refresh_from_db()
    assert (track.lyrics_timing, track.timing_state) == (Timing.WORD, TimingState.THERE)
    assert (track.words_at, track.words_claims) == (None, 0)
    assert [(line.text, line.start_ms, line.end_ms) for line in track.lines.all()] == [
        ("Verse", 1360, 1360),
        ("Under silver beams", 1360, 2945),
        ("it flies", 2945, 4000),
    ]
    assert track.lines.get(text="it flies").words == [[2945, 3200, "it"], [3200, 4000, "flies"]]


def test_word_timing_is_recorded_by_one_event() -> None:
    track = suno_song()
    with provider_at(timing(*WORDS)):
        align_next("suno")
    kinds = Event.objects.filter(track=track).values_list("kind", flat=True)
    assert sorted(kinds) == ["track.changed", "track.created", "track.lyrics"]


def test_word_timing_that_is_here_already_is_not_fetched() -> None:
    """As after a worker that died between applying the answer and completing its lease."""
    track = suno_song()
    with provider_at(timing(*WORDS)):
        align_next("suno")
    Track.objects.filter(pk=track.pk).update(words_at=timezone.now(), words_claims=1)
    with provider_at(timing(*WORDS)) as provider:
        assert align_next("suno")
        assert not align_next("suno")
    assert provider.requests == []


def test_the_same_answer_twice_writes_nothing() -> None:
    track = suno_song()
    with provider_at(timing(*WORDS)):
        align_next("suno")
        before = rows_about(track)
        Track.objects.filter(pk=track.pk).update(words_at=timezone.now(), lyrics_timing=Timing.PLAIN)
        align_next("suno")
    assert (
        Statement.objects.count(),
        Event.objects.count(),
        [line.pk for line in track.lines.all()],
    ) == before


def test_a_later_body_without_word_timing_does_not_remove_it() -> None:
    track = suno_song()
    with provider_at(timing(*WORDS)):
        align_next("suno")
    track = apply_track(track.task, sung(title="Moon"))
    assert (track.title, track.lyrics_timing, track.words_at) == ("Moon", Timing.WORD, None)


WITHOUT_WORDS = {
    "empty": timing(),
    "no letters": timing(("[Verse]\n", 0, 1)),
    "no answer": None,
    "gateway": Reply(b"oops", 500),
    "key": refusal(401),
    "fault": refusal(500),
    "not an object": Reply(b"[]"),
}


@pytest.mark.parametrize("answer", WITHOUT_WORDS.values(), ids=WITHOUT_WORDS)
def test_after_an_answer_without_word_timing_it_is_fetched_again(answer: Reply | None) -> None:
    track = suno_song()
    with provider_at(answer):
        assert align_next("suno")
        assert not align_next("suno")
    assert 8 < seconds_until_due(track) <= 10
    assert (track.words_tries, track.words_claims, track.timing_state) == (1, 0, TimingState.WAITING)


def test_the_waits_grow_and_the_last_one_repeats() -> None:
    track = suno_song()
    seen = []
    with provider_at(None), time_machine.travel(timezone.now(), tick=False) as clock:
        Account.objects.all().delete()
        for _ in range(7):
            assert align_next("suno")
            seen.append(round(seconds_until_due(track)))
            Account.objects.all().delete()  # and with it its rate limit and breaker
            clock.shift(timedelta(seconds=seen[-1]))
    assert seen == [10, 30, 120, 600, 3600, 3600, 3600]


def test_retry_after_is_honoured() -> None:
    track = suno_song()
    with provider_at(refusal(430, "90")):
        align_next("suno")
    assert 85 < seconds_until_due(track) <= 90


def test_the_last_answer_without_word_timing_is_final() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_tries=MAX_TRIES - 1)
    with provider_at(timing()):
        assert align_next("suno")
    track.refresh_from_db()
    assert (track.timing_state, track.words_at, track.lyrics_text) == (TimingState.FAILED, None, LYRIC)
    event = Event.objects.filter(track=track, kind="track.changed").get()
    assert event.data["fields"] == ["timing_state"]
    assert "could not align" in event.data["reason"]


def test_a_lost_answer_is_never_final_within_the_retention() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_tries=MAX_TRIES + 20)
    with provider_at(None):
        assert align_next("suno")
    assert 3500 < seconds_until_due(track) <= 3600


def test_a_song_past_retention_is_given_up() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(received_at=timezone.now() - timedelta(days=14))
    with provider_at(None):
        assert align_next("suno")
    track.refresh_from_db()
    assert (track.timing_state, track.words_at) == (TimingState.FAILED, None)


@pytest.mark.parametrize("code", [400, 404])
def test_a_refusal_of_the_song_is_retried(code: int) -> None:
    track = suno_song()
    with provider_at(refusal(code)):
        assert align_next("suno")
        assert not align_next("suno")
    assert 8 < seconds_until_due(track) <= 10
    assert (track.words_tries, track.timing_state) == (1, TimingState.WAITING)


@pytest.mark.parametrize("code", [400, 404])
def test_the_last_refusal_of_the_song_is_final(code: int) -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_tries=MAX_TRIES - 1)
    with provider_at(refusal(code)):
        assert align_next("suno")
    track.refresh_from_db()
    assert (track.timing_state, track.words_at) == (TimingState.FAILED, None)
    assert apply_track(track.task, sung(title="Moon")).words_at is None


def test_word_timing_after_a_final_refusal_still_wins() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_tries=MAX_TRIES - 1)
    with provider_at(refusal(404)):
        align_next("suno")
    Track.objects.filter(pk=track.pk).update(words_at=timezone.now())
    with provider_at(timing(*WORDS)):
        align_next("suno")
    track.refresh_from_db()
    assert (track.timing_state, track.lyrics_timing) == (TimingState.THERE, Timing.WORD)


def test_word_timing_of_another_song_is_not_applied() -> None:
    """Two takes of one task, each fetched by its own id."""
    task = make_task(provider="suno", external_id="aa11", params={})
    both = (sung(position=0), TrackUpdate("c2", position=1, state=TrackState.READY, lyrics_text=LYRIC))
    apply(
        task.pk,
        [TaskUpdate("aa11", TaskState.DONE, tracks=both)],
        Provenance(Source.POLL, timezone.now(), {}),
    )
    with provider_at(lambda asked: timing(*WORDS) if asked.json["audioId"] == "c2" else timing()):
        assert align_next("suno")
        assert align_next("suno")
        assert not align_next("suno")
    timings = dict(task.tracks.values_list("external_id", "lyrics_timing"))
    assert timings == {"c1": Timing.NONE, "c2": Timing.WORD}


@override_settings(MAX_CLAIMS=2)
def test_a_request_that_ends_its_worker_each_time_waits_without_a_request() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_claims=2)
    with provider_at(timing(*WORDS)) as provider:
        assert align_next("suno")
    assert provider.requests == []
    assert seconds_until_due(track) > 5
    assert track.words_claims == 0


def test_a_paused_provider_gets_no_request() -> None:
    track = suno_song()
    with provider_at(refusal(430, "90")) as provider:
        align_next("suno")
        Track.objects.filter(pk=track.pk).update(words_at=timezone.now())
        assert not align_next("suno")
    assert len(provider.requests) == 1
    track.refresh_from_db()
    assert track.words_claims == 0


def test_an_answer_under_a_lost_lease_is_applied() -> None:
    """The lease is another worker's by then, and stays that worker's."""
    track = suno_song()

    def slow(asked: Any) -> Reply:
        later = timezone.now() + timedelta(seconds=60)
        Track.objects.filter(pk=track.pk).update(words_at=later, words_claims=2)
        connection.close()  # this is the provider's thread
        return timing(*WORDS)

    with provider_at(slow):
        assert align_next("suno")
    track.refresh_from_db()
    assert (track.lyrics_timing, track.words_claims) == (Timing.WORD, 2)


def test_nothing_is_due_for_an_unsung_row() -> None:
    make_track(make_task(provider="suno"))
    with provider_at(timing(*WORDS)) as provider:
        assert not align_next("suno")
    assert provider.requests == []


def test_a_provider_without_word_timing_costs_no_query_for_it() -> None:
    """Else its worker would read all due rows of the other provider, ten times a second."""
    with CaptureQueriesContext(connection) as seen:
        job_kind("ask-tempolor").has_due(timezone.now())
        assert not align_next("tempolor")
    assert not [one for one in seen.captured_queries if "words_at" in one["sql"]]
