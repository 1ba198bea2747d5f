"""Suno API's JSON in our words: api.sunoapi.org and its twin kie.ai.

Callbacks https://docs.sunoapi.org/suno-api/generate-music-callbacks and
https://docs.kie.ai/suno-api/generate-music-callbacks, record-info
https://docs.sunoapi.org/suno-api/get-music-generation-details (read 2026-11). Both carry one task with its
tracks, under keys that differ by host, age and operation; so one reading serves both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from tracks import lyrics
from tracks.providers import reading
from tracks.providers.base import Unreadable
from tracks.providers.reading import Row, mapping, pick, text
from tracks.providers.suno import faults
from tracks.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    CueKind,
    Fault,
    TaskState,
    TaskUpdate,
    TrackState,
    TrackUpdate,
)

OK = 200
USUAL_TAKES = 2


class Special(Enum):
    """Their calling us back went wrong; that says nothing about the music."""

    CALLBACK_EXCEPTION = "callback_exception"


# `failed` stands for `error` in the sister documentation docs.api.box.
STAGES: dict[str, TaskState] = {
    "text": TaskState.RUNNING,
    "first": TaskState.RUNNING,
    "complete": TaskState.DONE,
    "error": TaskState.FAILED,
    "failed": TaskState.FAILED,
}
STATUSES: dict[str, TaskState | Special] = {
    "pending": TaskState.RUNNING,
    "text_success": TaskState.RUNNING,
    "first_success": TaskState.RUNNING,
    "success": TaskState.DONE,
    "callback_exception": Special.CALLBACK_EXCEPTION,
    "sensitive_word_error": TaskState.FAILED,
}
FILES = (
    (AssetKind.AUDIO, "audio_url"),
    (AssetKind.SOURCE_AUDIO, "source_audio_url"),
    (AssetKind.IMAGE, "image_url"),
    (AssetKind.SOURCE_IMAGE, "source_image_url"),
)
STREAMS = ("stream_audio_url", "source_stream_audio_url")


def task_id(body: Any) -> str:
    """The task's id, wherever this host puts it; blank where there is none."""
    inner = _inner(mapping(body))
    places = (inner, mapping(pick(inner, "response")), mapping(body))
    return next((found for row in places if (found := reading.identifier(pick(row, "task_id")))), "")


def submitted(body: Any) -> TaskUpdate | None:
    """The answer to a submit; None where it names no task."""
    found = task_id(body)
    return TaskUpdate(found, state=TaskState.RUNNING) if found else None


def task(body: Any, dialect: str, asked: Mapping[str, Any] | None = None) -> TaskUpdate:
    """A callback, or the answer of record-info. Raises Unreadable.

    ``dialect``: sunoapi or kie. ``asked``: what the task was submitted with; record-info repeats it in
    ``param``, a callback does not.
    """
    envelope = mapping(body)
    inner = _inner(envelope)
    code = _envelope_error(envelope)
    listed = _results(inner)
    state = _state(inner, code, listed)
    external_id = task_id(body)
    if not external_id and state is None and not listed:
        raise Unreadable("Neither a task, a stage nor a track is in it.")
    param = mapping(pick(inner, "param")) or mapping(asked)
    tracks = [_track(row, place, state, param) for place, row in enumerate(listed)]
    return TaskUpdate(
        external_id,
        state=state,
        error=_fault(envelope, inner, dialect) if state is TaskState.FAILED else None,
        tracks=tuple(track for track in tracks if track.external_id),
    )


def _inner(envelope: Row) -> Row:
    """What the envelope holds; a reseller sends it bare."""
    data = mapping(envelope.get("data"))
    return data or envelope


def _error(code: Any) -> int | None:
    """An error's number. 200 is none, not even as ``errorCode``: some bodies carry it on success."""
    found = reading.whole(code)
    return None if found in (OK, 0) else found


def _envelope_error(envelope: Row) -> int | None:
    """A ``code`` counts with ``msg`` or ``data`` beside it, as in every body of theirs."""
    return _error(envelope.get("code")) if "msg" in envelope or "data" in envelope else None


def _results(inner: Row) -> list[Row]:
    """The list of tracks, under any of its names; ``resultJson`` came with kie's V6 models."""
    response = pick(inner, "response")
    boxes = (response, pick(inner, "result_json"), pick(mapping(response), "result_json"), inner)
    return next((found for box in boxes for found in _lists(box) if any(map(_audio_id, found))), [])


