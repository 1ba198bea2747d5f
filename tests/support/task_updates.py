"""What a provider says of one task with two songs, stage by stage."""

from __future__ import annotations

from typing import Any

from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    ErrorKind,
    Fault,
    TaskState,
    TaskUpdate,
    TrackState,
    TrackUpdate,
)


def ready(external_id: str, completeness: Completeness = Completeness.WHOLE, **over: Any) -> TrackUpdate:
    return TrackUpdate(external_id, state=TrackState.READY, completeness=completeness, **over)


def audio(url: str) -> AssetUpdate:
    return AssetUpdate(AssetKind.AUDIO, AssetState.LINKED, url=url)


FAULT = Fault("413", ErrorKind.COPYRIGHT, "it matches an existing work")
TEXT = TaskUpdate("t1", TaskState.RUNNING)
FIRST = TaskUpdate(
    "t1",
    TaskState.RUNNING,
    tracks=(
        ready("c1", Completeness.OPEN, position=0),
        TrackUpdate("c2", position=1, state=TrackState.STREAMING),
    ),
)
COMPLETE = TaskUpdate("t1", TaskState.DONE, tracks=(ready("c1", position=0), ready("c2", position=1)))
ERROR = TaskUpdate("t1", TaskState.FAILED, error=FAULT)
