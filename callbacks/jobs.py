"""The worker's side of callbacks: claim a stored one, parse it, deliver it, write down its outcome."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from callbacks.models import CallbackEvent, Outcome
from tracks import providers
from tracks.domain.updates import Source, TaskUpdate
from tracks.lib.job_kind import JobKind
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim
from tracks.lib.redact import redact_text
from tracks.providers.base import SubmittedWith, Unreadable
from tracks.services.ingest.ahead import Ahead, Provenance, apply_ahead
from tracks.services.ingest.deliver import deliver, deliver_by_id, prepare_delivery
from tracks.services.resolve import InvalidState, request_poll

log = logging.getLogger(__name__)
DUE = DueColumn("due_at", "claims")
MAX_ERROR = 2000  # characters


def process_next() -> bool:
    """Processes the callback that has waited longest; False when none is due."""
    lease = claim(CallbackEvent.objects.due(timezone.now()), DUE)
    if lease is None:
        return False
    try:
        process(lease)
    except LeaseLost:
        log.info("callback was taken over", extra={"callback": lease.row.pk})
    except (OperationalError, InterfaceError):
        # The database's trouble, not the body's: it comes due again when the lease ends, and no claim counts.
        log.error("the database failed under a callback", extra={"callback": lease.row.pk})
        connection.close()
        CallbackEvent.objects.filter(pk=lease.row.pk).update(claims=0)
    except Exception as error:
        # A body that we stumble over must neither be lost nor stop the ones behind it: it stays, with the
        # reason, comes due again when its lease ends, and is parked after MAX_CLAIMS.
        log.exception("callback could not be processed", extra={"callback": lease.row.pk})
        reason = redact_text(f"{type(error).__name__}: {error}".partition("\n")[0])
        CallbackEvent.objects.filter(pk=lease.row.pk).update(error=reason[:MAX_ERROR])
    return True


def process(lease: Lease[CallbackEvent]) -> Outcome:
    """Applies a stored callback once; its outcome commits together with its effect. Raises LeaseLost."""
    if lease.attempts_exhausted:
        return _complete(lease, lambda: _parked(lease))
    if lease.row.outcome == Outcome.UNVERIFIED:
        return _complete(lease, lambda: _unverified(lease.row))
    # SQLite has one writer: what takes time is done before the transaction, so that no callback waits for it.
    try:
        updates = _parsed(lease.row, _submitted_with(lease.row))
    except (Unreadable, ValueError, RecursionError) as error:
        reason = redact_text(f"Not understood: {error}")[:MAX_ERROR]
        return _complete(lease, lambda: _unreadable(lease.row, reason))
    return _deliver(lease, updates)


def _complete(lease: Lease[CallbackEvent], work: Callable[[], tuple[Outcome, str]]) -> Outcome:
    """Does the work and writes its outcome and, where it is not a good one, the reason."""
    with transaction.atomic():
        outcome, error = work()
        lease.complete(due=None, outcome=outcome, error=error, processed_at=timezone.now())
    return outcome


def _deliver(lease: Lease[CallbackEvent], updates: Sequence[TaskUpdate]) -> Outcome:
    event, provenance = lease.row, _provenance(lease.row)

    def prepared() -> Ahead:
        return prepare_delivery(event.provider, event.task, event.nonce, updates, provenance)

    def delivered(ahead: Ahead) -> tuple[Outcome, str]:
        done = deliver(event.provider, event.task, event.nonce, updates, provenance, ahead)
        return Outcome(done.outcome), redact_text(done.error)

    return apply_ahead(prepared, lambda ahead: _complete(lease, lambda: delivered(ahead)))


def adopt_mismatch(event: CallbackEvent, by: str) -> Outcome:
    """A person's decision on a mismatch: what the body names becomes tasks of their own.

    Raises InvalidState where the body names none.
    """
    updates = _parsed(event, SubmittedWith())
    if not all(update.external_id for update in updates):
        raise InvalidState("The body names no task by its id; there is nothing to adopt.")
    outcome = apply_ahead(
        lambda: prepare_delivery(event.provider, None, event.nonce, updates, _provenance(event)),
        lambda ahead: _adopt(event, updates, ahead),
    )
    log.info("callback adopted", extra={"callback": event.pk, "by": by})
    return outcome


def _adopt(event: CallbackEvent, updates: Sequence[TaskUpdate], ahead: Ahead) -> Outcome:
    with transaction.atomic():
        done = deliver_by_id(event.provider, event.nonce, updates, _provenance(event), ahead)
        outcome = Outcome(done.outcome)
        CallbackEvent.objects.filter(pk=event.pk).update(outcome=outcome, error=redact_text(done.error))
    return outcome


def _unverified(event: CallbackEvent) -> tuple[Outcome, str]:
    _poll_instead(event)
    return Outcome.UNVERIFIED, event.error


def _unreadable(event: CallbackEvent, reason: str) -> tuple[Outcome, str]:
    _poll_instead(event)
    return Outcome.UNREADABLE, reason


def _parked(lease: Lease[CallbackEvent]) -> tuple[Outcome, str]:
    _poll_instead(lease.row)
    reason = lease.row.error or "The process that parsed it ended each time."
    return Outcome.PARKED, f"Given up after {settings.MAX_CLAIMS} tries. {reason}"


def _parsed(event: CallbackEvent, submitted_with: SubmittedWith) -> list[TaskUpdate]:
    provider = providers.get(event.provider)
    return provider.parse_callback(json.loads(bytes(event.body)), submitted_with)


def _submitted_with(event: CallbackEvent) -> SubmittedWith:
    return SubmittedWith(event.task.operation, event.task.params) if event.task else SubmittedWith()


def _provenance(event: CallbackEvent) -> Provenance:
    return Provenance(Source.CALLBACK, event.received_at, {"callback": event.pk})


def _poll_instead(event: CallbackEvent) -> None:
    """What a body does not tell us, the provider does when it is asked."""
    if event.task_id is not None:
        request_poll(event.task_id)


def _has_due(now: datetime) -> bool:
    return CallbackEvent.objects.due(now).exists()


JOB_KIND = JobKind("callbacks", _has_due, process_next, max_workers=lambda workers: workers)
