"""Adopts tasks that were submitted elsewhere, or whose row was lost with a database."""

from __future__ import annotations

from django.utils import timezone

from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import TaskUpdate
from tracks.models import Origin, Task
from tracks.models.tasks import new_nonce
from tracks.services.events import record_event


def find_task(provider: str, update: TaskUpdate) -> Task | None:
    """The task that the update's id belongs to, by the task's own id or by those of its tracks."""
    if not update.external_id:
        return None
    # Two queries, each by its index: one with OR over both tables reads all of them on PostgreSQL.
    tasks = Task.objects.filter(provider=provider, external_id=update.external_id)
    owners = Task.objects.filter(tracks__provider=provider, tracks__external_id=update.external_id)
    return min([*tasks, *owners], key=lambda task: task.pk, default=None)


def adopt(provider: str, update: TaskUpdate, nonce: str = "") -> tuple[Task, bool]:
    """A task for an id that nobody here submitted, and whether it is new.

    ``nonce``: that of a valid token whose task is gone. The new task takes it, so that later callbacks under
    the same token find it. Raises ValueError where there is neither a nonce nor an id.
    """
    if not (nonce or update.external_id):
        raise ValueError("A body that names no task cannot be adopted.")
    key = {"nonce": nonce} if nonce else {"external_id": update.external_id}
    defaults = {
        "operation": update.operation or "generate",
        "origin": Origin.ADOPTED,
        "status": TaskStatus.RUNNING,
        "nonce": nonce or new_nonce(),
        "next_poll_at": timezone.now() if update.external_id else None,
    }
    task, is_new = Task.objects.get_or_create(provider=provider, **key, defaults=defaults)
    if is_new:
        record_event("task.created", task, data={"adopted": update.external_id})
    return task, is_new