def _lists(box: Any) -> Iterator[list[Row]]:
    if isinstance(content := reading.opened(box), list):
        yield reading.rows(content)
    for name in ("suno_data", "data"):
        yield reading.rows(pick(mapping(box), name))


def _audio_id(row: Row) -> str:
    return reading.identifier(pick(row, "id", "audio_id"))


def _state(inner: Row, code: int | None, listed: list[Row]) -> TaskState | None:
    if code is not None:
        return TaskState.FAILED
    stage = reading.known(STAGES, pick(inner, "callback_type"), "Suno stage")
    if stage:
        return stage
    word = text(pick(inner, "status"))
    if word.upper().endswith("_FAILED"):
        return TaskState.FAILED
    status = reading.known(STATUSES, word, "Suno status")
    if isinstance(status, Special):
        # One song may be the first of the usual two, with the other still being made.
        is_whole = len(listed) >= USUAL_TAKES and all(_has_audio(row) for row in listed)
        return TaskState.DONE if is_whole else TaskState.RUNNING
    return status


def _fault(envelope: Row, inner: Row, dialect: str) -> Fault:
    code = _error(pick(inner, "error_code")) or _envelope_error(envelope)
    message = _message(envelope, inner)
    status = text(pick(inner, "status")).upper()
    if status == "SENSITIVE_WORD_ERROR":
        return faults.of_meaning(faults.SENSITIVE, str(code or status), message)
    if code is None and status:
        return faults.of_meaning(faults.NO_CODE, status[: reading.MAX_CODE], message)
    return faults.of_task(code, message, dialect, text(pick(inner, "callback_type")).lower())


def _message(envelope: Row, inner: Row) -> str:
    """Their words about the failure; the ``msg`` of a poll is about the poll."""
    boxes = (inner, mapping(pick(inner, "response")))
    said = [text(pick(box, "error_message", "error")) for box in boxes]
    if _envelope_error(envelope) or pick(inner, "callback_type"):
        said.append(text(pick(envelope, "msg")))
    return next((words for words in said if words), "")


def _track(row: Row, place: int, task_state: TaskState | None, param: Row) -> TrackUpdate:
    is_ready, stream_url = _has_audio(row), reading.link(pick(row, "stream_audio_url"))
    whole = Completeness.WHOLE if task_state is TaskState.DONE else Completeness.OPEN
    words, asked = _words(row, param)
    return TrackUpdate(
        _audio_id(row),
        position=place,
        state=TrackState.READY if is_ready else TrackState.STREAMING if stream_url else TrackState.PENDING,
        completeness=whole if is_ready else None,
        title=text(pick(row, "title"), reading.MAX_TITLE),
        style=text(pick(row, "tags")),
        prompt=asked,
        lyrics_text=words,
        model=text(pick(row, "model_name"), reading.MAX_NAME),
        duration_ms=reading.duration_ms(pick(row, "duration")),
        stream_url=stream_url,
        created_at=reading.moment(pick(row, "create_time")),
        lyrics=reading.bounded(lyrics.plain(words)),
        assets=tuple(asset for kind, name in FILES if (asset := _file(kind, row, name))),
    )


def _has_audio(row: Row) -> bool:
    audio = _file(AssetKind.AUDIO, row, "audio_url")
    return audio is not None and audio.state is AssetState.LINKED


def _file(kind: AssetKind, row: Row, name: str) -> AssetUpdate | None:
    """While a song is made, its stream link stands in the field of the finished file.

    https://github.com/gcui-art/suno-api/issues/105
    """
    url = text(pick(row, name))
    return None if url in [text(pick(row, stream)) for stream in STREAMS] else reading.asset(kind, url)


def _words(row: Row, param: Row) -> tuple[str, str]:
    """What is sung, and what was asked. A result's ``prompt`` is the lyric unless it is an instrumental."""
    said, asked = text(pick(row, "prompt")), text(pick(param, "prompt"))
    is_instrumental = reading.flag(pick(param, "instrumental")) or not _has_lines(said)
    return ("", asked or said) if is_instrumental else (said, asked)


def _has_lines(said: str) -> bool:
    """``[Instrumental]`` alone is nothing sung."""
    found = lyrics.plain(said)
    return any(cue.kind is CueKind.LINE for cue in found.cues) if found else False
