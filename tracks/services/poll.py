"""Asking the provider: what keeps every promise when callbacks stay away."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tracks import providers
from tracks.leases import DueColumn, Lease, LeaseLost, claim, one_request
from tracks.lifecycle import FINISHED, TaskStatus
from tracks.models import Task, Track
from tracks.providers.base import AnswerLost, Look, NotSent, Provider, Refused
from tracks.services.apply import Heard, apply
from tracks.services.events import note
from tracks.updates import ErrorKind, Fault, Source, TaskState, TaskUpdate

log = logging.getLogger(__name__)
DUE = DueColumn("next_poll_at", "poll_claims")


def poll_next() -> bool:
    """Looks at the task that is due longest, with as many of its provider as one query holds."""
    leases = _claim_batch()
    if not leases:
        return False
    if any(lease.is_worn_out for lease in leases):
        _set_aside(leases)
        return True
    provider = providers.get(leases[0].row.provider)
    error = ""
    try:
        _hear(provider, leases, provider.query([_look(lease.row) for lease in leases]))
    except Refused as refusal:
        error = refusal.fault.message
    except (NotSent, AnswerLost) as reason:
        error = str(reason)
    for lease in leases:
        _conclude(lease, error)
    return True


def _set_aside(leases: Sequence[Lease[Task]]) -> None:
    """The worker died at this look again and again: the worn-out wait long, the others are due at once."""
    now = timezone.now()
    later = now + timedelta(seconds=settings.POLL_OVERDUE)
    for lease in leases:
        worn = lease.is_worn_out
        lease.conclude(
            due=later if worn else now,
            poll_error="Looking at this task ended its worker several times."
            if worn
            else lease.row.poll_error,
        )


def _claim_batch() -> list[Lease[Task]]:
    """Due tasks of one provider, up to the number of ids that a query may name."""
    first = claim(Task.objects.due_to_poll(timezone.now()), DUE, one_request())
    if first is None:
        return []
    leases, provider = [first], providers.get(first.row.provider)
    room = provider.batch - _ids_of(first.row)
    while room > 0:
        same = Task.objects.due_to_poll(timezone.now()).filter(
            provider=provider.name, operation=first.row.operation
        )
        lease = claim(same, DUE, one_request())
        if lease is None:
            break
        leases.append(lease)
        room -= _ids_of(lease.row)
    return leases


def _ids_of(task: Task) -> int:
    return max(1, task.tracks.count())


def _look(task: Task) -> Look:
    ids = task.tracks.order_by("position").values_list("external_id", flat=True)
    return Look(task.operation, task.external_id, tuple(one for one in ids if one))


def _hear(provider: Provider, leases: Sequence[Lease[Task]], updates: Sequence[TaskUpdate]) -> None:
    """Gives each update to the task that asked for its id."""
    tasks = {lease.row.external_id: lease.row.pk for lease in leases}
    asked = [lease.row.pk for lease in leases]
    tracks = Track.objects.filter(task__in=asked).values_list("external_id", "task_id")
    owner = {**dict(tracks), **tasks}
    for update in updates:
        task_id = owner.get(update.external_id)
        if task_id is None:
            log.warning(
                "the provider answered about an id we did not ask for", extra={"provider": provider.name}
            )
            continue
        apply(task_id, [update], Heard(Source.POLL, timezone.now(), {}))


def _conclude(lease: Lease[Task], error: str) -> None:
    """Sets the next look; after the deadline's last one the task is overdue or, said done, failed."""
    now = timezone.now()
    try:
        with transaction.atomic():
            task = Task.objects.select_for_update().get(pk=lease.row.pk)
            if task.status == TaskStatus.RUNNING and now >= deadline(task):
                _give_up(task, now)
                task.refresh_from_db()
            if task.next_poll_at is not None:
                lease.conclude(due=next_look(task, now), polls=task.polls + 1, poll_error=error)
    except LeaseLost:
        log.info("task was settled while it was looked at", extra={"task": lease.row.pk})


def deadline(task: Task) -> datetime:
    """When a silent task is given up: counted from the last news."""
    since = max(filter(None, [task.submitted_at, task.heard_at]), default=task.created_at)
    return since + timedelta(seconds=settings.TASK_DEADLINE)


def next_look(task: Task, now: datetime) -> datetime | None:
    """Growing intervals; once overdue an hour apart, until the files would be gone; never when finished."""
    if task.status in FINISHED:
        return None
    if task.status == TaskStatus.OVERDUE:
        gone = (task.submitted_at or task.created_at) + providers.get(task.provider).retention
        later = now + timedelta(seconds=settings.POLL_OVERDUE)
        return later if later < gone else None
    step = settings.POLL_EVERY * 1.3 ** max(0, min(task.polls, 40) - 3)
    return min(now + timedelta(seconds=min(step, settings.POLL_MOST)), max(deadline(task), now))


def _give_up(task: Task, now: datetime) -> None:
    said_done = any(row.data.get("state") == TaskState.DONE for row in task.statements.all())
    if said_done:
        fault = Fault(
            code="",
            kind=ErrorKind.UPSTREAM,
            message="The provider reported success but never gave a file for every song.",
            advice="What exists is kept. Send the task again, or ask the provider about this id.",
        )
        update = TaskUpdate(external_id="", state=TaskState.FAILED, error=fault)
        apply(task.pk, [update], Heard(Source.CLOCK, now, {}))
        return
    task.gave_up_at, task.status = now, TaskStatus.OVERDUE
    task.save(update_fields=["gave_up_at", "status"])
    data = {"from": TaskStatus.RUNNING, "to": TaskStatus.OVERDUE, "source": Source.CLOCK}
    note("task.status", task, data=data)
