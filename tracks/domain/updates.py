"""Updates: what a source states about a task, the only values that pass from providers to our rules.

A provider's parser turns each body into these values; nothing else of the body goes further. Blank
(``None``, ``""``, ``()``) means "not stated", never "there is none". Lengths and lyric times are
milliseconds by the unit that the provider documents; the fold decides whether that was it (time_units.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit


class Source(StrEnum):
    """Who stated it. A person outranks every provider; ``CLOCK`` is our own deadline."""

    SUBMIT = "submit"
    CALLBACK = "callback"
    POLL = "poll"
    PERSON = "person"
    CLOCK = "clock"


class TaskState(StrEnum):
    """What the provider states of the whole task. ``DONE`` alone proves nothing, its tracks do."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class TrackState(StrEnum):
    """In rising rank: the higher state wins, whichever arrived first."""

    PENDING = "pending"
    STREAMING = "streaming"
    FAILED = "failed"
    READY = "ready"


class Completeness(StrEnum):
    """How much of a ready track exists, in rising rank: more to come, final with a gap, final and whole."""

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


# What can be sent to a provider as the source of an operation.
SENDABLE = (AssetKind.AUDIO, AssetKind.AUDIO_HI)
# What the player plays of a song and what is shown as its cover, the preferred kind first.
PLAYABLE = (AssetKind.AUDIO, AssetKind.AUDIO_HI, AssetKind.SOURCE_AUDIO)
IMAGES = (AssetKind.IMAGE, AssetKind.SOURCE_IMAGE)
# The files whose measured length has to match the one that the provider stated for the track. That of others
# is inferred, where it is: tracks/services/archive/promises.py
LENGTH_CHECKED = frozenset({AssetKind.AUDIO, AssetKind.AUDIO_HI})

MediaFamily = Literal["audio", "image", "video", "archive"]
_FAMILIES: dict[str, MediaFamily] = {
    AssetKind.AUDIO: "audio",
    AssetKind.AUDIO_HI: "audio",
    AssetKind.SOURCE_AUDIO: "audio",
    AssetKind.STEM: "audio",
    AssetKind.IMAGE: "image",
    AssetKind.SOURCE_IMAGE: "image",
    AssetKind.VIDEO: "video",
    AssetKind.ARCHIVE: "archive",
}


def family_of(kind: str) -> MediaFamily:
    """What sort of media a file of this asset kind is. KeyError for what is no asset kind."""
    return _FAMILIES[kind]


class AssetState(StrEnum):
    """In rising rank: still to come, could not be made, has a link."""

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
    """The state of the provider's lyric timing, in rising rank: to come, not available, no vocals, there."""

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
    """Why something failed: the provider's code and message, our kind, and what a person can do."""

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
    """One file of a track. ``label`` distinguishes several of one kind (stems, covers).

    ``member``: its exact name inside the track's ZIP, for a file without a link of its own. Such a file is
    stated as waiting, beside the ZIP's link, and never as failed: the ZIP itself shows what it holds.
    ``expires_at``: when the provider deletes it, if it states that; with a time zone.
    """

    kind: AssetKind
    state: AssetState
    label: str = ""
    url: str = ""
    error: str = ""
    member: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrackUpdate:
    """What is stated of one track. ``external_id`` may be blank only where a task has one result."""

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
    """What one body states of one task. ``external_id`` is the id that the body names.

    ``stage``: which of the operation's callbacks it is, in the provider's word; it changes no row by itself.
    """

    external_id: str
    state: TaskState | None = None
    operation: str = ""
    error: Fault | None = None
    tracks: tuple[TrackUpdate, ...] = ()
    stage: str = ""


def link_identity(url: str) -> str:
    """The link without its query and fragment, which stays the same when the link is signed again."""
    try:
        return urlsplit(url)._replace(query="", fragment="").geturl()
    except ValueError:  # a provider may send something that is no URL
        return url
