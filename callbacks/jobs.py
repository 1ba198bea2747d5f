"""The worker's side of callbacks: claim a stored one, parse it, deliver it, write down its outcome."""

from __future__ import annotations

import json
import logging
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
from tracks.services.ingest.apply import Provenance
from tracks.services.ingest.deliver import Delivery, deliver, deliver_by_id
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
    with transaction.atomic():
        outcome, error = _parked(lease) if lease.attempts_exhausted else _outcome(lease.row)
        lease.complete(due=None, outcome=outcome, error=error, processed_at=timezone.now())
    return outcome


def adopt_mismatch(event: CallbackEvent, by: str) -> Outcome:
    """A person's decision on a mismatch: what the body names becomes tasks of their own.

    Raises InvalidState where the body names none.
    """
    updates = _parsed(event, SubmittedWith())
    if not all(update.external_id for update in updates):
        raise InvalidState("The body names no task by its id; there is nothing to adopt.")
    with transaction.atomic():
        delivery = deliver_by_id(event.provider, event.nonce, updates, _provenance(event))
        outcome = Outcome(delivery.outcome)
        CallbackEvent.objects.filter(pk=event.pk).update(outcome=outcome, error=redact_text(delivery.error))
    log.info("callback adopted", extra={"callback": event.pk, "by": by})
    return outcome


def _outcome(event: CallbackEvent) -> tuple[Outcome, str]:
    """Delivers the body; the outcome and, where it is not a good one, the reason."""
    if event.outcome == Outcome.UNVERIFIED:
        _poll_instead(event)
        return Outcome.UNVERIFIED, event.error
    try:
        updates = _parsed(event, _submitted_with(event))
    except (Unreadable, ValueError, RecursionError) as error:
        _poll_instead(event)
        return Outcome.UNREADABLE, redact_text(f"Not understood: {error}")[:MAX_ERROR]
    delivery: Delivery = deliver(event.provider, event.task, event.nonce, updates, _provenance(event))
    return Outcome(delivery.outcome), redact_text(delivery.error)


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
