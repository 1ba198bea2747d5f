"""The fold of one track: what all statements of it come to, with its lyrics and its files. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from tracks.domain import time_units
from tracks.domain.statuses import TrackStatus
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    Lyrics,
    Source,
    TaskState,
    TaskUpdate,
    Timing,
    TimingState,
    TrackKind,
    TrackState,
    TrackUpdate,
    link_identity,
)

# Enums that declare their members in rising rank, and each member's place in it.
_RANKED = (TrackState, Completeness, AssetState, Timing, TimingState)
_LEVELS: dict[type, dict[Any, int]] = {enum: {member: n for n, member in enumerate(enum)} for enum in _RANKED}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
# Tracks without a stated position come after all that have one.
_BEHIND_ALL = 1_000_000

T = TypeVar("T")
Rank = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class StatementValue:
    """One statement: its source, its update, when it first arrived, and when last with the same links."""

    source: Source
    update: TaskUpdate
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class FoldedAsset:
    kind: AssetKind
    label: str
    state: AssetState
    url: str
    error: str
    member: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class FoldedTrack:
    external_id: str
    kind: TrackKind
    position: int
    status: TrackStatus
    title: str
    style: str
    prompt: str
    lyrics_text: str
    model: str
    duration_ms: int | None
    stream_url: str
    created_at: datetime | None
    finished_at: datetime | None
    received_at: datetime
    timing_state: TimingState | None
    lyrics: Lyrics | None
    assets: tuple[FoldedAsset, ...]


class TrackStatement(NamedTuple):
    """What one statement holds about one track."""

    statement: StatementValue
    track: TrackUpdate


class _AssetStatement(NamedTuple):
    """What one statement holds about one file, with its :func:`_rank`."""

    rank: Rank
    statement: StatementValue
    asset: AssetUpdate


def by_track(statements: Iterable[StatementValue]) -> dict[str, list[TrackStatement]]:
    """The tracks that a provider has stated, by external id, or by "#" and position for one without an id."""
    tracks: dict[str, list[TrackStatement]] = defaultdict(list)
    for statement in statements:
        for track in statement.update.tracks:
            key = track.external_id or f"#{track.position or 0}"
            tracks[key].append(TrackStatement(statement, track))
    # A person edits tracks that a provider has stated; an edit alone makes none.
    return {key: parts for key, parts in tracks.items() if not all(_is_edit(part) for part in parts)}


def _is_edit(part: TrackStatement) -> bool:
    return part.statement.source is Source.PERSON


def _rank(part: TrackStatement) -> Rank:
    """People first (the latest edit above all), then the higher state, then what a final body states."""
    statement, track = part
    by_person = _is_edit(part)
    return (
        by_person,
        statement.last_seen if by_person else _LONG_AGO,
        _level(track.state) if track.state else -1,
        _level(track.completeness) if track.completeness else -1,
        statement.update.state is TaskState.DONE,
    )


def _best(parts: Iterable[TrackStatement], value: Callable[[TrackUpdate], T]) -> T | None:
    """The value of the highest rank that is not blank; of equal ranks the longest, then the last by text."""
    values = [(_rank(part), value(part.track)) for part in parts]
    stated = [(rank, found) for rank, found in values if found is not None and found != ""]
    return max(stated, key=lambda pair: (pair[0], len(str(pair[1])), str(pair[1])))[1] if stated else None


@dataclass(frozen=True, slots=True)
class TrackDraft:
    """A folded track with what only its task needs to know."""

    track: FoldedTrack
    order: int
    completeness: Completeness
    state_since: datetime
    is_final: bool = False


def fold_track(
    key: str, parts: list[TrackStatement], retention: timedelta, closed: bool, measured_ms: int | None = None
) -> TrackDraft:
    """The track under one key of :func:`by_track`. ``closed``: no more will come, what is open failed.

    ``measured_ms``: the song's length as we measured it, once it is archived.
    """
    state = max((track.state for _, track in parts if track.state), key=_level, default=TrackState.PENDING)
    stated = [track.completeness for _, track in parts if track.state is TrackState.READY]
    completeness = max(filter(None, stated), key=_level, default=Completeness.OPEN)
    if closed and state is not TrackState.READY:
        state = TrackState.FAILED
    finished_at = _best(parts, lambda track: track.finished_at)
    stated_ms = _best(parts, lambda track: track.duration_ms)
    duration_ms, lyrics = time_units.decided(stated_ms, _lyrics(parts), measured_ms)
    folded = FoldedTrack(
        external_id="" if key.startswith("#") else key,
        kind=_best(parts, lambda track: track.kind) or TrackKind.SONG,
        position=0,
        status=TrackStatus(state),
        title=_best(parts, lambda track: track.title) or "",
        style=_best(parts, lambda track: track.style) or "",
        prompt=_best(parts, lambda track: track.prompt) or "",
        lyrics_text=_best(parts, lambda track: track.lyrics_text) or "",
        model=_best(parts, lambda track: track.model) or "",
        duration_ms=duration_ms,
        stream_url=_latest_link([(one, track.stream_url) for one, track in parts if track.stream_url]),
        created_at=_best(parts, lambda track: track.created_at),
        finished_at=finished_at,
        received_at=min(one.first_seen for one, _ in parts),
        timing_state=max((t.timing_state for _, t in parts if t.timing_state), key=_level, default=None),
        lyrics=lyrics,
        assets=_assets(parts, finished_at, retention),
    )
    return TrackDraft(folded, _order(key, parts), completeness, _state_since(parts, state))


def _order(key: str, parts: Iterable[TrackStatement]) -> int:
    position = _best(parts, lambda track: track.position)
    if position is not None:
        return position
    return int(key[1:]) if key.startswith("#") else _BEHIND_ALL


def _level(member: StrEnum) -> int:
    return _LEVELS[type(member)][member]


def _state_since(parts: Sequence[TrackStatement], state: TrackState) -> datetime:
    """When the track's state was first stated; its first statement where none names that state."""
    times = [one.first_seen for one, track in parts if track.state is state]
    return min(times or [one.first_seen for one, _ in parts])


