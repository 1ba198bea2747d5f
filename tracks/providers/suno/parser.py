"""Suno API's JSON in our words: api.sunoapi.org and its twin kie.ai.

Callbacks https://docs.sunoapi.org/suno-api/generate-music-callbacks and
https://docs.kie.ai/suno-api/generate-music-callbacks, record-info
https://docs.sunoapi.org/suno-api/get-music-generation-details (read 2026-11). Both carry one task with its
results, under keys that differ by host, age and operation; so one reading serves both. Songs are read here,
lyrics in ``texts``, files in ``files``, what is around all of them in ``envelope``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracks.domain import lyrics
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    CueKind,
    TaskState,
    TaskUpdate,
    TimingState,
    TrackState,
    TrackUpdate,
)
from tracks.providers import json_fields
from tracks.providers.base import SubmittedWith, Unreadable
from tracks.providers.json_fields import Row, mapping, pick, text
from tracks.providers.suno import files, texts
from tracks.providers.suno.envelope import Envelope, Special
from tracks.providers.suno.operations.extras import LYRICS
from tracks.providers.suno.operations.fields import DONE_STAGE

USUAL_TAKES = 2
FILES = (
    (AssetKind.AUDIO, "audio_url"),
    (AssetKind.SOURCE_AUDIO, "source_audio_url"),
    (AssetKind.IMAGE, "image_url"),
    (AssetKind.SOURCE_IMAGE, "source_image_url"),
)
STREAMS = ("stream_audio_url", "source_stream_audio_url")


def task_id(body: Any) -> str:
    """The task's id, wherever this host puts it; blank where there is none."""
    return Envelope.of(body).task_id


def submitted(body: Any) -> TaskUpdate | None:
    """The answer to a submit; None where it names no task."""
    found = task_id(body)
    return TaskUpdate(found, state=TaskState.RUNNING) if found else None


def callback(body: Any, dialect: str, asked: SubmittedWith) -> TaskUpdate:
    """What a callback says. ``dialect``: sunoapi or kie. Raises Unreadable."""
    opened = Envelope.of(body)
    shape = _shape(opened)
    kind = shape or asked.operation
    state = opened.state
    if kind in files.KINDS and state is None and (shape or opened.task_id):
        # No stage and no fault: a callback of files comes once, when they are there.
        state = TaskState.DONE
    update = _update(opened, dialect, kind, state, asked.params)
    return replace(update, operation=shape, stage=_stage(opened, kind, state))


def record(body: Any, dialect: str, operation: str) -> TaskUpdate:
    """What the details of a task say; they repeat what was asked in ``param``. Raises Unreadable."""
    opened = Envelope.of(body)
    shape = _shape(opened)
    return replace(_update(opened, dialect, shape or operation, opened.state, {}), operation=shape)


def _shape(body: Envelope) -> str:
    """The operation that the body is unmistakably of; blank for songs, which several operations make."""
    if _songs(body):
        return ""
    return files.operation(body) or (LYRICS.name if texts.is_shape(body) else "")


def _stage(body: Envelope, kind: str, state: TaskState | Special | None) -> str:
    """Which of the operation's callbacks it is: their word, or ours where they have none."""
    if kind in files.KINDS and state is TaskState.DONE:
        return DONE_STAGE
    return body.stage or ("error" if state is TaskState.FAILED else "")


def _update(
    body: Envelope, dialect: str, kind: str, said: TaskState | Special | None, asked: Mapping[str, Any]
) -> TaskUpdate:
    state = _state(body, kind, said)
    tracks = _tracks(body, kind, state, asked)
    if not body.task_id and said is None and not tracks:
        raise Unreadable("Neither a task, a stage nor a track is in it.")
    fault = body.fault(dialect) if state is TaskState.FAILED else None
    return TaskUpdate(body.task_id, state=state, error=fault, tracks=tracks)


