"""The rules: what a set of statements comes to. Pure: no database, no clock, no order of arrival.

``fold`` sorts by what is said, never by when it came, so any order, repetition or loss of the same
statements ends in the same result. The one exception is wanted: of several links of equal rank the one
heard last wins, because the older one may be dead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from tracks.domain.statuses import FINISHED, TaskStatus, TrackStatus
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    ErrorKind,
    Fault,
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

_RISING = (TrackState, Completeness, AssetState, Timing, TimingState)
_ORDER: dict[type, dict[Any, int]] = {words: {word: n for n, word in enumerate(words)} for words in _RISING}

T = TypeVar("T")
Rank = tuple[Any, ...]
FROM_PROVIDER = frozenset({Source.CALLBACK, Source.POLL})
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StatementValue:
    """One statement: who, what, first heard when, and when last in these very words (links included)."""

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


@dataclass(frozen=True, slots=True)
class Folded:
    external_id: str
    status: TaskStatus
    error: Fault | None
    finished_at: datetime | None
    tracks: tuple[FoldedTrack, ...]


def fold(statements: Iterable[StatementValue], retention: timedelta) -> Folded:
    """The task that these statements describe. ``retention``: how long the provider keeps a file."""
    said = _about_this_task(list(statements))
    heard = _by_track(said)
    closed, finals = _closed(said), [one for one in said if one.update.state is TaskState.DONE]
    folded = [
        replace(_fold_track(key, lines, retention, closed), is_final=closed or _ends(finals, key))
        for key, lines in heard.items()
    ]
    drafts = sorted(folded, key=lambda draft: (draft.order, draft.track.external_id))
    tracks = tuple(_placed(draft, place) for place, draft in enumerate(drafts))
    status = _task_status(closed, drafts)
    return Folded(
        external_id=_external_id(said),
        status=status,
        error=_task_error(said) if status in (TaskStatus.FAILED, TaskStatus.PARTIAL) else None,
        finished_at=_finished_at(said, drafts) if status in FINISHED else None,
        tracks=tracks,
    )


def known_ids(statements: Iterable[StatementValue]) -> frozenset[str]:
    """The ids that this task answers to: those of the submit's answer or a person, else all heard."""
    said = list(statements)
    voices = [one for one in said if _binds(one)]
    ids = {one.update.external_id for one in voices or said}
    return frozenset(ids | {track.external_id for one in voices for track in one.update.tracks}) - {""}


def _binds(one: StatementValue) -> bool:
    return one.source in (Source.SUBMIT, Source.PERSON) and bool(one.update.external_id)


def _external_id(said: Sequence[StatementValue]) -> str:
    by_person = [one for one in said if one.source is Source.PERSON and one.update.external_id]
    if by_person:
        return max(by_person, key=lambda one: (one.last_seen, one.update.external_id)).update.external_id
    bound = [one.update.external_id for one in said if _binds(one)]
    return min(bound or [one.update.external_id for one in said if one.update.external_id], default="")


def _about_this_task(said: list[StatementValue]) -> list[StatementValue]:
    """Leaves out what was believed under the token before the provider's own answer named another id."""
    ids = known_ids(said)
    return [one for one in said if not one.update.external_id or one.update.external_id in ids]


Line = tuple[StatementValue, TrackUpdate]


def _by_track(said: Iterable[StatementValue]) -> dict[str, list[Line]]:
    tracks: dict[str, list[Line]] = defaultdict(list)
    for one in said:
        for track in one.update.tracks:
            tracks[track.external_id or f"#{track.position or 0}"].append((one, track))
    # A person edits songs that a provider told of; an edit alone makes none.
    return {key: lines for key, lines in tracks.items() if any(_is_told(line) for line in lines)}


def _is_told(line: Line) -> bool:
    return line[0].source is not Source.PERSON


