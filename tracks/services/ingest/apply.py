"""Applies updates to a task: records new statements, folds all of them, writes only the differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tracks import providers
from tracks.domain.fold import Folded, fold, known_ids
from tracks.domain.statuses import FINISHED, TaskStatus
from tracks.domain.update_json import digest, to_json
from tracks.domain.updates import Source, TaskUpdate
from tracks.lib.redact import redact
from tracks.models import Statement, Task, Track
from tracks.services.events import record_event
from tracks.services.ingest.callback_health import end_values
from tracks.services.ingest.rows import measured_lengths, save_changes, write_tracks
from tracks.services.ingest.split_off import split_off_foreign


@dataclass(frozen=True, slots=True)
class Provenance:
    """How an update reached us. ``trace`` goes into the events' data, such as a callback's id."""

    source: Source
    at: datetime
    trace: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """``foreign_ids``: ids in the updates that are another task's; nothing of those was applied."""

    foreign_ids: tuple[str, ...]


def apply(task_id: int, updates: Sequence[TaskUpdate], provenance: Provenance) -> ApplyResult:
    """Applies what one body says of one task; applied again, it writes nothing.

    Raises Task.DoesNotExist. Whatever is stored, here and from here on, holds none of our keys and tokens.
    """
    with transaction.atomic():
        task = lock(task_id)
        statements = list(task.statements.all())
        accepted, foreign_ids = _partition(task, redact(list(updates)), provenance.source, statements)
        recorded = [_record(task, update, provenance, statements) for update in accepted]
        if any(recorded):
            _write(task, statements, provenance, is_new=NEW in recorded)
        return ApplyResult(tuple(foreign_ids))


def apply_measured(task: Task, trace: Mapping[str, Any]) -> None:
    """Reads the task's statements anew, now that a song's length is measured.

    Call it in the transaction that locks the task. ``trace`` goes into the data of the events.
    """
    write_tracks(task, _folded(task, list(task.statements.all())).tracks, trace)


def lock(task_id: int) -> Task:
    """The task's row, locked until the transaction ends: it guards all that hangs on the task.

    Not against foreign keys to it, so a callback is stored without waiting for a worker.
    """
    return Task.objects.select_for_update(no_key=True).get(pk=task_id)


def _partition(
    task: Task, updates: Sequence[TaskUpdate], source: Source, statements: Sequence[Statement]
) -> tuple[list[TaskUpdate], list[str]]:
    """What may change this task, and the ids of what may not: another task's, or a second identity."""
    own = known_ids(row.value for row in statements) | ({task.external_id} - {""})
    accepted, foreign_ids = [], []
    for update in updates:
        is_own = not own or not update.external_id or update.external_id in own
        if _belongs_to_another(task, update) or not (is_own or source in (Source.SUBMIT, Source.PERSON)):
            foreign_ids.append(update.external_id)
            continue
        foreign = _foreign_tracks(task, update)
        foreign_ids += foreign
        tracks = tuple(track for track in update.tracks if track.external_id not in foreign)
        accepted.append(replace(update, tracks=tracks))
    return accepted, foreign_ids


def _belongs_to_another(task: Task, update: TaskUpdate) -> bool:
    if update.external_id in ("", task.external_id):
        return False
    others = Task.objects.filter(provider=task.provider, external_id=update.external_id)
    return others.exclude(pk=task.pk).exists()


def _foreign_tracks(task: Task, update: TaskUpdate) -> list[str]:
    """Ids of tracks in the update that are already another task's."""
    ids = [track.external_id for track in update.tracks if track.external_id]
    tracks = Track.objects.filter(provider=task.provider, external_id__in=ids).exclude(task=task)
    return list(tracks.values_list("external_id", flat=True)) if ids else []


# How much of a statement was new.
NOTHING, AGAIN, NEW = 0, 1, 2


