"""Word timing that has to be asked for: when it is due, what becomes of each answer, when it is given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from tests.support.factories import make_task, make_track
from tests.support.http_server import Reply, said
from tests.support.provider_server import provider_at
from tests.support.rate_limited import kind
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
from tracks.services.polling.word_timing import MOST_TRIES, align_next
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
    rows = [{"word": word, "success": True, "startS": start, "endS": end} for word, start, end in words]
    return said({"code": 200, "msg": "success", "data": {"alignedWords": rows, "waveformData": []}})


def refusal(code: int, retry_after: str = "") -> Reply:
    headers = {"Retry_After": retry_after} if retry_after else {}
    return said({"code": code, "msg": "no", "data": None}, 200, **headers)


def sung(**over: Any) -> TrackUpdate:
    values: dict[str, Any] = {
        "state": TrackState.READY,
        "lyrics_text": LYRIC,
        "timing_state": TimingState.WAITING,
    }
    return TrackUpdate("c1", **{**values, **over})


def tell(task: Task, track: TrackUpdate) -> Track:
    update = TaskUpdate(task.external_id, TaskState.DONE, tracks=(track,))
    apply(task.pk, [update], Provenance(Source.POLL, timezone.now(), {}))
    return task.tracks.get()


def suno_song(**over: Any) -> Track:
    """A song of which the provider just said that it is ready."""
    return tell(make_task(provider="suno", external_id="aa11", params={}), sung(**over))


def rows_about(track: Track) -> tuple[int, int, list[int]]:
    lines = track.lines.values_list("pk", flat=True)
    return Statement.objects.count(), Event.objects.count(), list(lines)


def waits(track: Track) -> float:
    track.refresh_from_db()
    assert track.words_at is not None
    return (track.words_at - timezone.now()).total_seconds()


@pytest.mark.parametrize("state", [TimingState.WAITING, None])
def test_a_song_that_is_there_is_due_at_once(state: TimingState | None) -> None:
    track = suno_song(timing_state=state)
    assert list(Track.objects.due_for_words(timezone.now())) == [track]


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
def test_what_has_no_words_to_wait_for_is_not_due(over: dict[str, Any]) -> None:
    assert suno_song(**over).words_at is None


def test_a_song_that_was_never_asked_about_is_swept_up() -> None:
    track = suno_song()
    Track.objects.update(words_at=None)
    sweep()
    track.refresh_from_db()
    assert track.words_at is not None


def test_a_song_that_the_provider_has_forgotten_is_not() -> None:
    track = suno_song()
    Track.objects.update(words_at=None, received_at=timezone.now() - timedelta(days=15))
    sweep()
    track.refresh_from_db()
    assert track.words_at is None


def test_a_provider_that_sends_its_timing_is_not_asked() -> None:
    assert tell(make_task(provider="tempolor", external_id="aa11"), sung()).words_at is None


def test_a_song_that_becomes_ready_later_is_due_then() -> None:
    track = suno_song(state=TrackState.STREAMING)
    assert tell(track.task, sung()).words_at is not None


def test_a_song_of_a_task_adopted_from_a_callback_is_due_too() -> None:
    task = make_task(provider="suno", external_id="aa11", origin="adopted")
    assert tell(task, sung()).words_at is not None


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


def test_what_is_asked_for_is_noted_once() -> None:
    track = suno_song()
    with provider_at(timing(*WORDS)):
        align_next("suno")
    kinds = Event.objects.filter(track=track).values_list("kind", flat=True)
    assert sorted(kinds) == ["track.changed", "track.created", "track.lyrics"]


def test_words_that_are_here_already_are_not_asked_for() -> None:
    """As after a worker that died between keeping the words and saying so."""
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


def test_a_later_body_without_times_takes_them_away_from_nobody() -> None:
    track = suno_song()
    with provider_at(timing(*WORDS)):
        align_next("suno")
    track = tell(track.task, sung(title="Moon"))
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
def test_an_answer_without_words_is_asked_for_again(answer: Reply | None) -> None:
    track = suno_song()
    with provider_at(answer):
        assert align_next("suno")
        assert not align_next("suno")
    assert 8 < waits(track) <= 10
    assert (track.words_tries, track.words_claims, track.timing_state) == (1, 0, TimingState.WAITING)


def test_the_waits_grow_and_the_last_one_repeats() -> None:
    track = suno_song()
    seen = []
    with provider_at(None), time_machine.travel(timezone.now(), tick=False) as clock:
        Account.objects.all().delete()
        for _ in range(7):
            assert align_next("suno")
            seen.append(round(waits(track)))
            Account.objects.all().delete()  # no pace is kept between them
            clock.shift(timedelta(seconds=seen[-1]))
    assert seen == [10, 30, 120, 600, 3600, 3600, 3600]


def test_a_provider_that_asks_for_patience_gets_it() -> None:
    track = suno_song()
    with provider_at(refusal(430, "90")):
        align_next("suno")
    assert 85 < waits(track) <= 90


def test_well_formed_answers_without_words_are_believed_in_the_end() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_tries=MOST_TRIES - 1)
    with provider_at(timing()):
        assert align_next("suno")
    track.refresh_from_db()
    assert (track.timing_state, track.words_at, track.lyrics_text) == (TimingState.FAILED, None, LYRIC)
    told = Event.objects.filter(track=track, kind="track.changed").get()
    assert told.data["fields"] == ["timing_state"]
    assert "could not align" in told.data["reason"]


def test_silence_is_never_believed_while_the_provider_keeps_the_song() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_tries=MOST_TRIES + 20)
    with provider_at(None):
        assert align_next("suno")
    assert 3500 < waits(track) <= 3600


def test_what_the_provider_has_forgotten_is_given_up() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(received_at=timezone.now() - timedelta(days=14))
    with provider_at(None):
        assert align_next("suno")
    track.refresh_from_db()
    assert (track.timing_state, track.words_at) == (TimingState.FAILED, None)


@pytest.mark.parametrize("code", [400, 404])
def test_a_no_to_the_song_may_come_too_early(code: int) -> None:
    track = suno_song()
    with provider_at(refusal(code)):
        assert align_next("suno")
        assert not align_next("suno")
    assert 8 < waits(track) <= 10
    assert (track.words_tries, track.timing_state) == (1, TimingState.WAITING)


@pytest.mark.parametrize("code", [400, 404])
def test_a_no_to_the_song_is_believed_in_the_end(code: int) -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_tries=MOST_TRIES - 1)
    with provider_at(refusal(code)):
        assert align_next("suno")
    track.refresh_from_db()
    assert (track.timing_state, track.words_at) == (TimingState.FAILED, None)
    assert tell(track.task, sung(title="Moon")).words_at is None


def test_better_news_still_wins_over_a_no() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_tries=MOST_TRIES - 1)
    with provider_at(refusal(404)):
        align_next("suno")
    Track.objects.filter(pk=track.pk).update(words_at=timezone.now())
    with provider_at(timing(*WORDS)):
        align_next("suno")
    track.refresh_from_db()
    assert (track.timing_state, track.lyrics_timing) == (TimingState.THERE, Timing.WORD)


def test_words_of_another_song_are_not_taken() -> None:
    """Two takes of one task, each asked for by its own id."""
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
def test_asking_that_ends_its_worker_each_time_waits_without_asking() -> None:
    track = suno_song()
    Track.objects.filter(pk=track.pk).update(words_claims=2)
    with provider_at(timing(*WORDS)) as provider:
        assert align_next("suno")
    assert provider.requests == []
    assert waits(track) > 5
    assert track.words_claims == 0


def test_a_provider_that_wants_a_pause_is_not_asked() -> None:
    track = suno_song()
    with provider_at(refusal(430, "90")) as provider:
        align_next("suno")
        Track.objects.filter(pk=track.pk).update(words_at=timezone.now())
        assert not align_next("suno")
    assert len(provider.requests) == 1
    track.refresh_from_db()
    assert track.words_claims == 0


def test_what_was_heard_under_a_lost_lease_is_kept() -> None:
    """The lease is another worker's by then, and stays so."""
    track = suno_song()

    def slow(asked: Any) -> Reply:
        later = timezone.now() + timedelta(seconds=60)
        Track.objects.filter(pk=track.pk).update(words_at=later, words_claims=2)
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


def test_a_provider_that_times_no_words_is_not_looked_at_for_them() -> None:
    """Else its worker would step over all that waits for the other one, ten times a second."""
    with CaptureQueriesContext(connection) as seen:
        kind("ask-tempolor").has_due(timezone.now())
        assert not align_next("tempolor")
    assert not [one for one in seen.captured_queries if "words_at" in one["sql"]]
