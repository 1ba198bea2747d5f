"""A person's word on a task whose submit's answer was lost, or that is stuck."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from tracks.domain.statuses import FINISHED, TaskStatus
from tracks.domain.updates import ErrorKind, Fault, Source, TaskState, TaskUpdate
from tracks.models import Task
from tracks.services.events import record_event
from tracks.services.ingest.apply import Provenance, apply, lock


class InvalidState(Exception):
    """The task's state does not allow this; the text says why."""


def set_external_id(task_id: int, external_id: str, by: str) -> None:
    """The provider's id, found by a person, or put right by one; raises NotNow where it is another task's."""
    with transaction.atomic():
        task = lock(task_id)
        if not _was_named_by_a_person(task):
            _require_unsure(task)
        update = TaskUpdate(external_id=external_id, state=TaskState.RUNNING)
        verdict = apply(task.pk, [update], Provenance(Source.PERSON, timezone.now(), {"by": by}))
        if verdict.foreign_ids:
            raise InvalidState(f"The id {external_id} is another task's.")
        Task.objects.filter(pk=task.pk).update(next_poll_at=timezone.now())


def resend(task_id: int, by: str) -> None:
    """A person vouches that nothing was bought: it is sent once more."""
    with transaction.atomic():
        task = _require_unsure(lock(task_id))
        task.status, task.submit_at, task.submit_claims = TaskStatus.QUEUED, timezone.now(), 0
        task.save(update_fields=["status", "submit_at", "submit_claims"])
        data = {"from": TaskStatus.UNSURE, "to": TaskStatus.QUEUED, "source": Source.PERSON, "by": by}
        record_event("task.status", task, data=data)


def abandon(task_id: int, by: str) -> None:
    """Stops waiting; a song that still arrives under the task's token overturns it."""
    with transaction.atomic():
        task = _require_unsure(lock(task_id))
        fault = Fault("", ErrorKind.UNKNOWN, f"Abandoned by {by}: nobody knows whether the provider has it.")
        update = TaskUpdate(external_id="", state=TaskState.FAILED, error=fault)
        apply(task.pk, [update], Provenance(Source.PERSON, timezone.now(), {"by": by}))


def poll_now(task_id: int, by: str) -> None:
    """Polls the task at once, a finished one too (fresh links); raises NotNow without a provider's id."""
    with transaction.atomic():
        task = lock(task_id)
        if not task.external_id or task.status in (TaskStatus.QUEUED, TaskStatus.UNSURE):
            raise InvalidState(
                f"The task is {task.status}: the provider's id is not known, so there is nothing to ask."
            )
        if not task.poll_claims:
            task.next_poll_at = timezone.now()
            task.save(update_fields=["next_poll_at"])
        record_event("task.refresh", task, data={"by": by, "finished": task.status in FINISHED})


def _was_named_by_a_person(task: Task) -> bool:
    """And has brought no song yet: a mistyped id can be put right."""
    named = task.statements.filter(source=Source.PERSON, data__external_id=task.external_id)
    return task.external_id != "" and named.exists() and not task.tracks.exists()


def _require_unsure(task: Task) -> Task:
    if task.status != TaskStatus.UNSURE:
        raise InvalidState(f"The task is {task.status}; only an unsure one can be settled.")
    return task


def request_poll(task_id: int) -> None:
    """Something came that is not to be believed as it stands: ask the provider soon, if it waits at all."""
    nothing_to_ask = (TaskStatus.QUEUED, TaskStatus.UNSURE, TaskStatus.SUCCEEDED)
    worth = Task.objects.filter(pk=task_id, poll_claims=0).exclude(status__in=nothing_to_ask)
    worth.exclude(external_id="").update(next_poll_at=timezone.now())
