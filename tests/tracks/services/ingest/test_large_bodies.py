"""The work that a body makes grows no faster than the body, and ends at the limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from callbacks.models import CallbackEvent, Outcome
from tests.support.deliveries import deliver, process_all
from tests.support.factories import make_task
from tests.support.statements import START
from tests.support.suno_bodies import song, stage
from tests.support.work import calls_of
from tracks import providers
from tracks.domain.fold import StatementValue, fold
from tracks.domain.updates import Source
from tracks.providers import json_fields
from tracks.providers.base import SubmittedWith
from tracks.services.ingest.ahead import encode_update

AUDIO = "https://m.example/a.mp3"
Body = Callable[[int], Any]


def lines(count: int) -> list[dict[str, Any]]:
    return [{"text": f"la {number}", "start": number, "end": number + 1} for number in range(count)]


def tempolor(*items: dict[str, Any]) -> dict[str, Any]:
    return {"songs": [{"item_id": f"t{n}", "status": "succeeded", **item} for n, item in enumerate(items)]}


BODIES: dict[str, tuple[str, Body]] = {
    "timed lines": ("tempolor", lambda size: tempolor({"audio_url": AUDIO, "lyrics_sections": lines(size)})),
    "lines as text": ("tempolor", lambda size: tempolor({"lyrics_sections": json.dumps(lines(size))})),
    "songs": ("tempolor", lambda size: tempolor(*[{"audio_url": AUDIO}] * size)),
    "songs of one id": (
        "tempolor",
        lambda size: tempolor(*[{"item_id": "t1", "title": f"{n}"} for n in range(size)]),
    ),
    "written lines": ("tempolor", lambda size: tempolor({"lyrics": "[Verse]\nla la\n" * size})),
    "brackets": ("tempolor", lambda size: tempolor({"lyrics": "[(" * size})),
    "Suno's songs": ("suno", lambda size: stage("complete", *[song(n) for n in range(size)])),
    "Suno's lyrics": ("suno", lambda size: stage("complete", song(1, prompt="[Verse]\nla la\n" * size))),
    "Suno's pictures": (
        "suno",
        lambda size: {
            "code": 200,
            "data": {"taskId": "aa11", "images": [f"{AUDIO}?{n}" for n in range(size)]},
        },
    ),
    "keys that nobody knows": (
        "suno",
        lambda size: stage("complete", song(1, **{f"key{n}": n for n in range(size)})),
    ),
}


def work_of(kind: str, size: int) -> int:
    """The calls that it takes to parse a body of this size, encode what it states, and fold that."""
    provider, body = BODIES[kind]
    raw = json.dumps(body(size))

    def work() -> None:
        updates = providers.get(provider).parse_callback(json.loads(raw), SubmittedWith("generate", {}))
        kept = [encode_update(update).update for update in updates]
        stated = [StatementValue(Source.CALLBACK, update, START, START) for update in kept]
        fold(stated, timedelta(days=1))

    return calls_of(work)


@pytest.mark.parametrize("kind", BODIES)
def test_twice_as_large_a_body_makes_at_most_twice_the_work(kind: str) -> None:
    work_of(kind, 5)  # what is cached once is not counted
    assert work_of(kind, 160) <= 2.2 * work_of(kind, 80)


@pytest.mark.parametrize("kind", ["songs", "songs of one id", "Suno's songs", "Suno's pictures"])
def test_more_rows_than_a_body_may_have_make_no_work(kind: str) -> None:
    most = json_fields.MAX_ROWS
    work_of(kind, 5)
    assert work_of(kind, 4 * most) <= 1.1 * work_of(kind, most)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "raw",
    [
        b'{"songs":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"songs":[{"item_id":' + b"[" * 50_000 + b"]" * 50_000 + b"}]}",
        b'{"songs":[{"item_id":' + b"9" * 100_000 + b"}]}",
        b'{"songs":[{"item_id":1e' + b"9" * 100_000 + b"}]}",
        json.dumps({"songs": "[" * 100_000}).encode(),
    ],
    ids=["deep objects", "deep lists", "a huge number", "an infinite number", "deep text"],
)
def test_a_body_that_no_parser_takes_is_kept_as_unreadable(raw: bytes) -> None:
    task = make_task(external_id="t1")
    deliver(task, raw)
    process_all()
    event = CallbackEvent.objects.get()
    assert (event.outcome, bytes(event.body), event.due_at) == (Outcome.UNREADABLE, raw, None)
