"""A provider that notes whether a transaction was open when it was asked to parse, and at each fold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection

from tests.support.toy.provider import Toy
from tracks.domain.updates import Cue, CueKind, Lyrics, TaskState, TaskUpdate, Timing, TrackUpdate
from tracks.providers.base import SubmittedWith
from tracks.providers.http import Api

# For each body, and for each fold: whether a transaction was open.
seen: list[bool] = []
folds: list[bool] = []


class Watching(Toy):
    """Its bodies say how many lines a song has."""

    @property
    def retention(self) -> timedelta:  # type: ignore[override]  # each fold asks for it
        folds.append(connection.in_atomic_block)
        return timedelta(days=1)

    def parse_callback(self, body: Any, submitted: SubmittedWith) -> list[TaskUpdate]:
        seen.append(connection.in_atomic_block)
        cues = tuple(Cue(CueKind.LINE, f"line {number}") for number in range(body["lines"]))
        song = TrackUpdate("b1", lyrics=Lyrics(Timing.PLAIN, cues))
        return [TaskUpdate("b1", TaskState.RUNNING, tracks=(song,))]

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        return True


def build() -> Watching:
    return Watching(Api("Watching Toy Box", "http://toy.invalid", "tin-key", "TOY", 5))
