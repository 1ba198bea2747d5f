"""Ends unsure tasks as a person decides, and polls tasks on request."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from tracks.domain.statuses import FINISHED, TaskStatus
from tracks.domain.updates import ErrorKind, Fault, Source, TaskState, TaskUpdate
from tracks.models import Task
from tracks.services.events import record_event
from tracks.services.ingest.ahead import Ahead, apply_ahead
from tracks.services.ingest.apply import Provenance, apply, apply_prepared, lock, prepare_updates

CHARGED_PERHAPS = "The provider may have made and charged it: look there before you send it again."


class InvalidState(Exception):
    """The task's state does not allow this; the text says why, for people."""


def set_external_id(task_id: int, external_id: str, by: str) -> None:
    """Gives an unsure task the provider's id, or corrects one that a person gave before; polls it at once.

    Raises Task.DoesNotExist, and InvalidState where the task has another id or the id is another task's.
    """
    update = TaskUpdate(external_id=external_id, state=TaskState.RUNNING)
    provenance = Provenance(Source.PERSON, timezone.now(), {"by": by})
    apply_ahead(
        lambda: prepare_updates(Task.objects.get(pk=task_id), [update], provenance),
        lambda ahead: _set_external_id(task_id, update, provenance, ahead),
    )


def _set_external_id(task_id: int, update: TaskUpdate, provenance: Provenance, ahead: Ahead) -> None:
    with transaction.atomic():
        task = lock(task_id)
        if not _has_id_from_person(task):
            _require_unsure(task)
        if apply_prepared(task.pk, [update], provenance, ahead).foreign_ids:
            raise InvalidState(f"The id {update.external_id} is another task's.")
        Task.objects.filter(pk=task.pk).update(next_poll_at=timezone.now())


def resend(task_id: int, by: str) -> None:
    """Queues an unsure task again: a person has found that the provider does not have it.

    Raises Task.DoesNotExist, InvalidState.
    """
    with transaction.atomic():
        task = _require_unsure(lock(task_id))
        task.status, task.submit_at, task.submit_claims = TaskStatus.QUEUED, timezone.now(), 0
        task.save(update_fields=["status", "submit_at", "submit_claims"])
        data = {"from": TaskStatus.UNSURE, "to": TaskStatus.QUEUED, "source": Source.PERSON, "by": by}
        record_event("task.status", task, data=data)


def abandon(task_id: int, by: str) -> None:
    """Ends a task as failed that is unsure, or whose id a person gave and nothing confirmed.

    Results that still come under its token overturn that.

    Raises Task.DoesNotExist, InvalidState.
    """
    with transaction.atomic():
        task = lock(task_id)
        if not has_unconfirmed_id(task):
            _require_unsure(task)
        reason = f"Given up by {by}: nobody knows whether the provider has it."
        fault = Fault("", ErrorKind.UNKNOWN, reason, CHARGED_PERHAPS)
        update = TaskUpdate(external_id="", state=TaskState.FAILED, error=fault)
        apply(task.pk, [update], Provenance(Source.PERSON, timezone.now(), {"by": by}))


def poll_now(task_id: int, by: str) -> None:
    """Polls the task at once, a finished one too, for fresh links.

    Raises Task.DoesNotExist, and InvalidState where the provider's id is not known.
    """
    with transaction.atomic():
        task = lock(task_id)
        if not task.external_id or task.status in (TaskStatus.QUEUED, TaskStatus.UNSURE):
            raise InvalidState(
                f"The task is {task.status}: the provider's id is not known, so it cannot be polled."
            )
        if not task.poll_claims:
            task.next_poll_at = timezone.now()
            task.save(update_fields=["next_poll_at"])
        record_event("task.refresh", task, data={"by": by, "finished": task.status in FINISHED})


def has_unconfirmed_id(task: Task) -> bool:
    """Whether a person gave the id of this task, and the provider has stated nothing under it yet."""
    if task.status not in (TaskStatus.RUNNING, TaskStatus.OVERDUE) or not _has_id_from_person(task):
        return False
    stated = task.statements.filter(data__external_id=task.external_id)
    return not stated.filter(source__in=(Source.POLL, Source.CALLBACK)).exists()


def _has_id_from_person(task: Task) -> bool:
    """Whether a person gave the id and no track came of it yet: then a mistyped one can be corrected."""
    named = task.statements.filter(source=Source.PERSON, data__external_id=task.external_id)
    return task.external_id != "" and named.exists() and not task.tracks.exists()


def _require_unsure(task: Task) -> Task:
    if task.status != TaskStatus.UNSURE:
        raise InvalidState(f"The task is {task.status}; only an unsure one can be resolved.")
    return task


def request_poll(task_id: int) -> None:
    """Makes the task due for a poll, as after a callback that is only a hint, unless it cannot be polled."""
    not_polled = (TaskStatus.QUEUED, TaskStatus.UNSURE, TaskStatus.SUCCEEDED)
    polled = Task.objects.filter(pk=task_id, poll_claims=0).exclude(status__in=not_polled)
    polled.exclude(external_id="").update(next_poll_at=timezone.now())
