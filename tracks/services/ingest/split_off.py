"""Moves foreign statements and tracks of a task to tasks of their own, so that nothing of them is lost."""

from __future__ import annotations

from collections.abc import Sequence

from tracks.models import Origin, Statement, Task, Track
from tracks.services.events import record_event
from tracks.services.ingest.foreign import foreign_statements, stated_track_ids


def split_off_foreign(
    task: Task, statements: Sequence[Statement]
) -> tuple[list[Statement], dict[Task, list[Statement]]]:
    """Moves statements of ids that are not this task's, with their tracks, to tasks of their own.

    Returns the statements that stay, and the moved ones by their new task. Fold the new tasks first: they
    take over ids of this one.
    """
    staying, foreign = foreign_statements(statements)
    return staying, {_split_off(task, foreign_id, rows): rows for foreign_id, rows in foreign.items()}


def _split_off(task: Task, external_id: str, statements: Sequence[Statement]) -> Task:
    other = Task.objects.create(
        provider=task.provider,
        operation=task.operation,
        origin=Origin.ADOPTED,
        params=task.params,
        created_by=task.created_by,
    )
    Statement.objects.filter(pk__in=[row.pk for row in statements]).update(task=other)
    Track.objects.filter(task=task, external_id__in=stated_track_ids(statements)).update(task=other)
    if task.external_id == external_id:
        Task.objects.filter(pk=task.pk).update(external_id="")
    record_event("task.created", other, data={"adopted": external_id, "from_task": task.pk})
    record_event("task.handed_over", task, data={"external_id": external_id, "to_task": other.pk})
    return other
