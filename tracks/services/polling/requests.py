"""Polls claimed tasks: in as many requests as their ids need, each answer applied as it comes."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from tracks import providers
from tracks.domain.updates import ErrorKind, Source, TaskUpdate
from tracks.lib.heartbeat import heartbeat
from tracks.lib.leases import Lease, LeaseLost, request_lease_seconds
from tracks.models import Task, Track
from tracks.providers.base import AnswerLost, NotSent, PollTarget, Provider, Refused
from tracks.services.events import record_event
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.rate_limit import RequestKind, Throttled, acquire
from tracks.services.resolve import has_unconfirmed_id

log = logging.getLogger(__name__)
# How long the later requests of one poll may wait for permits, all together.
MAX_WAIT = timedelta(seconds=30)
THROTTLED = "No more requests are allowed at the moment; the rest of this task is polled later."

MISTYPED = (
    "The provider knows no task with the id {id} (“{reason}”). A person gave this id: look it up in the "
    "provider's account and correct it below, or give the task up."
)


class OneIdUnknown(Exception):
    """The provider does not know one of several tasks and does not say which: poll each alone."""


def poll_tasks(leases: Sequence[Lease[Task]]) -> dict[int, str]:
    """Polls these tasks of one operation and applies the answers. Returns what went wrong, by task id.

    Raises OneIdUnknown, and Throttled where the first request has to wait. What was applied before stays.
    """
    provider = providers.get(leases[0].row.provider)
    queries = deque(_queries(leases, provider.batch))
    errors: dict[int, str] = {}
    # None until the first request went out. From then on the poll goes on to its last request: one that began
    # anew at each permit would, at a low rate limit, never get beyond its first request.
    wait_until = None
    while queries:
        query = queries.popleft()
        try:
            errors |= _apply_all(leases, _request(provider, query, wait_until))
        except Throttled:
            if wait_until is None:
                raise
            return errors | _error_for(leases, [query, *queries], THROTTLED)
        except Refused as refusal:
            if _may_hide_others(refusal, query):
                queries.extendleft(_one_by_one(leases, query))
            else:
                errors |= _refusal_for(leases, query, refusal)
        except (NotSent, AnswerLost) as error:
            # A provider that does not answer gets no further requests.
            return errors | _error_for(leases, [query, *queries], str(error))
        wait_until = wait_until or timezone.now() + MAX_WAIT
        if queries:
            _extend(leases)
    return errors


def ids_of(task: Task) -> list[str]:
    """The provider's ids of the task's tracks, in their order; empty where none is known yet."""
    ids = task.tracks.order_by("position").values_list("external_id", flat=True)
    return [one for one in ids if one]


def _queries(leases: Sequence[Lease[Task]], batch: int) -> Iterator[list[PollTarget]]:
    """The targets of each request, at most ``batch`` ids in one."""
    targets = [target for lease in leases for target in _targets(lease.row, batch)]
    for start in range(0, len(targets), batch):
        yield targets[start : start + batch]


def _targets(task: Task, batch: int) -> list[PollTarget]:
    """One target for each track. Where a request names one id only, it is the task's: one for all tracks."""
    ids = tuple(ids_of(task))
    groups = [ids] if batch == 1 or not ids else [(one,) for one in ids]
    return [PollTarget(task.operation, task.external_id, group) for group in groups]


def _request(
    provider: Provider, query: Sequence[PollTarget], wait_until: datetime | None
) -> list[TaskUpdate]:
    """One request. Waits for its permit where that comes before ``wait_until``, else raises Throttled."""
    while True:
        try:
            with acquire(provider.name, RequestKind.POLL):
                heartbeat()
                return provider.query(query)
        except Throttled as wait:
            if wait_until is None or wait.until > wait_until:
                raise
            heartbeat()  # it waits for a permit, it does not hang
            time.sleep(min(1.0, max(0.05, (wait.until - timezone.now()).total_seconds())))


def _may_hide_others(refusal: Refused, query: Sequence[PollTarget]) -> bool:
    """Whether one unknown id of several may have caused the refusal.

    How a mix of known and unknown ids is answered is not documented.
    """
    return refusal.fault.kind is ErrorKind.NOT_FOUND and len(query) > 1


def _one_by_one(leases: Sequence[Lease[Task]], query: Sequence[PollTarget]) -> list[list[PollTarget]]:
    """A request for each track of one task, last first. Raises OneIdUnknown for several tasks."""
    if len(leases) > 1:
        raise OneIdUnknown
    return [[target] for target in reversed(query)]


def _error_for(
    leases: Sequence[Lease[Task]], queries: Sequence[Sequence[PollTarget]], reason: str
) -> dict[int, str]:
    ids = {target.external_id for query in queries for target in query}
    return {lease.row.pk: reason for lease in leases if lease.row.external_id in ids}


def _refusal_for(
    leases: Sequence[Lease[Task]], query: Sequence[PollTarget], refusal: Refused
) -> dict[int, str]:
    """The provider's reason; of an id that a person gave and the provider does not know, what to do."""
    errors = _error_for(leases, [query], refusal.fault.message)
    if refusal.fault.kind is not ErrorKind.NOT_FOUND:
        return errors
    doubtful = [lease.row for lease in leases if lease.row.pk in errors and has_unconfirmed_id(lease.row)]
    return errors | {
        task.pk: MISTYPED.format(id=task.external_id, reason=refusal.fault.message) for task in doubtful
    }


def _extend(leases: Sequence[Lease[Task]]) -> None:
    """Extends the leases for the next request; one that is lost belongs to a task that ended meanwhile."""
    for lease in leases:
        with suppress(LeaseLost):
            lease.extend(MAX_WAIT.total_seconds() + request_lease_seconds())


def _apply_all(leases: Sequence[Lease[Task]], updates: Sequence[TaskUpdate]) -> dict[int, str]:
    """Applies each update to the task that it belongs to. Returns what went wrong, by task id."""
    tasks = {lease.row.external_id: lease.row.pk for lease in leases}
    tracks = Track.objects.filter(task__in=tasks.values()).values_list("external_id", "task_id")
    owner, errors = {**dict(tracks), **tasks}, {}
    for update in updates:
        task_id = owner.get(update.external_id)
        if task_id is None:
            log.warning("the provider answered about an id that was not polled")
        elif error := _apply(task_id, update):
            errors[task_id] = error
    return errors


def _apply(task_id: int, update: TaskUpdate) -> str:
    try:
        result = apply(task_id, [update], Provenance(Source.POLL, timezone.now(), {}))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # A defect of ours in one update must not keep the others from being applied.
        log.exception("an answer could not be applied", extra={"task": task_id})
        return f"Our own fault ({type(error).__name__}); the task is polled again."
    if not result.foreign_ids:
        return ""
    record_event("task.mismatch", Task.objects.get(pk=task_id), data={"ids": list(result.foreign_ids)})
    return f"The answer names {', '.join(result.foreign_ids)}, which is another task's here."
