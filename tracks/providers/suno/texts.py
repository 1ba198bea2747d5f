"""Parses lyrics without music: several variants of one task, each with a state of its own.

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


def is_lyrics_body(body: Envelope) -> bool:
    """Whether the body is certainly one of lyrics: rows that have a text and no id."""
    return any("text" in row and "id" not in row for row in variant_rows(body))


def variant_rows(body: Envelope) -> list[Row]:
    lists = body.lists("lyrics_data", "data")
    return next((rows for rows in lists if any("text" in row or "title" in row for row in rows)), [])


def lyrics_tracks(
    body: Envelope, state: TaskState | None, submitted: Mapping[str, Any]
) -> tuple[TrackUpdate, ...]:
    """One track for each variant, identified by its position: they have no ids.

    ``submitted``: the parameters of the task, where the body does not repeat them.
    """
    params = mapping(pick(body.inner, "param")) or submitted
    prompt = text(pick(params, "prompt"))
    return tuple(
        _variant(body, row, position, state, prompt) for position, row in enumerate(variant_rows(body))
    )


def is_complete(tracks: tuple[TrackUpdate, ...]) -> bool:
    """Whether every variant is ready or failed."""
    return bool(tracks) and all(track.state is not TrackState.PENDING for track in tracks)


def _variant(
    body: Envelope, row: Row, position: int, task_state: TaskState | None, prompt: str
) -> TrackUpdate:
    content = text(pick(row, "text"))
    state = _state(row, content)
    completeness = Completeness.WHOLE if task_state is TaskState.DONE else Completeness.OPEN
    reason = text(pick(row, "error_message", "error"))
    return TrackUpdate(
        "",
        kind=TrackKind.LYRICS,
        position=position,
        state=state,
        completeness=completeness if state is TrackState.READY else None,
        title=text(pick(row, "title"), json_fields.MAX_TITLE),
        prompt=prompt,
        lyrics_text=content,
        created_at=json_fields.timestamp(pick(body.inner, "create_time")),
        finished_at=json_fields.timestamp(pick(body.inner, "complete_time")),
        lyrics=json_fields.bounded_lyrics(lyrics.plain_lyrics(content)),
        error=faults.of_meaning(faults.NO_CODE, "", reason) if state is TrackState.FAILED else None,
    )


def _state(row: Row, content: str) -> TrackState:
    """Failed by its status; else ready once its text is there."""
    status = json_fields.translated(VARIANTS, pick(row, "status"), "Suno lyrics status")
    if status is TrackState.FAILED:
        return TrackState.FAILED
    return TrackState.READY if content else TrackState.PENDING
