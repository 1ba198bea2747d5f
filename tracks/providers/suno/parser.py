"""Parses the JSON of Suno API into updates, from api.sunoapi.org and from kie.ai.

Callbacks https://docs.sunoapi.org/suno-api/generate-music-callbacks and
https://docs.kie.ai/suno-api/generate-music-callbacks, record-info
https://docs.sunoapi.org/suno-api/get-music-generation-details (read 2026-11). Both have one task with its
results, under keys that differ by host, age and operation; so one parser serves both. Songs are parsed here,
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


def parse_submit(body: Any) -> TaskUpdate | None:
    """The answer to a submit; None where there is no id in it."""
    found = task_id(body)
    return TaskUpdate(found, state=TaskState.RUNNING) if found else None


def parse_callback(body: Any, dialect: str, submitted: SubmittedWith) -> TaskUpdate:
    """A callback, with its stage. ``dialect``: sunoapi or kie. Raises Unreadable."""
    envelope = Envelope.of(body)
    shape = _shape(envelope)
    operation = shape or submitted.operation
    state = envelope.state
    if operation in files.OPERATIONS and state is None and (shape or envelope.task_id):
        # No stage and no fault: a callback of files comes once, when they are there.
        state = TaskState.DONE
    update = _update(envelope, dialect, operation, state, submitted.params)
    return replace(update, operation=shape, stage=_stage(envelope, operation, state))


def parse_query(body: Any, dialect: str, operation: str) -> TaskUpdate:
    """The details of a task, which repeat its parameters in ``param``. Raises Unreadable."""
    envelope = Envelope.of(body)
    shape = _shape(envelope)
    return replace(_update(envelope, dialect, shape or operation, envelope.state, {}), operation=shape)


def _shape(body: Envelope) -> str:
    """The operation, where the body's shape is certain; blank for songs, which several operations make."""
    if _songs(body):
        return ""
    return files.operation_of(body) or (LYRICS.name if texts.is_lyrics_body(body) else "")


def _stage(body: Envelope, operation: str, state: TaskState | Special | None) -> str:
    """Which of the operation's callbacks it is: the provider's word, or ours where it has none."""
    if operation in files.OPERATIONS and state is TaskState.DONE:
        return DONE_STAGE
    return body.stage or ("error" if state is TaskState.FAILED else "")


def _update(
    body: Envelope, dialect: str, operation: str, given: TaskState | Special | None, params: Mapping[str, Any]
) -> TaskUpdate:
    state = _state(body, operation, given)
    tracks = _tracks(body, operation, state, params)
    if not body.task_id and given is None and not tracks:
        raise Unreadable("Neither a task, a stage nor a track is in it.")
    fault = body.fault(dialect) if state is TaskState.FAILED else None
    return TaskUpdate(body.task_id, state=state, error=fault, tracks=tracks)


def _state(body: Envelope, operation: str, given: TaskState | Special | None) -> TaskState | None:
    """The state that was given; after a failed callback of theirs, what is in the body decides."""
    if not isinstance(given, Special):
        return given
    return TaskState.DONE if _is_whole(body, operation) else TaskState.RUNNING


def _is_whole(body: Envelope, operation: str) -> bool:
    if operation in files.OPERATIONS:
        found = files.files_track(body, operation, TaskState.DONE)
        return found is not None and found.completeness is Completeness.WHOLE
    if operation == LYRICS.name:
        return texts.is_complete(texts.lyrics_tracks(body, TaskState.DONE, {}))
    # One song may be the first of the usual two, with the other still being made.
    songs = _songs(body)
    return len(songs) >= USUAL_TAKES and all(map(_has_audio, songs))


def _tracks(
    body: Envelope, operation: str, state: TaskState | None, params: Mapping[str, Any]
) -> tuple[TrackUpdate, ...]:
    if operation in files.OPERATIONS:
        found = files.files_track(body, operation, state)
        return (found,) if found else ()
    if operation == LYRICS.name:
        return texts.lyrics_tracks(body, state, params)
    param = mapping(pick(body.inner, "param")) or params
    songs = [_song(body, row, position, state, param) for position, row in enumerate(_songs(body))]
    return tuple(song for song in songs if song.external_id)


def _songs(body: Envelope) -> list[Row]:
    """The list of songs, under any of its names."""
    return next((found for found in body.lists("suno_data", "data") if any(map(_audio_id, found))), [])


def _audio_id(row: Row) -> str:
    return json_fields.identifier(pick(row, "id", "audio_id"))


def _song(body: Envelope, row: Row, position: int, task_state: TaskState | None, param: Row) -> TrackUpdate:
    is_ready, stream_url = _has_audio(row), json_fields.link_or_blank(pick(row, "stream_audio_url"))
    completeness = Completeness.WHOLE if task_state is TaskState.DONE else Completeness.OPEN
    lyric, prompt = _lyric_and_prompt(row, param)
    return TrackUpdate(
        _audio_id(row),
        position=position,
        state=TrackState.READY if is_ready else TrackState.STREAMING if stream_url else TrackState.PENDING,
        completeness=completeness if is_ready else None,
        title=text(pick(row, "title"), json_fields.MAX_TITLE),
        style=text(pick(row, "tags")),
        prompt=prompt,
        lyrics_text=lyric,
        model=text(pick(row, "model_name"), json_fields.MAX_NAME),
        duration_ms=json_fields.duration_ms(pick(row, "duration")),
        stream_url=stream_url,
        created_at=json_fields.timestamp(pick(row, "create_time")),
        finished_at=json_fields.timestamp(pick(body.inner, "complete_time")) if is_ready else None,
        timing_state=_timing_state(row, param, is_ready),
        lyrics=json_fields.bounded_lyrics(lyrics.plain_lyrics(lyric)),
        assets=tuple(asset for kind, name in FILES if (asset := _file(kind, row, name))),
    )


def _has_audio(row: Row) -> bool:
    audio = _file(AssetKind.AUDIO, row, "audio_url")
    return audio is not None and audio.state is AssetState.LINKED


def _file(kind: AssetKind, row: Row, name: str) -> AssetUpdate | None:
    """The file; None for a stream link, which stands in the same field while the song is made.

    https://github.com/gcui-art/suno-api/issues/105
    """
    url = text(pick(row, name))
    return None if url in [text(pick(row, stream)) for stream in STREAMS] else json_fields.asset(kind, url)


def _lyric_and_prompt(row: Row, param: Row) -> tuple[str, str]:
    """The lyric, and the prompt of the request. A result's ``prompt`` is the lyric, if it is sung."""
    resulting, requested = text(pick(row, "prompt")), text(pick(param, "prompt"))
    is_sung = not _is_instrumental(row, param) and bool(resulting)
    return (resulting, requested) if is_sung else ("", requested or resulting)


def _timing_state(row: Row, param: Row, is_ready: bool) -> TimingState | None:
    """Word timing is not sent with the song; it is fetched once the song is ready."""
    if _is_instrumental(row, param):
        return TimingState.INSTRUMENTAL
    return TimingState.WAITING if is_ready else None


def _is_instrumental(row: Row, param: Row) -> bool:
    """By the request, or by a lyric without a sung line, such as ``[Instrumental]``."""
    lyric = text(pick(row, "prompt"))
    return bool(json_fields.flag(pick(param, "instrumental"))) or bool(lyric and not _has_lines(lyric))


def _has_lines(lyric: str) -> bool:
    found = lyrics.plain_lyrics(lyric)
    return any(cue.kind is CueKind.LINE for cue in found.cues) if found else False
