"""The JSON form of updates, as statements store it, and the digest that recognises a repeated statement."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    Cue,
    CueKind,
    ErrorKind,
    Fault,
    Lyrics,
    TaskState,
    TaskUpdate,
    Timing,
    TimingState,
    TrackKind,
    TrackState,
    TrackUpdate,
    Word,
    link_identity,
)


def to_json(update: TaskUpdate) -> dict[str, Any]:
    """The update as plain JSON values, in the order of its fields, without the blank ones."""
    # Blanks are left out so that a field added later changes no stored digest.
    encoded = _encode(update)
    assert isinstance(encoded, dict)
    return encoded


def from_json(data: Mapping[str, Any]) -> TaskUpdate:
    """The inverse of :func:`to_json`; unknown keys are ignored."""
    return TaskUpdate(
        external_id=data.get("external_id", ""),
        state=_maybe(TaskState, data.get("state")),
        operation=data.get("operation", ""),
        error=_fault(data.get("error")),
        tracks=tuple(_track(track) for track in data.get("tracks", ())),
        stage=data.get("stage", ""),
    )


def cues_to_json(cues: Iterable[Cue]) -> list[dict[str, Any]]:
    """Lyric lines as plain JSON values, as in an update."""
    return [_encode(cue) for cue in cues]


def lyrics_digest(lyrics: Lyrics | None) -> str:
    """Tells whether lyrics are the same, lines, times and words."""
    return digest({"cues": cues_to_json(lyrics.cues if lyrics else ())})[:32]


def cues_from_json(data: Iterable[Mapping[str, Any]]) -> tuple[Cue, ...]:
    """The inverse of :func:`cues_to_json`."""
    return tuple(_cue(cue) for cue in data)


def digest(data: Mapping[str, Any]) -> str:
    """Hex SHA-256 of an update's JSON, but for what changes whenever a link is signed again."""
    bare = _without_signatures(data)
    canonical = json.dumps(bare, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


_LINKS = frozenset({"url", "stream_url"})


def _without_signatures(value: Any, key: str = "") -> Any:
    """Links without their queries, and of an expiry that there is one: both change with each signature."""
    if isinstance(value, dict):
        return {name: _without_signatures(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_signatures(inner) for inner in value]
    if key == "expires_at":
        return True
    return link_identity(value) if key in _LINKS else value


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_encode(inner) for inner in value]
    if hasattr(value, "__dataclass_fields__"):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _encode(inner) for name, inner in pairs if inner is not None and inner not in ("", ())}
    return str(value) if isinstance(value, StrEnum) else value


def _maybe(kind: Any, value: Any) -> Any:
    return None if value is None else kind(value)


def _fault(data: Mapping[str, Any] | None) -> Fault | None:
    if data is None:
        return None
    text = {name: data.get(name, "") for name in ("code", "message", "advice")}
    return Fault(kind=ErrorKind(data["kind"]), **text)


def _track(data: Mapping[str, Any]) -> TrackUpdate:
    texts = ("external_id", "title", "style", "prompt", "lyrics_text", "model", "stream_url")
    return TrackUpdate(
        kind=TrackKind(data.get("kind", TrackKind.SONG)),
        position=data.get("position"),
        duration_ms=data.get("duration_ms"),
        state=_maybe(TrackState, data.get("state")),
        completeness=_maybe(Completeness, data.get("completeness")),
        created_at=_maybe(datetime.fromisoformat, data.get("created_at")),
        finished_at=_maybe(datetime.fromisoformat, data.get("finished_at")),
        timing_state=_maybe(TimingState, data.get("timing_state")),
        lyrics=_lyrics(data.get("lyrics")),
        assets=tuple(_asset(asset) for asset in data.get("assets", ())),
        error=_fault(data.get("error")),
        **{name: data.get(name, "") for name in texts},
    )


def _asset(data: Mapping[str, Any]) -> AssetUpdate:
    texts = {name: data.get(name, "") for name in ("label", "url", "error", "member")}
    return AssetUpdate(
        kind=AssetKind(data["kind"]),
        state=AssetState(data["state"]),
        expires_at=_maybe(datetime.fromisoformat, data.get("expires_at")),
        **texts,
    )


def _lyrics(data: Mapping[str, Any] | None) -> Lyrics | None:
    if data is None:
        return None
    return Lyrics(Timing(data["timing"]), cues_from_json(data.get("cues", ())))


def _cue(data: Mapping[str, Any]) -> Cue:
    return Cue(
        kind=CueKind(data["kind"]),
        text=data.get("text", ""),
        start_ms=data.get("start_ms"),
        end_ms=data.get("end_ms"),
        words=tuple(
            Word(word.get("text", ""), word["start_ms"], word["end_ms"]) for word in data.get("words", ())
        ),
    )
