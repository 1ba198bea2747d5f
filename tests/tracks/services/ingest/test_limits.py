"""What a callback's outcome says of a task that was told too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callbacks.models import Outcome
from tests.support.deliveries import deliver, process_all
from tests.support.factories import make_task
from tests.support.statements import START
from tracks.domain import limits
from tracks.domain.statuses import TaskStatus
from tracks.domain.update_json import digest, to_json
from tracks.domain.updates import (
    Cue,
    CueKind,
    Lyrics,
    Source,
    TaskUpdate,
    Timing,
    TrackState,
    TrackUpdate,
)
from tracks.models import Statement, Task
from tracks.services.ingest.ahead import Provenance, encode_update, stated

pytestmark = pytest.mark.django_db

FINAL = {
    "songs": [
        {
            "item_id": "t1",
            "status": "succeeded",
            "audio_url": "https://m.example/a.mp3",
            "lyrics_sections": [{"text": "la", "start": 1, "end": 2}],
        }
    ]
}


SONG = TrackUpdate("t1", state=TrackState.PENDING)


def running(title: str, lines: int = 0) -> dict[str, Any]:
    """A body of a song that is still being made."""
    sung = [{"text": "la", "start": number, "end": number + 1} for number in range(lines)]
    return {"songs": [{"item_id": "t1", "status": "running", "title": title, "lyrics_sections": sung}]}


def row(track: TrackUpdate) -> Statement:
    """A statement of a poll about this track, not saved."""
    data = to_json(TaskUpdate("t1", tracks=(track,)))
    seen = {"first_seen": START, "last_seen": START}
    return Statement(source=Source.POLL, data=data, digest=digest(data), **seen)


def full_task() -> Task:
    task = make_task(external_id="t1")
    rows = [row(replace(SONG, title=f"{number}")) for number in range(limits.MAX_STATEMENTS)]
    for one in rows:
        one.task = task
    Statement.objects.bulk_create(rows)
    return task


def outcome_of(task: Task, body: Any) -> tuple[str, str]:
    event = deliver(task, body)
    process_all()
    event.refresh_from_db()
    return event.outcome, event.error


def test_of_a_full_task_a_callback_that_was_not_applied_says_so_and_the_final_one_is_applied() -> None:
    task = full_task()
    assert outcome_of(task, running("once more")) == (Outcome.LIMITED, limits.FULL)
    assert outcome_of(task, FINAL) == (Outcome.APPLIED, "")
    task.refresh_from_db()
    assert task.status == TaskStatus.SUCCEEDED


def test_a_statement_without_its_lyrics_is_known_again_when_the_whole_one_comes_again() -> None:
    cue = Cue(CueKind.LINE, "la", 1, 2)
    rows = [row(replace(SONG, lyrics=Lyrics(Timing.LINE, (cue,) * (2 * limits.MAX_STATED_LINES))))]
    final = encode_update(
        TaskUpdate("t1", tracks=(replace(SONG, state=TrackState.READY, lyrics=Lyrics(Timing.LINE, (cue,))),))
    )
    first = stated(rows, final, Provenance(Source.CALLBACK, START, {}))
    assert first.row
    assert first.left_out == limits.WITHOUT_LYRICS
    again = stated([*rows, first.row], final, Provenance(Source.CALLBACK, START, {}))
    assert again.row is first.row
    assert again.left_out == limits.WITHOUT_LYRICS


def test_a_callback_that_was_cut_says_so() -> None:
    task = make_task(external_id="t1")
    assert outcome_of(task, running("long", limits.MAX_LINES + 1)) == (Outcome.LIMITED, limits.CUT)