def _state(body: Envelope, kind: str, said: TaskState | Special | None) -> TaskState | None:
    """A callback of theirs that went wrong says nothing; then what is there decides."""
    if not isinstance(said, Special):
        return said
    return TaskState.DONE if _is_whole(body, kind) else TaskState.RUNNING


def _is_whole(body: Envelope, kind: str) -> bool:
    if kind in files.KINDS:
        found = files.track(body, kind, TaskState.DONE)
        return found is not None and found.completeness is Completeness.WHOLE
    if kind == LYRICS.name:
        return texts.is_whole(texts.tracks(body, TaskState.DONE, {}))
    # One song may be the first of the usual two, with the other still being made.
    songs = _songs(body)
    return len(songs) >= USUAL_TAKES and all(map(_has_audio, songs))


def _tracks(
    body: Envelope, kind: str, state: TaskState | None, asked: Mapping[str, Any]
) -> tuple[TrackUpdate, ...]:
    if kind in files.KINDS:
        found = files.track(body, kind, state)
        return (found,) if found else ()
    if kind == LYRICS.name:
        return texts.tracks(body, state, asked)
    param = mapping(pick(body.inner, "param")) or asked
    songs = [_song(body, row, place, state, param) for place, row in enumerate(_songs(body))]
    return tuple(song for song in songs if song.external_id)


def _songs(body: Envelope) -> list[Row]:
    """The list of songs, under any of its names."""
    return next((found for found in body.lists("suno_data", "data") if any(map(_audio_id, found))), [])


def _audio_id(row: Row) -> str:
    return json_fields.identifier(pick(row, "id", "audio_id"))


def _song(body: Envelope, row: Row, place: int, task_state: TaskState | None, param: Row) -> TrackUpdate:
    is_ready, stream_url = _has_audio(row), json_fields.link(pick(row, "stream_audio_url"))
    whole = Completeness.WHOLE if task_state is TaskState.DONE else Completeness.OPEN
    words, asked = _words(row, param)
    return TrackUpdate(
        _audio_id(row),
        position=place,
        state=TrackState.READY if is_ready else TrackState.STREAMING if stream_url else TrackState.PENDING,
        completeness=whole if is_ready else None,
        title=text(pick(row, "title"), json_fields.MAX_TITLE),
        style=text(pick(row, "tags")),
        prompt=asked,
        lyrics_text=words,
        model=text(pick(row, "model_name"), json_fields.MAX_NAME),
        duration_ms=json_fields.duration_ms(pick(row, "duration")),
        stream_url=stream_url,
        created_at=json_fields.moment(pick(row, "create_time")),
        finished_at=json_fields.moment(pick(body.inner, "complete_time")) if is_ready else None,
        timing_state=_timing_state(row, param, is_ready),
        lyrics=json_fields.bounded(lyrics.plain(words)),
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
    return None if url in [text(pick(row, stream)) for stream in STREAMS] else json_fields.asset(kind, url)


def _words(row: Row, param: Row) -> tuple[str, str]:
    """What is sung, and what was asked. A result's ``prompt`` is the lyric unless it is an instrumental."""
    said, asked = text(pick(row, "prompt")), text(pick(param, "prompt"))
    is_sung = not _is_instrumental(row, param) and bool(said)
    return (said, asked) if is_sung else ("", asked or said)


def _timing_state(row: Row, param: Row, is_ready: bool) -> TimingState | None:
    """The times of a song's words are not sent; they are asked for once it is there."""
    if _is_instrumental(row, param):
        return TimingState.INSTRUMENTAL
    return TimingState.WAITING if is_ready else None


def _is_instrumental(row: Row, param: Row) -> bool:
    """As it was asked, or told by its lyric: ``[Instrumental]`` alone is nothing sung."""
    said = text(pick(row, "prompt"))
    return bool(json_fields.flag(pick(param, "instrumental"))) or bool(said and not _has_lines(said))


def _has_lines(said: str) -> bool:
    found = lyrics.plain(said)
    return any(cue.kind is CueKind.LINE for cue in found.cues) if found else False
