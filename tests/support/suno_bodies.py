"""Short ways to make and read a body of Suno API."""

from __future__ import annotations

from typing import Any

from tracks.domain.updates import Completeness, TaskUpdate, TrackState
from tracks.providers.base import SubmittedWith
from tracks.providers.suno import parser

DONE = {"id": "c1", "audio_url": "https://x.example/1.mp3", "stream_audio_url": "https://x.example/s1"}
STREAMING = {"id": "c2", "audio_url": "", "stream_audio_url": "https://x.example/s2"}
PENDING = {"id": "c3"}
LYRIC = "[Verse]\nUnder silver beams it flies"


def read(body: Any, dialect: str = "sunoapi", operation: str = "", **params: Any) -> Any:
    """A callback of a task that was asked for so; adopted where no operation is named."""
    return parser.callback(body, dialect, SubmittedWith(operation, params))


def record(body: Any, dialect: str = "sunoapi", operation: str = "generate") -> Any:
    return parser.record(body, dialect, operation)


def callback(stage: Any, listed: Any = (), code: Any = 200, msg: str = "said", **inner: Any) -> Any:
    data = {"callbackType": stage, "task_id": "aa11", "data": list(listed), **inner}
    return read({"code": code, "msg": msg, "data": data})


def polled(status: Any, listed: Any = (), **inner: Any) -> Any:
    data = {"taskId": "aa11", "status": status, "response": {"sunoData": list(listed)}, **inner}
    return record({"code": 200, "msg": "success", "data": data})


def track_of(**row: Any) -> Any:
    return callback("complete", [{"id": "c1", **row}]).tracks[0]


def states(update: TaskUpdate) -> list[tuple[str, TrackState | None, Completeness | None]]:
    return [(track.external_id, track.state, track.completeness) for track in update.tracks]
