"""What the worker does for the door: reads each stored body and tells the product what it says."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from callbacks.models import CallbackEvent, Outcome
from tracks import providers
from tracks.domain.updates import Source, TaskUpdate, TrackUpdate
from tracks.lib.job_kind import JobKind
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim
from tracks.models import Task
from tracks.providers.base import SubmittedWith, Unreadable
from tracks.services.events import record_event
from tracks.services.ingest.adopt import adopt, find_task
from tracks.services.ingest.apply import ApplyResult, Provenance, apply
from tracks.services.ingest.callback_health import callbacks_are_hints, record_callback
from tracks.services.resolve import InvalidState, request_poll

log = logging.getLogger(__name__)
DUE = DueColumn("due_at", "claims")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a body came to, for the people who look at the row."""

    outcome: Outcome
    error: str = ""


def process_next() -> bool:
    """Reads the callback that has waited longest; False when none is due."""
    lease = claim(CallbackEvent.objects.due(timezone.now()), DUE)
    if lease is None:
        return False
    try:
        process(lease)
    except LeaseLost:
        log.info("callback was taken over", extra={"callback": lease.row.pk})
    except (OperationalError, InterfaceError):
        # The database's trouble, not the body's: it comes due again when the lease ends, and no try counts.
        log.error("the database failed under a callback", extra={"callback": lease.row.pk})
        connection.close()
        CallbackEvent.objects.filter(pk=lease.row.pk).update(claims=0)
    except Exception as error:
        # A body that we stumble over must neither be lost nor stop the ones behind it: it stays, with the
        # reason, comes due again when its lease ends, and is parked after MAX_CLAIMS.
        log.exception("callback could not be processed", extra={"callback": lease.row.pk})
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        CallbackEvent.objects.filter(pk=lease.row.pk).update(error=reason[:2000])
    return True


def process(lease: Lease[CallbackEvent]) -> Finding:
    """Makes of a stored body what it says, once; the outcome commits together with its effect."""
    with transaction.atomic():
        finding = _parked(lease) if lease.attempts_exhausted else _judge(lease.row)
        lease.complete(due=None, outcome=finding.outcome, error=finding.error, processed_at=timezone.now())
    return finding


def _parked(lease: Lease[CallbackEvent]) -> Finding:
    _ask_instead(lease.row)
    reason = lease.row.error or "The process that read it ended each time."
    return Finding(Outcome.PARKED, f"Given up after {settings.MAX_CLAIMS} tries. {reason}")


def _judge(event: CallbackEvent) -> Finding:
    if event.outcome == Outcome.UNVERIFIED:
        _ask_instead(event)
        return Finding(Outcome.UNVERIFIED, event.error)
    provider = providers.get(event.provider)
    try:
        asked = SubmittedWith(event.task.operation, event.task.params) if event.task else SubmittedWith()
        updates = provider.parse_callback(json.loads(bytes(event.body)), asked)
    except (Unreadable, ValueError, RecursionError) as error:
        _ask_instead(event)
        return Finding(Outcome.UNREADABLE, f"Not understood: {error}"[:2000])
    if event.task_id is None and not all(update.external_id or event.nonce for update in updates):
        return Finding(Outcome.UNREADABLE, "It names no task, and its token is not a task's own.")
    if callbacks_are_hints(event.provider):
        return _take_as_hint(event, updates)
    return _route(event, updates)


def adopt_what_it_names(event: CallbackEvent, by: str) -> Finding:
    """A person's word on a mismatch: what the body names becomes tasks of their own.

    Raises NotNow where it names none.
    """
    updates = providers.get(event.provider).parse_callback(json.loads(bytes(event.body)), SubmittedWith())
    if not all(update.external_id for update in updates):
        raise InvalidState("The body names no task by its id; there is nothing to adopt.")
    with transaction.atomic():
        finding = _route_by_id(event, updates)
        CallbackEvent.objects.filter(pk=event.pk).update(outcome=finding.outcome, error=finding.error)
    log.info("callback adopted", extra={"callback": event.pk, "by": by})
    return finding


def _route(event: CallbackEvent, updates: Sequence[TaskUpdate]) -> Finding:
    if event.task_id is not None:
        return _for_its_own_task(event, event.task_id, updates)
    return _route_by_id(event, updates)


def _route_by_id(event: CallbackEvent, updates: Sequence[TaskUpdate]) -> Finding:
    named = _named(event, updates)
    verdicts = [_take(event, one.task.pk, one.said) for one in named]
    foreign_ids = [one for verdict in verdicts for one in verdict.foreign_ids]
    if foreign_ids:
        return _mismatch(foreign_ids)
    return Finding(Outcome.ADOPTED if any(one.is_new for one in named) else Outcome.APPLIED)


