"""Takes statements in: records what is new, folds all that was ever said, writes only the differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tracks import providers
from tracks.lifecycle import FINISHED, Folded, Said, TaskStatus, fold, known_ids
from tracks.models import Statement, Task, Track
from tracks.services.events import note
from tracks.services.rows import changed, write_tracks
from tracks.updates import Source, TaskUpdate, digest, from_json, to_json


@dataclass(frozen=True, slots=True)
class Heard:
    """How a body reached us. ``trace`` goes into the events' data, such as a callback's id."""

    source: Source
    at: datetime
    trace: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the updates. ``strangers``: ids that are not this task's; nothing of them applied."""

    news: bool
    strangers: tuple[str, ...] = ()


def apply(task_id: int, updates: Sequence[TaskUpdate], heard: Heard) -> Verdict:
    """Applies what one body says of one task; said before, it writes nothing."""
    with transaction.atomic():
        task = Task.objects.select_for_update().get(pk=task_id)
        statements = list(task.statements.all())
        welcome, strangers = _sort_out(task, updates, heard.source, statements)
        recorded = [_record(task, update, heard, statements) for update in welcome]
        news = any(recorded)
        if news:
            _write(task, statements, heard)
        return Verdict(news, tuple(strangers))


def derive_again(task_id: int) -> bool:
    """Folds the task's statements once more, after the rules changed; True where rows changed."""
    with transaction.atomic():
        task = Task.objects.select_for_update().get(pk=task_id)
        statements = list(task.statements.all())
        if not statements:
            return False
        folded = fold(map(_said, statements), providers.get(task.provider).retention)
        heard = Heard(Source.CLOCK, timezone.now(), {})
        return any([_write_task(task, folded, heard, {}), write_tracks(task, folded.tracks, heard.trace)])


def _sort_out(
    task: Task, updates: Sequence[TaskUpdate], source: Source, statements: Sequence[Statement]
) -> tuple[list[TaskUpdate], list[str]]:
    """What may change this task, and the ids of what may not: another task's, or a second identity."""
    mine = known_ids(map(_said, statements)) | ({task.external_id} - {""})
    welcome, strangers = [], []
    for update in updates:
        foreign = _foreign_ids(task, update)
        is_mine = not mine or not update.external_id or update.external_id in mine
        if foreign or not (is_mine or source in (Source.SUBMIT, Source.PERSON)):
            strangers += foreign or [update.external_id]
        else:
            welcome.append(update)
    return welcome, strangers


def _foreign_ids(task: Task, update: TaskUpdate) -> list[str]:
    """Ids in the update that are already another task's."""
    ids = [track.external_id for track in update.tracks if track.external_id]
    tracks = Track.objects.filter(provider=task.provider, external_id__in=ids).exclude(task=task)
    tasks = Task.objects.filter(provider=task.provider, external_id=update.external_id or None)
    theirs = list(tracks.values_list("external_id", flat=True)) if ids else []
    if update.external_id and update.external_id != task.external_id:
        theirs += tasks.exclude(pk=task.pk).values_list("external_id", flat=True)
    return theirs


def _record(task: Task, update: TaskUpdate, heard: Heard, statements: list[Statement]) -> bool:
    """Keeps the statement; True where it is new or carries a link that we did not have."""
    key = digest(update)
    known = next((s for s in statements if s.source == heard.source and s.digest == key), None)
    if known is None:
        statements.append(
            Statement.objects.create(
                task=task,
                source=heard.source,
                data=to_json(update),
                digest=key,
                first_seen=heard.at,
                last_seen=heard.at,
            )
        )
        return True
    data = to_json(update)
    values: dict[str, Any] = {}
    if heard.at < known.first_seen:
        values["first_seen"] = heard.at
    if heard.at > known.last_seen and (data != known.data or heard.source is Source.PERSON):
        values |= {"last_seen": heard.at, "data": data}
    return bool(changed(known, values))


def _said(row: Statement) -> Said:
    return Said(Source(row.source), from_json(row.data), row.first_seen, row.last_seen)


def _write(task: Task, statements: Iterable[Statement], heard: Heard) -> None:
    folded = fold(map(_said, statements), providers.get(task.provider).retention)
    _write_task(task, folded, heard, _news_values(task, heard))
    write_tracks(task, folded.tracks, heard.trace)


def _news_values(task: Task, heard: Heard) -> dict[str, Any]:
    """Any newer fact of the provider lifts "overdue" and starts the wait anew."""
    if heard.source in (Source.CLOCK, Source.PERSON):
        return {}
    return {"gave_up_at": None, "heard_at": max(heard.at, task.heard_at or heard.at), "polls": 0}


def _write_task(task: Task, folded: Folded, heard: Heard, news: Mapping[str, Any]) -> bool:
    before = task.status
    gave_up_at = news.get("gave_up_at", task.gave_up_at)
    overdue = folded.status is TaskStatus.RUNNING and gave_up_at is not None
    status = TaskStatus.OVERDUE if overdue else folded.status
    differences = changed(task, {**_task_values(task, folded, status), **news})
    if "status" in differences:
        data = {"from": before, "to": task.status, "source": heard.source, **heard.trace}
        if task.error_kind:
            data |= {"error": task.error_kind, "message": task.error_message}
        note("task.status", task, data=data)
    return bool(differences)


def _task_values(task: Task, folded: Folded, status: TaskStatus) -> dict[str, Any]:
    error = folded.error
    return {
        "external_id": folded.external_id or task.external_id,
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
        return {"next_poll_at": None, "poll_claims": 0}
    if task.next_poll_at is None and status is TaskStatus.RUNNING:
        return {"next_poll_at": timezone.now() + timedelta(seconds=settings.POLL_FIRST)}
    return {}
