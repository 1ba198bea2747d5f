"""Sending a task: claimed before it is sent, sent once, and never again by itself when in doubt."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from tracks import providers, tokens
from tracks.leases import DueColumn, Lease, LeaseLost, claim, one_request, pulse
from tracks.models import Task
from tracks.providers.base import AnswerLost, NotSent, Refused
from tracks.services.apply import Heard, apply, lock
from tracks.services.events import note
from tracks.statuses import TaskStatus
from tracks.updates import ErrorKind, Fault, Source, TaskState, TaskUpdate

log = logging.getLogger(__name__)
DUE = DueColumn("submit_at", "submit_claims")
TRY_AGAIN = frozenset({ErrorKind.RATE, ErrorKind.BUSY})


class KeyReused(Exception):
    """The idempotency key was used before, for something else."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A caller's key and what it stood for; a blank key promises nothing."""

    key: str = ""
    digest: str = ""


def fingerprint(provider: str, operation: str, params: Mapping[str, Any]) -> str:
    """What makes two requests the same, for :class:`Idempotency`."""
    return hashlib.sha256(json.dumps([provider, operation, params], sort_keys=True).encode()).hexdigest()


def create_task(
    provider: str,
    operation: str,
    params: Mapping[str, Any],
    user: User | None,
    once: Idempotency | None = None,
) -> tuple[Task, bool]:
    """A task that waits to be sent, and whether it is new. Raises KeyReused.

    The parameters have been checked against the operation's declaration before.
    """
    once = once or Idempotency()
    if found := _same_request(user, once):
        return found, False
    try:
        with transaction.atomic():
            task = Task.objects.create(
                provider=provider,
                operation=operation,
                params=dict(params),
                created_by=user,
                idempotency_key=once.key,
                idempotency_digest=once.digest,
                submit_at=timezone.now(),
            )
            note("task.created", task, data={"by": user.get_username() if user else ""})
            return task, True
    except IntegrityError:
        found = _same_request(user, once)
        if found is None:
            raise
        return found, False


def _same_request(user: User | None, once: Idempotency) -> Task | None:
    if not once.key or user is None:
        return None
    task = Task.objects.filter(created_by=user, idempotency_key=once.key).first()
    if task and task.idempotency_digest != once.digest:
        raise KeyReused(once.key)
    return task


def submit_next(provider: str) -> bool:
    """Sends the provider's task that has waited longest; False when none is due."""
    due = Task.objects.due_to_submit(timezone.now()).filter(provider=provider)
    lease = claim(due, DUE, one_request())
    if lease is None:
        return False
    try:
        _submit(lease)
    except LeaseLost:
        log.info("task was settled while it was being sent", extra={"task": lease.row.pk})
    return True


def _submit(lease: Lease[Task]) -> None:
    if lease.claims > 1:
        _in_doubt(lease, "The process that sent it ended before the answer was kept.")
        return
    task = lease.row
    Task.objects.filter(pk=task.pk).update(submitted_at=timezone.now())
    pulse()
    insist(_send(lease))


def _send(lease: Lease[Task]) -> Callable[[], None]:
    """Sends the task, and answers with what is to be written about it."""
    task = lease.row
    try:
        provider = providers.get(task.provider)
        answer = provider.submit(task.operation, task.params, tokens.callback_url(task))
    except Refused as refusal:
        return partial(_refused, lease, refusal)
    except NotSent as reason:
        return partial(_again, lease, str(reason), None)
    except AnswerLost as reason:
        return partial(_in_doubt, lease, str(reason))
    # Before the first try to write it down: without its id a bought song has no name.
    log.info("task was accepted", extra={"task": task.pk, "external_id": answer.external_id})
    return partial(_accepted, lease, answer)


def insist(write: Callable[[], None]) -> None:
    """Tries to write for half a minute: what the provider answered must not be lost to a database restart.

    Nor to a callback that took the same id a moment before; the next try sees it.
    """
    for pause in (0.2, 1, 3, 8, 15):
        try:
            return write()
        except (OperationalError, InterfaceError, IntegrityError):
            log.error("the provider's answer could not be kept yet, trying again")
            connection.close()
            time.sleep(pause)
    return write()


def _accepted(lease: Lease[Task], answer: TaskUpdate) -> None:
    task = lease.row
    with transaction.atomic():
        Task.objects.filter(pk=task.pk).update(submit_claims=0, submit_attempts=0)
        note("task.submitted", task, data={"external_id": answer.external_id})
        verdict = apply(task.pk, [answer], Heard(Source.SUBMIT, timezone.now(), {}))
        if verdict.strangers:
            _fail(task, _already_ours(answer.external_id))


def _already_ours(external_id: str) -> Fault:
    return Fault(
        code="",
        kind=ErrorKind.INPUT,
        message=f"The provider answered with the id {external_id}, which is another task's here.",
        advice="Look at the older task: it holds the result.",
    )


def _refused(lease: Lease[Task], refusal: Refused) -> None:
    if refusal.fault.kind in TRY_AGAIN:
        _again(lease, refusal.fault.message, refusal.retry_after)
    else:
        with transaction.atomic():
            Task.objects.filter(pk=lease.row.pk).update(submit_claims=0)
            _fail(lease.row, refusal.fault)


def _fail(task: Task, fault: Fault) -> None:
    update = TaskUpdate(external_id="", state=TaskState.FAILED, error=fault)
    apply(task.pk, [update], Heard(Source.SUBMIT, timezone.now(), {}))


def _again(lease: Lease[Task], reason: str, retry_after: float | None) -> None:
    """Nothing was bought: it waits its turn and goes out again by itself."""
    task = lease.row
    steps = settings.SUBMIT_BACKOFF
    delay = max(steps[min(task.submit_attempts, len(steps) - 1)], retry_after or 0)
    with transaction.atomic():
        lock(task.pk)
        due = timezone.now() + timedelta(seconds=delay)
        lease.conclude(due=due, submit_attempts=task.submit_attempts + 1)
        note("task.postponed", task, data={"reason": reason, "until": due.isoformat()})


def _in_doubt(lease: Lease[Task], reason: str) -> None:
    """It may have been bought: only a callback under its own token or a person settles it."""
    task = lease.row
    with transaction.atomic():
        lock(task.pk)
        lease.conclude(due=None, status=TaskStatus.UNSURE)
        data = {"from": task.status, "to": TaskStatus.UNSURE, "source": Source.SUBMIT, "message": reason}
        note("task.status", task, data=data)
