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


def song(number: int, **over: Any) -> dict[str, Any]:
    """A finished song as a callback lists it."""
    base = {
        "id": f"c{number}",
        "audio_url": f"https://m.example/{number}.mp3",
        "title": "T",
        "duration": 31.5,
    }
    return base | over


def stage(kind: str, *songs: dict[str, Any], task_id: str = "aa11", code: int = 200) -> dict[str, Any]:
    """A callback's body."""
    return {"code": code, "msg": "", "data": {"callbackType": kind, "task_id": task_id, "data": list(songs)}}


def aligned(*words: tuple[str, float | None, float | None]) -> dict[str, Any]:
    """The answer with the timing of these words, each with its seconds; without an end it was not aligned."""
    rows = [
        {"word": word, "success": end is not None, "startS": start, "endS": end} for word, start, end in words
    ]
    return {"code": 200, "msg": "success", "data": {"alignedWords": rows, "waveformData": []}}


def read(body: Any, dialect: str = "sunoapi", operation: str = "", **params: Any) -> Any:
    """A callback of a task that was asked for so; adopted where no operation is named."""
    return parser.parse_callback(body, dialect, SubmittedWith(operation, params))


def record(body: Any, dialect: str = "sunoapi", operation: str = "generate") -> Any:
    return parser.parse_query(body, dialect, operation)


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
