"""Polls due tasks, so that results arrive even where no callback does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tracks import providers
from tracks.domain.statuses import FINISHED, TaskStatus
from tracks.domain.updates import ErrorKind, Fault, Source, TaskState, TaskUpdate
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim, request_lease_seconds
from tracks.models import Task
from tracks.services.events import record_event
from tracks.services.ingest.apply import Provenance, apply, lock
from tracks.services.ingest.callback_health import callbacks_unhealthy
from tracks.services.polling.requests import OneIdUnknown, ids_of, poll_tasks
from tracks.services.rate_limit import RequestKind, Throttled, can_acquire

log = logging.getLogger(__name__)
DUE = DueColumn("next_poll_at", "poll_claims")


def poll_next(provider: str) -> bool:
    """Polls the provider's task that has been due longest, with as many others as one query may name.

    False where none is due or the request is throttled. Raises UnknownProvider.
    """
    if not can_acquire(provider, RequestKind.POLL, timezone.now()):
        return False
    leases = _claim_batch(provider)
    if not leases:
        return False
    if leases[0].attempts_exhausted:
        _complete(leases[0], "Polling this task ended its worker several times.")
        return True
    return _poll(leases)


def _claim_batch(provider: str) -> list[Lease[Task]]:
    """Due tasks of one operation, up to the number of ids that a query may name."""
    due = Task.objects.due_to_poll(timezone.now()).filter(provider=provider)
    first = claim(due, DUE, request_lease_seconds())
    if first is None:
        return []
    leases = [first]
    room = providers.get(provider).batch - max(1, len(ids_of(first.row)))
    # A task whose last poll did not complete is polled alone: it may have ended the worker, or its id may be
    # unknown to the provider.
    while first.claims == 1 and room > 0:
        same = Task.objects.due_to_poll(timezone.now()).filter(
            provider=provider, operation=first.row.operation, poll_claims=0
        )
        lease = claim(same, DUE, request_lease_seconds())
        if lease is None:
            break
        leases.append(lease)
        room -= max(1, len(ids_of(lease.row)))
    return leases


def _poll(leases: Sequence[Lease[Task]]) -> bool:
    try:
        errors = poll_tasks(leases)
    except Throttled:
        for lease in leases:
            lease.release()
        return False
    except OneIdUnknown:
        # The claims stay counted, so each is polled alone the next time and one unknown id hides no other.
        for lease in leases:
            lease.release(counts=True)
        return True
    for lease in leases:
        _complete(lease, errors.get(lease.row.pk, ""))
    return True


def _complete(lease: Lease[Task], error: str) -> None:
    """Sets the time of the next poll; a task whose deadline has passed with this one is given up."""
    now = timezone.now()
    try:
        with transaction.atomic():
            task = lock(lease.row.pk)
            if task.status == TaskStatus.RUNNING and now >= deadline(task):
                _give_up(task, now)
                task.refresh_from_db()
            if task.next_poll_at is not None:
                due = _long_interval(task, now) if lease.attempts_exhausted else next_poll(task, now)
                lease.complete(due=due, polls=task.polls + 1, poll_error=error)
    except LeaseLost:
        log.info("task ended, or was polled by another worker, meanwhile", extra={"task": lease.row.pk})


def _long_interval(task: Task, now: datetime) -> datetime | None:
    usual = next_poll(task, now)
    return usual and max(usual, min(now + timedelta(seconds=settings.POLL_OVERDUE), deadline(task)))


def deadline(task: Task) -> datetime:
    """When the task becomes overdue: TASK_DEADLINE seconds after its submit or the latest news."""
    since = max(filter(None, [task.submitted_at, task.heard_at]), default=task.created_at)
    return since + timedelta(seconds=settings.TASK_DEADLINE)


def next_poll(task: Task, now: datetime) -> datetime | None:
    """When to poll the task next; None for never.

    Intervals grow from POLL_EVERY to POLL_MOST seconds. An overdue task is polled every POLL_OVERDUE seconds
    until the provider would have deleted its files, a finished one not at all.
    """
    if task.status in FINISHED:
        return None
    if task.status == TaskStatus.OVERDUE:
        gone = (task.submitted_at or task.created_at) + providers.get(task.provider).retention
        later = now + timedelta(seconds=settings.POLL_OVERDUE)
        return later if later < gone else None
    return min(now + timedelta(seconds=_interval(task)), max(deadline(task), now))


def _interval(task: Task) -> float:
    """Seconds to the next poll of a running task."""
    if callbacks_unhealthy(task.provider):
        # Results come by polls alone then, so they come often and do not slow down.
        return min(settings.POLL_EVERY / 2, settings.POLL_MOST)
    return min(settings.POLL_EVERY * 1.3 ** max(0, min(task.polls, 40) - 3), settings.POLL_MOST)


def _give_up(task: Task, now: datetime) -> None:
    """The task failed where the provider called it done, else it is overdue."""
    if any(row.data.get("state") == TaskState.DONE for row in task.statements.all()):
        fault = Fault(
            code="",
            kind=ErrorKind.UPSTREAM,
            message="The provider reported success but never gave a file for every song.",
            advice="What exists stays here. Send the task again, or ask the provider about this id.",
        )
        update = TaskUpdate(external_id="", state=TaskState.FAILED, error=fault)
        apply(task.pk, [update], Provenance(Source.CLOCK, now, {}))
        return
    task.gave_up_at, task.status = now, TaskStatus.OVERDUE
    task.save(update_fields=["gave_up_at", "status"])
    data = {"from": TaskStatus.RUNNING, "to": TaskStatus.OVERDUE, "source": Source.CLOCK}
    record_event("task.status", task, data=data)