def _closed(said: Sequence[StatementValue]) -> bool:
    """Nothing more will come: the provider said "failed" and never "done", or our deadline passed.

    A "failed" of our own (a person gave it up, the submit was refused) holds only until the provider speaks.
    """
    spoken = {one.update.state for one in said if one.source in FROM_PROVIDER or _is_acceptance(one)}
    own = [one for one in said if one.update.state is TaskState.FAILED and one.source not in FROM_PROVIDER]
    if any(one.source is Source.CLOCK for one in own):
        return True
    if TaskState.DONE in spoken:
        return False
    return TaskState.FAILED in spoken or bool(own and not spoken)


def _is_acceptance(one: StatementValue) -> bool:
    return one.source is Source.SUBMIT and bool(one.update.external_id)


def _rank(line: Line) -> Rank:
    """People first, then the further state, then what comes from a final body."""
    one, track = line
    by_person = one.source is Source.PERSON
    return (
        by_person,
        one.last_seen if by_person else LONG_AGO,
        _order_of(track.state) if track.state else -1,
        _order_of(track.completeness) if track.completeness else -1,
        one.update.state is TaskState.DONE,
    )


def _best(lines: Iterable[Line], value: Callable[[TrackUpdate], T]) -> T | None:
    """The value of the highest rank that is not blank; equals are settled by content, never by time."""
    spoken = [(_rank(line), value(line[1])) for line in lines]
    named = [(rank, said) for rank, said in spoken if said is not None and said != ""]
    return max(named, key=lambda pair: (pair[0], len(str(pair[1])), str(pair[1])))[1] if named else None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A folded track with what only its task needs to know."""

    track: FoldedTrack
    order: int
    completeness: Completeness
    settled_at: datetime
    is_final: bool = False


def _fold_track(key: str, lines: list[Line], retention: timedelta, closed: bool) -> _Draft:
    state = max((track.state for _, track in lines if track.state), key=_order_of, default=TrackState.PENDING)
    states = [track.completeness for _, track in lines if track.state is TrackState.READY]
    completeness = max(filter(None, states), key=_order_of, default=Completeness.OPEN)
    if closed and state is not TrackState.READY:
        state = TrackState.FAILED
    finished_at = _best(lines, lambda track: track.finished_at)
    track = FoldedTrack(
        external_id="" if key.startswith("#") else key,
        kind=_best(lines, lambda track: track.kind) or TrackKind.SONG,
        position=0,
        status=TrackStatus(state),
        title=_best(lines, lambda track: track.title) or "",
        style=_best(lines, lambda track: track.style) or "",
        prompt=_best(lines, lambda track: track.prompt) or "",
        lyrics_text=_best(lines, lambda track: track.lyrics_text) or "",
        model=_best(lines, lambda track: track.model) or "",
        duration_ms=_best(lines, lambda track: track.duration_ms),
        stream_url=_latest_link([(one, track.stream_url) for one, track in lines if track.stream_url]),
        created_at=_best(lines, lambda track: track.created_at),
        finished_at=finished_at,
        received_at=min(one.first_seen for one, _ in lines),
        timing_state=max((t.timing_state for _, t in lines if t.timing_state), key=_order_of, default=None),
        lyrics=_lyrics(lines),
        assets=_assets(lines, finished_at, retention),
    )
    return _Draft(track, _order(key, lines), completeness, _settled_at(lines, state))


def _order(key: str, lines: Iterable[Line]) -> int:
    """The place that was said; where none was, behind all that have one."""
    position = _best(lines, lambda track: track.position)
    if position is not None:
        return position
    return int(key[1:]) if key.startswith("#") else 1_000_000


def _order_of(word: StrEnum) -> int:
    return _ORDER[type(word)][word]


def _settled_at(lines: Sequence[Line], state: TrackState) -> datetime:
    """When the track's state was first told; a person's edit tells no state."""
    telling = [one.first_seen for one, track in lines if track.state is state]
    return min(telling or [one.first_seen for one, _ in lines])


def _latest_link(links: Iterable[tuple[StatementValue, str]]) -> str:
    return max(((one.last_seen, url) for one, url in links), default=(LONG_AGO, ""))[1]


def _lyrics(lines: Iterable[Line]) -> Lyrics | None:
    """The finest timing wins; among equals the higher rank, then the fuller text."""
    spoken = [(_rank(line), line[1].lyrics) for line in lines]
    named = [(rank, lyrics) for rank, lyrics in spoken if lyrics and lyrics.timing is not Timing.NONE]
    if not named:
        return None
    return max(named, key=lambda p: (_order_of(p[1].timing), p[0], len(p[1].cues), str(p[1].cues)))[1]


def _assets(
    lines: Iterable[Line], finished_at: datetime | None, retention: timedelta
) -> tuple[FoldedAsset, ...]:
    spoken: dict[tuple[AssetKind, str], list[tuple[Rank, StatementValue, AssetUpdate]]] = defaultdict(list)
    for line in lines:
        for asset in line[1].assets:
            spoken[asset.kind, asset.label].append((_rank(line), line[0], asset))
    return tuple(_asset(voices, finished_at, retention) for _, voices in sorted(spoken.items()))


def _asset(
    voices: list[tuple[Rank, StatementValue, AssetUpdate]], finished_at: datetime | None, retention: timedelta
) -> FoldedAsset:
    _, _, best = max(
        voices, key=lambda v: (_order_of(v[2].state), v[0], v[1].last_seen, v[2].url, v[2].error)
    )
    linked = [(one, asset.url) for _, one, asset in voices if asset.state is AssetState.LINKED]
    # Which file it is, the rank decides; of its links the one signed last is alive the longest.
    same = [(one, url) for one, url in linked if link_identity(url) == link_identity(best.url)]
    from_when = min(
        [one.first_seen for one, _ in linked] + ([finished_at] if finished_at else []), default=None
    )
    expires_at = from_when + retention if linked and from_when else None
    url = _latest_link(same) or best.url
    member = "" if url else max(asset.member for _, _, asset in voices)
    return FoldedAsset(best.kind, best.label, best.state, url, best.error, member, expires_at)


def _placed(draft: _Draft, place: int) -> FoldedTrack:
    """Songs are counted through; a result without an id is known by the place that was said of it."""
    return replace(draft.track, position=place if draft.track.external_id else draft.order)


def _ends(finals: Iterable[StatementValue], key: str) -> bool:
    """Whether a "done" is about this track. One whose id is a track's own is about that track alone."""
    own = [{track.external_id for track in one.update.tracks} & {one.update.external_id} for one in finals]
    return any(not ids - {""} or key in ids for ids in own)