def _record(task: Task, update: TaskUpdate, provenance: Provenance, statements: list[Statement]) -> int:
    """Stores the statement; AGAIN where it is there and is now known to hold longer.

    When a link was last stated matters: of two that contradict, the one stated last is alive. So does the
    latest of a person's edits. Everything else stated twice leaves no trace.
    """
    data = to_json(update)
    key = digest(data)
    known = next((row for row in statements if row.source == provenance.source and row.digest == key), None)
    if known is None:
        times = {"first_seen": provenance.at, "last_seen": provenance.at}
        row = Statement(task=task, source=provenance.source, data=data, digest=key, **times)
        row.save(force_insert=True)
        statements.append(row)
        return NEW
    values: dict[str, Any] = {"first_seen": min(provenance.at, known.first_seen)}
    is_later = provenance.at > known.last_seen
    if is_later and (provenance.source is Source.PERSON or _has_links(update)):
        values |= {"last_seen": provenance.at, "data": data}
    return AGAIN if save_changes(known, values) else NOTHING


def _has_links(update: TaskUpdate) -> bool:
    return any(track.stream_url or any(asset.url for asset in track.assets) for track in update.tracks)


def _write(task: Task, statements: list[Statement], provenance: Provenance, *, is_new: bool) -> None:
    """Brings the rows in line; statements that turn out to be foreign become a task of their own."""
    staying, split_off = split_off_foreign(task, statements)
    for other, theirs in split_off.items():
        _fold_into(other, theirs, provenance, is_news=True)
    is_news = is_new and provenance.source not in (Source.CLOCK, Source.PERSON)
    _fold_into(task, staying, provenance, is_news=is_news)


def _fold_into(task: Task, statements: Sequence[Statement], provenance: Provenance, *, is_news: bool) -> None:
    folded = _folded(task, statements)
    _write_task(task, folded, provenance, _news_values(task, statements) if is_news else {})
    write_tracks(task, folded.tracks, provenance.trace)


def _folded(task: Task, statements: Sequence[Statement]) -> Folded:
    retention = providers.get(task.provider).retention
    return fold((row.value for row in statements), retention, measured_lengths(task))


def _news_values(task: Task, statements: Sequence[Statement]) -> dict[str, Any]:
    """Any newer fact of the provider lifts "overdue" and starts the wait anew."""
    soon = {"next_poll_at": _first_poll()} if task.gave_up_at and not task.poll_claims else {}
    times = [row.first_seen for row in statements if row.source not in (Source.CLOCK, Source.PERSON)]
    return {"gave_up_at": None, "heard_at": max(times, default=task.heard_at), "polls": 0, **soon}


def _first_poll() -> datetime:
    return timezone.now() + timedelta(seconds=settings.POLL_FIRST)


def _write_task(task: Task, folded: Folded, provenance: Provenance, news: Mapping[str, Any]) -> None:
    before = task.status
    values = {**news, **_task_values(task, folded, news)}
    if values.get("status", before) != before:
        values |= end_values(task, folded, provenance.source, provenance.at)
    differences = save_changes(task, values)
    if "status" in differences:
        data = {"from": before, "to": task.status, "source": provenance.source, **provenance.trace}
        if task.error_kind:
            data |= {"error": task.error_kind, "message": task.error_message}
        record_event("task.status", task, data=data)
    elif changed := sorted(differences.keys() & {"external_id", "error_code", "error_kind", "error_message"}):
        record_event("task.changed", task, data={"fields": changed, **provenance.trace})


def _task_values(task: Task, folded: Folded, news: Mapping[str, Any]) -> dict[str, Any]:
    """What the statements come to, and what follows from it for submitting and polling.

    A task that runs, but whose id is not known, cannot be polled: it stays as it was, status, reason and
    all, so that a person may still resolve it.
    """
    external_id, error, status = folded.external_id or task.external_id, folded.error, folded.status
    if status is TaskStatus.RUNNING and not external_id:
        return {}
    if status is TaskStatus.RUNNING and news.get("gave_up_at", task.gave_up_at):
        status = TaskStatus.OVERDUE
    return {
        "external_id": external_id,
        "status": status,
        "error_code": error.code if error else "",
        "error_kind": error.kind if error else "",
        "error_message": error.message if error else "",
        "error_advice": error.advice if error else "",
        "finished_at": folded.finished_at,
        "submit_at": None,
        **_poll_values(task, status),
    }


def _poll_values(task: Task, status: TaskStatus) -> dict[str, Any]:
    if status in FINISHED:
        # A poll of a finished task was asked for: only the poll itself ends that.
        return {} if task.is_finished else {"next_poll_at": None, "poll_claims": 0, "poll_error": ""}
    if task.next_poll_at is None and status is TaskStatus.RUNNING:
        return {"next_poll_at": _first_poll()}
    return {}
