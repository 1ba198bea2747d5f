"""Applies updates to a task: records new statements, folds all of them, writes only the differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tracks.domain.fold import Folded
from tracks.domain.statuses import FINISHED, TaskStatus
from tracks.domain.updates import LENGTH_CHECKED, Source, TaskUpdate
from tracks.models import Asset, Event, Statement, Task, Track
from tracks.services.events import record_event
from tracks.services.ingest.ahead import Ahead, Encoded, Provenance, apply_ahead, stated
from tracks.services.ingest.callback_health import end_values
from tracks.services.ingest.lengths import measured_lengths
from tracks.services.ingest.rows import save_changes, write_tracks
from tracks.services.ingest.split_off import split_off_foreign

__all__ = [
    "ApplyResult",
    "Provenance",
    "apply",
    "apply_measured",
    "apply_prepared",
    "lock",
    "locked_track",
    "prepare_measured",
    "prepare_updates",
]


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What was not applied.

    ``foreign_ids``: ids in the updates that are another task's. ``left_out``: a sentence where the
    updates hold more than a task takes; else blank.
    """

    foreign_ids: tuple[str, ...]
    left_out: str


def apply(task_id: int, updates: Sequence[TaskUpdate], provenance: Provenance) -> ApplyResult:
    """Applies what one body says of one task; applied again, it writes nothing.

    Raises Task.DoesNotExist. Whatever is stored, here and from here on, holds none of our keys and tokens.
    """
    return apply_ahead(
        lambda: prepare_updates(Task.objects.get(pk=task_id), updates, provenance),
        lambda ahead: apply_prepared(task_id, updates, provenance, ahead),
    )


def prepare_updates(task: Task, updates: Sequence[TaskUpdate], provenance: Provenance) -> Ahead:
    """What applying the updates to the task will need, computed without a lock."""
    ahead = Ahead()
    ahead.prepare(task, updates, provenance)
    return ahead


def apply_prepared(
    task_id: int, updates: Sequence[TaskUpdate], provenance: Provenance, ahead: Ahead
) -> ApplyResult:
    """:func:`apply` with what was computed ahead. Raises Outdated, with nothing written."""
    with transaction.atomic():
        task = lock(task_id)
        statements = list(task.statements.all())
        ahead.lend_values(statements)
        accepted, foreign_ids = ahead.partition(task, updates, provenance.source, statements)
        done = [_record(task, one, provenance, statements, ahead) for one in accepted]
        recorded, left_out = [how_new for how_new, _ in done], [sentence for _, sentence in done if sentence]
        if any(recorded):
            _write(task, statements, provenance, ahead, is_new=NEW in recorded)
        return ApplyResult(tuple(foreign_ids), " ".join(dict.fromkeys(left_out)))


def prepare_measured(asset: Asset, duration_ms: int | None) -> Ahead:
    """What :func:`apply_measured` will need once the file is archived with this length, without a lock."""
    ahead = Ahead()
    task = Task.objects.filter(tracks=asset.track_id).first()
    if task and asset.kind in LENGTH_CHECKED:
        ahead.prepare_measured(task, measured_lengths(task, {asset.pk: duration_ms or 0}))
    return ahead


def apply_measured(task: Task, trace: Mapping[str, Any], ahead: Ahead) -> None:
    """Reads the task's statements anew, now that a song's length is measured.

    Call it in the transaction that locks the task. ``trace`` goes into the data of the events. What is not as
    it was ``ahead`` is computed now.
    """
    statements = list(task.statements.all())
    ahead.lend_values(statements)
    write_tracks(task, _folded(task, statements, ahead).tracks, trace, ahead)


def lock(task_id: int) -> Task:
    """The task's row, locked until the transaction ends: it guards all that hangs on the task.

    Not against foreign keys to it, so a callback is stored without waiting for a worker.
    """
    return Task.objects.select_for_update(no_key=True).get(pk=task_id)


def locked_track(track_id: int) -> Track:
    """The track, its task locked first, as every writer does. Raises Track.DoesNotExist."""
    task_id = Track.objects.values_list("task_id", flat=True).get(pk=track_id)
    lock(task_id)
    return Track.objects.select_related("task").get(pk=track_id)


# How much of a statement was new.
NOTHING, AGAIN, NEW = 0, 1, 2


def _record(
    task: Task, one: Encoded, provenance: Provenance, statements: list[Statement], ahead: Ahead
) -> tuple[int, str]:
    """Stores the statement; AGAIN where it is there and is now known to hold longer.

    The sentence says what was left out of it, blank for nothing.
    """
    given = stated(statements, one, provenance)
    if given.left_out:
        _record_limit(task, given.left_out, provenance)
    row = given.row
    if row is None:
        return NOTHING, given.left_out
    if row.pk is None:
        row.task = task
        row.save(force_insert=True)
        statements.append(row)
    elif not save_changes(row, given.values):
        return NOTHING, given.left_out
    ahead.lend_values([row])
    return (AGAIN if given.values else NEW), given.left_out


def _record_limit(task: Task, sentence: str, provenance: Provenance) -> None:
    """Once for each sentence: a provider that says too much says it often."""
    if not Event.objects.filter(task=task, kind="task.limit", data__message=sentence).exists():
        record_event("task.limit", task, data={"message": sentence, **provenance.trace})


def _write(
    task: Task, statements: list[Statement], provenance: Provenance, ahead: Ahead, *, is_new: bool
) -> None:
    """Brings the rows in line; statements that turn out to be foreign become a task of their own."""
    staying, split_off = split_off_foreign(task, statements)
    for other, theirs in split_off.items():
        _fold_into(other, theirs, provenance, ahead, is_news=True)
    is_news = is_new and provenance.source not in (Source.CLOCK, Source.PERSON)
    _fold_into(task, staying, provenance, ahead, is_news=is_news)


def _fold_into(
    task: Task, statements: Sequence[Statement], provenance: Provenance, ahead: Ahead, *, is_news: bool
) -> None:
    folded = _folded(task, statements, ahead)
    news = {"heard_at": _heard_at(task, statements), **(_news_values(task) if is_news else {})}
    _write_task(task, folded, provenance, news)
    write_tracks(task, folded.tracks, provenance.trace, ahead)


def _folded(task: Task, statements: Sequence[Statement], ahead: Ahead) -> Folded:
    return ahead.fold(task.provider, statements, measured_lengths(task))


def _heard_at(task: Task, statements: Sequence[Statement]) -> datetime | None:
    times = [row.first_seen for row in statements if row.source not in (Source.CLOCK, Source.PERSON)]
    return max(times, default=task.heard_at)


def _news_values(task: Task) -> dict[str, Any]:
    """Any newer fact of the provider lifts "overdue" and starts the wait anew."""
    soon = {"next_poll_at": _first_poll()} if task.gave_up_at and not task.poll_claims else {}
    return {"gave_up_at": None, "polls": 0, **soon}


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