def _task_status(closed: bool, drafts: Sequence[_Draft]) -> TaskStatus:
    if not drafts:
        return TaskStatus.FAILED if closed else TaskStatus.RUNNING
    if any(_is_open(draft) for draft in drafts):
        return TaskStatus.RUNNING
    if all(draft.track.status is TrackStatus.FAILED for draft in drafts):
        return TaskStatus.FAILED
    whole = all(
        draft.track.status is TrackStatus.READY and draft.completeness is Completeness.WHOLE
        for draft in drafts
    )
    return TaskStatus.SUCCEEDED if whole else TaskStatus.PARTIAL


def _is_open(draft: _Draft) -> bool:
    if draft.track.status is TrackStatus.READY:
        return draft.completeness is Completeness.OPEN and not draft.is_final
    return draft.track.status is not TrackStatus.FAILED


def _task_error(said: Iterable[StatementValue]) -> Fault | None:
    """The most telling fault: one that a person can act on before a plain "upstream"."""
    faults = [one.update.error for one in said if one.update.error]
    faults += [track.error for one in said for track in one.update.tracks if track.error]
    vague = (ErrorKind.UNKNOWN, ErrorKind.UPSTREAM)
    return max(faults, key=lambda one: (one.kind not in vague, one.kind, one.code, one.message), default=None)


def _finished_at(said: Iterable[StatementValue], drafts: Sequence[_Draft]) -> datetime:
    said = list(said)
    finals = [one.first_seen for one in said if one.update.state in (TaskState.DONE, TaskState.FAILED)]
    settled = [draft.settled_at for draft in drafts]
    return max(settled + ([min(finals)] if finals else []), default=max(one.first_seen for one in said))
