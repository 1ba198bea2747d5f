"""The fold: from all statements of a task to its status, its tracks, their lyrics and files.

Pure: no database, no clock. The result depends on what the statements hold and never on the order in which
they are given; repeated statements change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from tracks.domain.statuses import FINISHED, TaskStatus, TrackStatus
from tracks.domain.track_fold import (
    FoldedAsset,
    FoldedTrack,
    StatementValue,
    TrackDraft,
    by_track,
    fold_track,
)
from tracks.domain.updates import Completeness, ErrorKind, Fault, Source, TaskState

__all__ = ["Folded", "FoldedAsset", "FoldedTrack", "StatementValue", "fold", "known_ids"]

NOT_MEASURED: Mapping[str, int] = MappingProxyType({})
_FROM_PROVIDER = frozenset({Source.CALLBACK, Source.POLL})


@dataclass(frozen=True, slots=True)
class Folded:
    external_id: str
    status: TaskStatus
    error: Fault | None
    finished_at: datetime | None
    tracks: tuple[FoldedTrack, ...]


def fold(
    statements: Iterable[StatementValue], retention: timedelta, measured: Mapping[str, int] = NOT_MEASURED
) -> Folded:
    """The task that these statements describe. ``retention``: how long the provider keeps a file.

    ``measured``: lengths of archived songs in milliseconds, by external id, or by "#" and position.
    Statements under an id that is not the task's own are left out, see :func:`known_ids`.
    """
    own = _without_foreign(list(statements))
    closed, done = _is_closed(own), [one for one in own if one.update.state is TaskState.DONE]
    folded = [
        replace(
            fold_track(key, parts, retention, closed, measured.get(key)),
            is_final=closed or _is_final(done, key),
        )
        for key, parts in by_track(own).items()
    ]
    drafts = sorted(folded, key=lambda draft: (draft.order, draft.track.external_id))
    tracks = tuple(_positioned(draft, number) for number, draft in enumerate(drafts))
    status = _task_status(closed, drafts)
    return Folded(
        external_id=_external_id(own),
        status=status,
        error=_task_error(own) if status in (TaskStatus.FAILED, TaskStatus.PARTIAL) else None,
        finished_at=_finished_at(own, drafts) if status in FINISHED else None,
        tracks=tracks,
    )


def known_ids(statements: Iterable[StatementValue]) -> frozenset[str]:
    """The task's own external ids: those that the submit's answer or a person gave, else all stated ones."""
    given = list(statements)
    binding = [one for one in given if _assigns_id(one)]
    ids = {one.update.external_id for one in binding or given}
    return frozenset(ids | {track.external_id for one in binding for track in one.update.tracks}) - {""}


def _assigns_id(statement: StatementValue) -> bool:
    return statement.source in (Source.SUBMIT, Source.PERSON) and bool(statement.update.external_id)


def _external_id(statements: Sequence[StatementValue]) -> str:
    by_person = [one for one in statements if one.source is Source.PERSON and one.update.external_id]
    if by_person:
        return max(by_person, key=lambda one: (one.last_seen, one.update.external_id)).update.external_id
    assigned = [one.update.external_id for one in statements if _assigns_id(one)]
    stated = [one.update.external_id for one in statements if one.update.external_id]
    return min(assigned or stated, default="")


def _without_foreign(statements: list[StatementValue]) -> list[StatementValue]:
    # A callback under the task's token is accepted while the task has no id; the submit's own answer may
    # then give it another one.
    ids = known_ids(statements)
    return [one for one in statements if not one.update.external_id or one.update.external_id in ids]


def _is_closed(statements: Sequence[StatementValue]) -> bool:
    """Nothing more will come: the provider stated "failed" and never "done", or our deadline passed.

    A failure that the provider did not state itself (a person gave the task up, the submit was refused) holds
    only until the provider states anything.
    """
    by_provider = [one for one in statements if one.source in _FROM_PROVIDER or _is_accepted_submit(one)]
    states = {one.update.state for one in by_provider}
    failures = [one for one in statements if one.update.state is TaskState.FAILED]
    ours = [one for one in failures if one.source not in _FROM_PROVIDER]
    if any(one.source is Source.CLOCK for one in ours):
        return True
    if TaskState.DONE in states:
        return False
    return TaskState.FAILED in states or bool(ours and not states)


def _is_accepted_submit(statement: StatementValue) -> bool:
    return statement.source is Source.SUBMIT and bool(statement.update.external_id)


def _positioned(draft: TrackDraft, number: int) -> FoldedTrack:
    """Tracks are numbered through; a result without an id is identified by its stated position."""
    return replace(draft.track, position=number if draft.track.external_id else draft.order)


def _is_final(done: Iterable[StatementValue], key: str) -> bool:
    """Whether a "done" covers this track. One under a track's own id covers that track alone."""
    own_ids = [{track.external_id for track in one.update.tracks} & {one.update.external_id} for one in done]
    return any(not ids - {""} or key in ids for ids in own_ids)


def _task_status(closed: bool, drafts: Sequence[TrackDraft]) -> TaskStatus:
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


def _is_open(draft: TrackDraft) -> bool:
    if draft.track.status is TrackStatus.READY:
        return draft.completeness is Completeness.OPEN and not draft.is_final
    return draft.track.status is not TrackStatus.FAILED


def _task_error(statements: Iterable[StatementValue]) -> Fault | None:
    """The most specific fault: one that a person can act on before a plain "upstream"."""
    given = list(statements)
    faults = [one.update.error for one in given if one.update.error]
    faults += [track.error for one in given for track in one.update.tracks if track.error]
    vague = (ErrorKind.UNKNOWN, ErrorKind.UPSTREAM)
    return max(faults, key=lambda one: (one.kind not in vague, one.kind, one.code, one.message), default=None)


def _finished_at(statements: Sequence[StatementValue], drafts: Sequence[TrackDraft]) -> datetime:
    ends = [one.first_seen for one in statements if one.update.state in (TaskState.DONE, TaskState.FAILED)]
    times = [draft.state_since for draft in drafts] + ([min(ends)] if ends else [])
    return max(times, default=max(one.first_seen for one in statements))
