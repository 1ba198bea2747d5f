"""Asking the provider: what keeps every promise when callbacks stay away."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from tracks import providers
from tracks.leases import DueColumn, Lease, LeaseLost, claim, one_request, pulse
from tracks.models import Task, Track
from tracks.providers.base import AnswerLost, Look, NotSent, Refused
from tracks.services.apply import Heard, apply, lock
from tracks.services.events import note
from tracks.statuses import FINISHED, TaskStatus
from tracks.updates import ErrorKind, Fault, Source, TaskState, TaskUpdate

log = logging.getLogger(__name__)
DUE = DueColumn("next_poll_at", "poll_claims")


def poll_next(provider: str) -> bool:
    """Looks at the provider's task that is due longest, with as many others as one query holds."""
    leases = _claim_batch(provider)
    if not leases:
        return False
    if leases[0].is_worn_out:
        _conclude(leases[0], "Looking at this task ended its worker several times.")
        return True
    pulse()
    errors = _ask(leases)
    for lease in leases:
        _conclude(lease, errors.get(lease.row.pk, ""))
    return True


def _claim_batch(provider: str) -> list[Lease[Task]]:
    """Due tasks, up to the number of ids that a query may name.

    One that was not concluded the last time may be what ended the worker: it is looked at alone.
    """
    due = Task.objects.due_to_poll(timezone.now()).filter(provider=provider)
    first = claim(due, DUE, one_request())
    if first is None:
        return []
    leases = [first]
    room = providers.get(provider).batch - _ids_of(first.row)
    while first.claims == 1 and room > 0:
        same = Task.objects.due_to_poll(timezone.now()).filter(
            provider=provider, operation=first.row.operation, poll_claims=0
        )
        lease = claim(same, DUE, one_request())
        if lease is None:
            break
        leases.append(lease)
        room -= _ids_of(lease.row)
    return leases


def _ids_of(task: Task) -> int:
    return max(1, task.tracks.count())


def _ask(leases: Sequence[Lease[Task]]) -> dict[int, str]:
    """Queries the provider and applies what it says; what went wrong, by task."""
    everyone = [lease.row.pk for lease in leases]
    try:
        provider = providers.get(leases[0].row.provider)
        return _hear(leases, provider.query([_look(lease.row) for lease in leases]))
    except Refused as refusal:
        reason = refusal.fault.message
    except (NotSent, AnswerLost) as lost:
        reason = str(lost)
    return dict.fromkeys(everyone, reason)


def _look(task: Task) -> Look:
    ids = task.tracks.order_by("position").values_list("external_id", flat=True)
    return Look(task.operation, task.external_id, tuple(one for one in ids if one))


def _hear(leases: Sequence[Lease[Task]], updates: Sequence[TaskUpdate]) -> dict[int, str]:
    """Gives each update to the task that asked for its id; one that we stumble over stops no other."""
    tasks = {lease.row.external_id: lease.row.pk for lease in leases}
    tracks = Track.objects.filter(task__in=tasks.values()).values_list("external_id", "task_id")
    owner, errors = {**dict(tracks), **tasks}, {}
    for update in updates:
        task_id = owner.get(update.external_id)
        if task_id is None:
            log.warning("the provider answered about an id that was not asked for")
        elif error := _apply(task_id, update):
            errors[task_id] = error
    return errors


def _apply(task_id: int, update: TaskUpdate) -> str:
    try:
        verdict = apply(task_id, [update], Heard(Source.POLL, timezone.now(), {}))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # Ours to mend; the task is looked at again, and the ones beside it go on.
        log.exception("an answer could not be applied", extra={"task": task_id})
        return f"Our own fault ({type(error).__name__}); it is looked at again."
    if not verdict.strangers:
        return ""
    note("task.mismatch", Task.objects.get(pk=task_id), data={"ids": list(verdict.strangers)})
    return f"The answer names {', '.join(verdict.strangers)}, which is another task's here."


def _conclude(lease: Lease[Task], error: str) -> None:
    """Sets the next look; after the deadline's last one the task is overdue or, said done, failed."""
    now = timezone.now()
    try:
        with transaction.atomic():
            task = lock(lease.row.pk)
            if task.status == TaskStatus.RUNNING and now >= deadline(task):
                _give_up(task, now)
                task.refresh_from_db()
            if task.next_poll_at is not None:
                due = _long_wait(task, now) if lease.is_worn_out else next_look(task, now)
                lease.conclude(due=due, polls=task.polls + 1, poll_error=error)
    except LeaseLost:
        log.info("task was settled while it was looked at", extra={"task": lease.row.pk})


def _long_wait(task: Task, now: datetime) -> datetime | None:
    usual = next_look(task, now)
    return usual and max(usual, min(now + timedelta(seconds=settings.POLL_OVERDUE), deadline(task)))


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