@dataclass(slots=True)
class _Named:
    """A task that a body names, what it says of it, and whether it was adopted for that."""

    task: Task
    said: list[TaskUpdate] = field(default_factory=list)
    is_new: bool = False


def _named(event: CallbackEvent, updates: Sequence[TaskUpdate]) -> list[_Named]:
    """In an order that is always the same, so that two bodies that name the same tasks, here already or not,
    never wait for each other."""
    named: dict[int, _Named] = {}
    for update in sorted(updates, key=lambda one: one.external_id):
        task, is_new = _find_or_adopt(event, update)
        one = named.setdefault(task.pk, _Named(task))
        one.said.append(update)
        one.is_new |= is_new
    return [one for _, one in sorted(named.items())]


def _find_or_adopt(event: CallbackEvent, update: TaskUpdate) -> tuple[Task, bool]:
    known = find_task(event.provider, update)
    if known:
        return known, False
    return adopt(event.provider, update, nonce=event.nonce)


def _for_its_own_task(event: CallbackEvent, task_id: int, updates: Sequence[TaskUpdate]) -> Finding:
    verdict = _take(event, task_id, updates)
    if not verdict.foreign_ids:
        return Finding(Outcome.APPLIED)
    task = Task.objects.get(pk=task_id)
    record_event("task.mismatch", task, data={"ids": list(verdict.foreign_ids), "callback": event.pk})
    _ask_instead(event)
    return _mismatch(verdict.foreign_ids)


def _take(event: CallbackEvent, task_id: int, updates: Sequence[TaskUpdate]) -> ApplyResult:
    verdict = apply(task_id, updates, _heard(event))
    if not verdict.foreign_ids:
        _note_callback(event, task_id, updates)
    return verdict


def _note_callback(event: CallbackEvent, task_id: int, updates: Iterable[TaskUpdate]) -> None:
    record_callback(task_id, [update.stage for update in updates], event.received_at)


def _mismatch(foreign_ids: Sequence[str]) -> Finding:
    named = ", ".join(sorted(set(foreign_ids)))
    return Finding(
        Outcome.MISMATCH, f"It speaks of {named}, which is not this task's; nothing of that was applied."
    )


def _take_as_hint(event: CallbackEvent, updates: Sequence[TaskUpdate]) -> Finding:
    """Of the body only the ids are believed, and only where the task has none yet."""
    if event.task is not None:
        return _hint_for_its_own_task(event, event.task, updates)
    for one in _named(event, [update for update in updates if update.external_id]):
        if one.is_new:
            apply(one.task.pk, [_only_the_id(update) for update in one.said], _heard(event))
        _note_callback(event, one.task.pk, one.said)
        request_poll(one.task.pk)
    return Finding(Outcome.READBACK)


def _hint_for_its_own_task(event: CallbackEvent, task: Task, updates: Sequence[TaskUpdate]) -> Finding:
    bare = [_only_the_id(update) for update in updates if update.external_id]
    known = {task.external_id, *task.tracks.values_list("external_id", flat=True)} - {""}
    if bare and not task.external_id:
        apply(task.pk, bare, _heard(event))
    elif foreign_ids := [update.external_id for update in bare if update.external_id not in known]:
        record_event("task.mismatch", task, data={"ids": foreign_ids, "callback": event.pk})
        request_poll(task.pk)
        return _mismatch(foreign_ids)
    _note_callback(event, task.pk, updates)
    request_poll(task.pk)
    return Finding(Outcome.READBACK)


def _only_the_id(update: TaskUpdate) -> TaskUpdate:
    """Where an item is a track, its id stands at both."""
    items = tuple(
        TrackUpdate(track.external_id, kind=track.kind)
        for track in update.tracks
        if track.external_id == update.external_id
    )
    return TaskUpdate(update.external_id, operation=update.operation, tracks=items)


def _ask_instead(event: CallbackEvent) -> None:
    if event.task_id is not None:
        request_poll(event.task_id)


def _heard(event: CallbackEvent) -> Provenance:
    return Provenance(Source.CALLBACK, event.received_at, {"callback": event.pk})


def _waiting(now: datetime) -> bool:
    return CallbackEvent.objects.due(now).exists()


JOB_KIND = JobKind("callbacks", _waiting, process_next, max_workers=lambda workers: workers)
