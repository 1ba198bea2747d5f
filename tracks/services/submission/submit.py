"""Submits tasks to their provider: each is claimed first, sent once, and never repeated while unsure."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction
from django.utils import timezone

from tracks import providers, signed_urls
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import ErrorKind, Fault, Source, TaskState, TaskUpdate
from tracks.lib.heartbeat import heartbeat
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim, request_lease_seconds
from tracks.models import Task, Track
from tracks.providers.base import AnswerLost, NotSent, Refused
from tracks.services.events import record_event
from tracks.services.ingest.ahead import Ahead, apply_ahead
from tracks.services.ingest.apply import Provenance, apply, apply_prepared, lock, prepare_updates
from tracks.services.rate_limit import RequestKind, Throttled, acquire, can_acquire
from tracks.services.submission.source_links import with_link

log = logging.getLogger(__name__)
DUE = DueColumn("submit_at", "submit_claims")
RETRYABLE = frozenset({ErrorKind.RATE, ErrorKind.BUSY})


class KeyReused(Exception):
    """The idempotency key was used before, for another request."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A caller's key and the fingerprint of its request; with a blank key nothing is compared."""

    key: str = ""
    digest: str = ""


def fingerprint(
    provider: str, operation: str, params: Mapping[str, Any], source_track: int | None = None
) -> str:
    """The SHA-256 of a request, in hex, for :class:`Idempotency`. Raises TypeError for what is no JSON."""
    request = [provider, operation, params, *([source_track] if source_track is not None else [])]
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


def create_task(
    provider: str,
    operation: str,
    params: Mapping[str, Any],
    user: User | None,
    once: Idempotency | None = None,
    source: Track | None = None,
    warnings: Sequence[str] = (),
) -> tuple[Task, bool]:
    """A queued task, and whether it is new: the same request under the same key gives the same task.

    Raises KeyReused. Parameters and source come from :func:`tracks.services.submission.sources.prepare`,
    without problems. ``warnings``: sentences that are recorded with the task.
    """
    once = once or Idempotency()
    if found := _same_request(user, once):
        return found, False
    try:
        with transaction.atomic():
            task = Task.objects.create(
                provider=provider,
                operation=operation,
                source_track=source,
                params=dict(params),
                created_by=user,
                idempotency_key=once.key,
                idempotency_digest=once.digest,
                submit_at=timezone.now(),
            )
            data = {"warnings": list(warnings)} if warnings else {}
            record_event("task.created", task, data={"by": user.get_username() if user else "", **data})
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
    """Submits the provider's task that has been due longest; False where none is due or it is throttled.

    Raises UnknownProvider, and DatabaseError where the task could not be claimed or its outcome not written.
    """
    if not can_acquire(provider, RequestKind.SUBMIT, timezone.now()):
        return False
    due = Task.objects.due_to_submit(timezone.now()).filter(provider=provider)
    lease = claim(due, DUE, request_lease_seconds())
    if lease is None:
        return False
    try:
        _submit(lease)
    except Throttled:
        lease.release()  # nothing was sent
        return False
    except LeaseLost:
        log.info("task was resolved while it was being sent", extra={"task": lease.row.pk})
    return True


def _submit(lease: Lease[Task]) -> None:
    if lease.claims > 1:
        _mark_unsure(lease, "The process that sent it ended before the answer was recorded.")
        return
    try:
        write = _send(lease)
    except (DatabaseError, InterfaceError):
        # The database is used before the request only: nothing was sent, so the task is not unsure.
        retry_write(lease.release)
        raise
    retry_write(write)


def _send(lease: Lease[Task]) -> Callable[[], None]:
    """Sends the task. Returns the function that writes the outcome. Raises Throttled: nothing was sent."""
    task = lease.row
    try:
        provider = providers.get(task.provider)
        params = with_link(task)
        with acquire(task.provider, RequestKind.SUBMIT):
            Task.objects.filter(pk=task.pk).update(submitted_at=timezone.now())
            heartbeat()
            answer = provider.submit(task.operation, params, signed_urls.callback_url(task))
    except Refused as refusal:
        return partial(_record_refused, lease, refusal)
    except NotSent as reason:
        return partial(_reschedule, lease, str(reason), _back_off(task))
    except AnswerLost as reason:
        return partial(_mark_unsure, lease, str(reason))
    # Before the first try to write: should all fail, the log still has the id of the task that was paid for.
    log.info("task was accepted", extra={"task": task.pk, "external_id": answer.external_id})
    return partial(_record_accepted, lease, answer)


