"""Lyrics without music: several versions of one task, each with a state of its own.

Callbacks https://docs.sunoapi.org/suno-api/generate-lyrics-callbacks and
https://docs.kie.ai/suno-api/generate-lyrics-callbacks, details
https://docs.sunoapi.org/suno-api/get-lyrics-generation-details (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracks.domain import lyrics
from tracks.domain.updates import Completeness, TaskState, TrackKind, TrackState, TrackUpdate
from tracks.providers import json_fields
from tracks.providers.json_fields import Row, mapping, pick, text
from tracks.providers.suno import faults
from tracks.providers.suno.envelope import Envelope

VARIANTS: dict[str, TrackState] = {"complete": TrackState.READY, "failed": TrackState.FAILED}


def is_shape(body: Envelope) -> bool:
    """Whether the body is unmistakably one of lyrics: versions that are texts and have no id."""
    return any("text" in row and "id" not in row for row in variants(body))


def variants(body: Envelope) -> list[Row]:
    named = body.lists("lyrics_data", "data")
    return next((found for found in named if any("text" in row or "title" in row for row in found)), [])


def tracks(body: Envelope, state: TaskState | None, asked: Mapping[str, Any]) -> tuple[TrackUpdate, ...]:
    """One track for each version, told apart by its place: they have no ids."""
    params = mapping(pick(body.inner, "param")) or asked
    prompt = text(pick(params, "prompt"))
    return tuple(_variant(body, row, place, state, prompt) for place, row in enumerate(variants(body)))


def is_whole(found: tuple[TrackUpdate, ...]) -> bool:
    return bool(found) and all(track.state is not TrackState.PENDING for track in found)


def _variant(body: Envelope, row: Row, place: int, task_state: TaskState | None, prompt: str) -> TrackUpdate:
    words = text(pick(row, "text"))
    state = _state(row, words)
    is_final = task_state is TaskState.DONE
    whole = Completeness.WHOLE if is_final else Completeness.OPEN
    said = text(pick(row, "error_message", "error"))
    return TrackUpdate(
        "",
        kind=TrackKind.LYRICS,
        position=place,
        state=state,
        completeness=whole if state is TrackState.READY else None,
        title=text(pick(row, "title"), json_fields.MAX_TITLE),
        prompt=prompt,
        lyrics_text=words,
        created_at=json_fields.moment(pick(body.inner, "create_time")),
        finished_at=json_fields.moment(pick(body.inner, "complete_time")),
        lyrics=json_fields.bounded(lyrics.plain(words)),
        error=faults.of_meaning(faults.NO_CODE, "", said) if state is TrackState.FAILED else None,
    )


def _state(row: Row, words: str) -> TrackState:
    """Ready needs the text itself; a version that failed says so, or why."""
    said = json_fields.known(VARIANTS, pick(row, "status"), "Suno lyrics status")
    if said is TrackState.FAILED:
        return TrackState.FAILED
    return TrackState.READY if words else TrackState.PENDING
