"""What a source says about a task: the only language between the providers and our rules.

A provider's parser turns each body into these values and nothing else of the body travels on. Blank
(``None``, ``""``, ``()``) means "not said", never "there is none". Lyric times are milliseconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class Source(StrEnum):
    """Who said it. A person stands above every provider; the clock is our own deadline."""

    SUBMIT = "submit"
    CALLBACK = "callback"
    POLL = "poll"
    PERSON = "person"
    CLOCK = "clock"


class TaskState(StrEnum):
    """What the provider says of the task as a whole. ``DONE`` is a claim, the tracks are the proof."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class TrackState(StrEnum):
    """In rising rank: good news beats bad, in either order."""

    PENDING = "pending"
    STREAMING = "streaming"
    FAILED = "failed"
    READY = "ready"


class Completeness(StrEnum):
    """How much of a ready track is there: more to come, final with a gap, final and whole."""

    OPEN = "open"
    GAP = "gap"
    WHOLE = "whole"


class ErrorKind(StrEnum):
    AUTH = "auth"
    CREDIT = "credit"
    RATE = "rate"
    BUSY = "busy"
    INPUT = "input"
    CONTENT = "content"
    COPYRIGHT = "copyright"
    NOT_FOUND = "not_found"
    UPSTREAM = "upstream"
    UNKNOWN = "unknown"


class AssetKind(StrEnum):
    AUDIO = "audio"
    AUDIO_HI = "audio_hi"
    SOURCE_AUDIO = "source_audio"
    IMAGE = "image"
    SOURCE_IMAGE = "source_image"
    VIDEO = "video"
    STEM = "stem"
    ARCHIVE = "archive"


class AssetState(StrEnum):
    """In rising rank: a link beats "could not be made", which beats "still to come"."""

    WAITING = "waiting"
    FAILED = "failed"
    LINKED = "linked"


class Timing(StrEnum):
    """How finely lyrics are timed, in rising rank."""

    NONE = "none"
    PLAIN = "plain"
    LINE = "line"
    WORD = "word"


class TimingState(StrEnum):
    """Whether the provider's lyric timing is still to come, not to be had, or there; rising rank.

    ``INSTRUMENTAL``: nothing is sung, so nothing is to be timed.
    """

    WAITING = "waiting"
    FAILED = "failed"
    INSTRUMENTAL = "instrumental"
    THERE = "there"


class CueKind(StrEnum):
    SECTION = "section"
    LINE = "line"


class TrackKind(StrEnum):
    SONG = "song"
    LYRICS = "lyrics"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something failed: the provider's code and words, our kind, and what a person can do."""

    code: str
    kind: ErrorKind
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Cue:
    """One sung line or one section heading; ``start_ms`` is None where there is no timing."""

    kind: CueKind
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Lyrics:
    """The whole lyric of one track, in order; replaced as one value, never line by line."""

    timing: Timing
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class AssetUpdate:
    """One file of a track. ``label`` tells apart several of one kind (stems, covers).

    ``member``: it has no link of its own, it comes under this exact name inside the track's archive. Such a
    file is stated as waiting, beside the archive's link, and never as failed: what is in there, we see.
    """

    kind: AssetKind
    state: AssetState
    label: str = ""
    url: str = ""
    error: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class TrackUpdate:
    """What is said of one track. ``external_id`` may be blank only where a task has one result."""

    external_id: str
    kind: TrackKind = TrackKind.SONG
    position: int | None = None
    state: TrackState | None = None
    completeness: Completeness | None = None
    title: str = ""
    style: str = ""
    prompt: str = ""
    lyrics_text: str = ""
    model: str = ""
    duration_ms: int | None = None
    stream_url: str = ""
    created_at: datetime | None = None
    finished_at: datetime | None = None
    timing_state: TimingState | None = None
    lyrics: Lyrics | None = None
    assets: tuple[AssetUpdate, ...] = ()
    error: Fault | None = None


@dataclass(frozen=True, slots=True)
class TaskUpdate:
    """What one body says of one task. ``external_id`` is the id that the body speaks of.

    ``stage``: which of the operation's callbacks it is, in the provider's word; it changes no row by itself.
    """

    external_id: str
    state: TaskState | None = None
    operation: str = ""
    error: Fault | None = None
    tracks: tuple[TrackUpdate, ...] = ()
    stage: str = ""


def to_json(update: TaskUpdate) -> dict[str, Any]:
    """The update as plain JSON values, blanks left out, so that a new field changes no old digest."""
    encoded = _encode(update)
    assert isinstance(encoded, dict)
    return encoded


def from_json(data: Mapping[str, Any]) -> TaskUpdate:
    """The inverse of :func:`to_json`; keys that this version does not know are passed over."""
    return TaskUpdate(
        external_id=data.get("external_id", ""),
        state=_maybe(TaskState, data.get("state")),
        operation=data.get("operation", ""),
        error=_fault(data.get("error")),
        tracks=tuple(_track(track) for track in data.get("tracks", ())),
        stage=data.get("stage", ""),
    )


def digest(update: TaskUpdate) -> str:
    """SHA-256 of what is said, signed link queries left out: a fresh signature is no news."""
    bare = _without_queries(to_json(update))
    canonical = json.dumps(bare, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def link_identity(url: str) -> str:
    """A link without its query and fragment: what stays the same when it is signed anew."""
    try:
        return urlsplit(url)._replace(query="", fragment="").geturl()
    except ValueError:  # what a provider put in a link's place may be none
        return url


_LINKS = frozenset({"url", "stream_url"})


def _without_queries(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _without_queries(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_queries(inner) for inner in value]
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
    return AssetUpdate(kind=AssetKind(data["kind"]), state=AssetState(data["state"]), **texts)


def _lyrics(data: Mapping[str, Any] | None) -> Lyrics | None:
    if data is None:
        return None
    return Lyrics(Timing(data["timing"]), tuple(_cue(cue) for cue in data.get("cues", ())))


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