def retry_write(write: Callable[[], None]) -> None:
    """Calls ``write``, and again for about 27 seconds while it raises DatabaseError or InterfaceError.

    Raises what the last try raised.
    """
    # The provider's answer must not be lost to a database restart, nor to a failover, in which the database
    # is read-only for a while (an InternalError on PostgreSQL), nor to a callback that recorded the same id a
    # moment before (an IntegrityError; the next try sees that task).
    for pause in (0.2, 1, 3, 8, 15):
        try:
            return write()
        except (DatabaseError, InterfaceError):
            log.error("the provider's answer could not be recorded yet, trying again")
            connection.close()
            time.sleep(pause)
    return write()


def _record_accepted(lease: Lease[Task], answer: TaskUpdate) -> None:
    task, provenance = lease.row, Provenance(Source.SUBMIT, timezone.now(), {})
    apply_ahead(
        lambda: prepare_updates(task, [answer], provenance),
        lambda ahead: _write_accepted(task, answer, provenance, ahead),
    )


def _write_accepted(task: Task, answer: TaskUpdate, provenance: Provenance, ahead: Ahead) -> None:
    with transaction.atomic():
        Task.objects.filter(pk=task.pk).update(submit_claims=0, submit_attempts=0)
        record_event("task.submitted", task, data={"external_id": answer.external_id})
        if apply_prepared(task.pk, [answer], provenance, ahead).foreign_ids:
            _fail(task, _id_taken(answer.external_id))


def _id_taken(external_id: str) -> Fault:
    return Fault(
        code="",
        kind=ErrorKind.INPUT,
        message=f"The provider answered with the id {external_id}, which is another task's here.",
        advice="Open the older task: it holds the result.",
    )


def _record_refused(lease: Lease[Task], refusal: Refused) -> None:
    if refusal.is_full:
        # The limit of parallel tasks holds it back; it is due as soon as one of them ends.
        _reschedule(lease, refusal.fault.message, 0)
    elif refusal.fault.kind in RETRYABLE:
        _reschedule(lease, refusal.fault.message, max(_back_off(lease.row), refusal.retry_after or 0))
    else:
        with transaction.atomic():
            Task.objects.filter(pk=lease.row.pk).update(submit_claims=0)
            _fail(lease.row, refusal.fault)


def _fail(task: Task, fault: Fault) -> None:
    update = TaskUpdate(external_id="", state=TaskState.FAILED, error=fault)
    apply(task.pk, [update], Provenance(Source.SUBMIT, timezone.now(), {}))


def _back_off(task: Task) -> float:
    steps = settings.SUBMIT_BACKOFF
    return float(steps[min(task.submit_attempts, len(steps) - 1)])


def _reschedule(lease: Lease[Task], reason: str, delay: float) -> None:
    """The provider has not accepted it: it is due again after ``delay`` seconds."""
    task = lease.row
    with transaction.atomic():
        lock(task.pk)
        due = timezone.now() + timedelta(seconds=delay)
        lease.complete(due=due, submit_attempts=task.submit_attempts + 1)
        record_event("task.postponed", task, data={"reason": reason, "until": due.isoformat()})


def _mark_unsure(lease: Lease[Task], reason: str) -> None:
    """The provider may have it: only a callback under its own token, or a person, resolves it."""
    task = lease.row
    with transaction.atomic():
        lock(task.pk)
        lease.complete(due=None, status=TaskStatus.UNSURE)
        data = {"from": task.status, "to": TaskStatus.UNSURE, "source": Source.SUBMIT, "message": reason}
        record_event("task.status", task, data=data)