def _latest_link(links: Iterable[tuple[StatementValue, str]]) -> str:
    # Of several links to one file the older one may be dead: here the time of arrival does count.
    return max(((one.last_seen, url) for one, url in links), default=(_LONG_AGO, ""))[1]


def _lyrics(parts: Iterable[TrackStatement]) -> Lyrics | None:
    """The finest timing wins; of equals the higher rank, then the fuller text, then the later times."""
    # Earlier versions divided the times of some statements by 1,000.
    values = [(_rank(part), part.track.lyrics) for part in parts]
    stated = [(rank, lyrics) for rank, lyrics in values if lyrics and lyrics.timing is not Timing.NONE]
    if not stated:
        return None
    return max(stated, key=lambda p: (_level(p[1].timing), p[0], *_fullness(p[1])))[1]


def _fullness(lyrics: Lyrics) -> tuple[int, int, str]:
    starts = [cue.start_ms for cue in lyrics.cues if cue.start_ms is not None]
    return len(lyrics.cues), max(starts, default=0), str(lyrics.cues)


def _assets(
    parts: Iterable[TrackStatement], finished_at: datetime | None, retention: timedelta
) -> tuple[FoldedAsset, ...]:
    files: dict[tuple[AssetKind, str], list[_AssetStatement]] = defaultdict(list)
    for part in parts:
        for asset in part.track.assets:
            files[asset.kind, asset.label].append(_AssetStatement(_rank(part), part.statement, asset))
    return tuple(_asset(candidates, finished_at, retention) for _, candidates in sorted(files.items()))


def _asset(
    candidates: list[_AssetStatement], finished_at: datetime | None, retention: timedelta
) -> FoldedAsset:
    best = max(candidates, key=_asset_rank).asset
    linked = [one for one in candidates if one.asset.state is AssetState.LINKED]
    # The rank decides which file it is; of that file's links the one signed last lives longest.
    same_file = [one for one in linked if link_identity(one.asset.url) == link_identity(best.url)]
    url = _latest_link([(one.statement, one.asset.url) for one in same_file]) or best.url
    member = "" if url else max(one.asset.member for one in candidates)
    expires_at = _stated_expiry(same_file) or _expiry_by_retention(linked, finished_at, retention)
    return FoldedAsset(best.kind, best.label, best.state, url, best.error, member, expires_at)


def _asset_rank(candidate: _AssetStatement) -> Rank:
    rank, statement, asset = candidate
    return (_level(asset.state), rank, statement.last_seen, asset.url, asset.error)


def _stated_expiry(same_file: Iterable[_AssetStatement]) -> datetime | None:
    """The expiry in the latest statement that has one."""
    stated = [(one.statement.last_seen, one.asset.expires_at) for one in same_file if one.asset.expires_at]
    return max(stated)[1] if stated else None


def _expiry_by_retention(
    linked: Sequence[_AssetStatement], finished_at: datetime | None, retention: timedelta
) -> datetime | None:
    """Counted from the track's finish or from its first link, whichever was earlier."""
    starts = [one.statement.first_seen for one in linked] + ([finished_at] if finished_at else [])
    return min(starts) + retention if linked else None
