"""One look at tasks that are held: in as many requests as it takes, what each brings applied at once."""

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
from tracks.lib.leases import Lease, LeaseLost, heartbeat, request_lease_seconds
from tracks.models import Task, Track
from tracks.providers.base import AnswerLost, NotSent, PollTarget, Provider, Refused
from tracks.services.events import record_event
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.rate_limit import RequestKind, Throttled, acquire

log = logging.getLogger(__name__)
# How long a look that takes several requests may wait for their turns.
LONGEST_LOOK = timedelta(seconds=30)
NO_TIME = "The provider was asked as often as it may be; the rest of this task is asked about later."


class OneIdUnknown(Exception):
    """The provider does not know one of several tasks and does not say which: ask for each alone."""


def ask(leases: Sequence[Lease[Task]]) -> dict[int, str]:
    """Asks about these tasks of one operation and applies what is said; what went wrong, by task.

    Raises OneUnknown, and NotYet where the first request has to wait; what was heard stays applied. What is
    begun is brought to its end: begun anew each time, at a low rate it would never get beyond its first part.
    """
    provider = providers.get(leases[0].row.provider)
    questions = deque(_questions(leases, provider.batch))
    errors: dict[int, str] = {}
    ends = None
    while questions:
        question = questions.popleft()
        try:
            errors |= _hear(leases, _query(provider, question, ends))
        except Throttled:
            if ends is None:
                raise
            return errors | _for_all(leases, [question, *questions], NO_TIME)
        except Refused as refusal:
            if _is_one_unknown(refusal, question):
                questions.extendleft(_apart(leases, question))
            else:
                errors |= _for_all(leases, [question], refusal.fault.message)
        except (NotSent, AnswerLost) as silence:
            # Who does not answer is asked nothing more.
            return errors | _for_all(leases, [question, *questions], str(silence))
        ends = ends or timezone.now() + LONGEST_LOOK
        if questions:
            _hold(leases)
    return errors


def ids_of(task: Task) -> list[str]:
    """The provider's ids of the task's songs; none where it has named none yet."""
    ids = task.tracks.order_by("position").values_list("external_id", flat=True)
    return [one for one in ids if one]


def _questions(leases: Sequence[Lease[Task]], batch: int) -> Iterator[list[PollTarget]]:
    """One request each: at most ``batch`` ids. Where one id is all that a request names, it is the task's."""
    looks = [look for lease in leases for look in _looks(lease.row, batch)]
    for start in range(0, len(looks), batch):
        yield looks[start : start + batch]


def _looks(task: Task, batch: int) -> list[PollTarget]:
    ids = tuple(ids_of(task))
    apart = [ids] if batch == 1 or not ids else [(one,) for one in ids]
    return [PollTarget(task.operation, task.external_id, some) for some in apart]


def _query(provider: Provider, question: Sequence[PollTarget], ends: datetime | None) -> list[TaskUpdate]:
    """One request; waits for its turn where that comes before ``ends``, else raises NotYet."""
    while True:
        try:
            with acquire(provider.name, RequestKind.POLL):
                heartbeat()
                return provider.query(question)
        except Throttled as wait:
            if ends is None or wait.until > ends:
                raise
            heartbeat()  # it waits for its turn, it does not hang
            time.sleep(min(1.0, max(0.05, (wait.until - timezone.now()).total_seconds())))


def _is_one_unknown(refusal: Refused, question: Sequence[PollTarget]) -> bool:
    """What a mix of known and unknown ids is answered is not documented; one must not hide the others."""
    return refusal.fault.kind is ErrorKind.NOT_FOUND and len(question) > 1


def _apart(leases: Sequence[Lease[Task]], question: Sequence[PollTarget]) -> list[list[PollTarget]]:
    """The songs of one task are asked for one by one here; several tasks are to be held one by one."""
    if len(leases) > 1:
        raise OneIdUnknown
    return [[look] for look in reversed(question)]


def _for_all(
    leases: Sequence[Lease[Task]], questions: Sequence[Sequence[PollTarget]], reason: str
) -> dict[int, str]:
    asked = {look.external_id for question in questions for look in question}
    return {lease.row.pk: reason for lease in leases if lease.row.external_id in asked}


def _hold(leases: Sequence[Lease[Task]]) -> None:
    """For the next request. A lease that is lost is a task that has ended, or that another has by now."""
    for lease in leases:
        with suppress(LeaseLost):
            lease.extend(LONGEST_LOOK.total_seconds() + request_lease_seconds())


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
        verdict = apply(task_id, [update], Provenance(Source.POLL, timezone.now(), {}))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # Ours to mend; the task is looked at again, and the ones beside it go on.
        log.exception("an answer could not be applied", extra={"task": task_id})
        return f"Our own fault ({type(error).__name__}); it is looked at again."
    if not verdict.foreign_ids:
        return ""
    record_event("task.mismatch", Task.objects.get(pk=task_id), data={"ids": list(verdict.foreign_ids)})
    return f"The answer names {', '.join(verdict.foreign_ids)}, which is another task's here."
