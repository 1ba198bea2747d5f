"""Why providers have not accepted tasks yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max

from tracks.domain.statuses import TaskStatus
from tracks.models import Event, Task


def last_refusals(tasks: Iterable[Task]) -> dict[int, str]:
    """The reason of the latest refusal of each queued task that has one, by its id; at most one query."""
    ids = [task.pk for task in tasks if task.status == TaskStatus.QUEUED and task.submit_attempts]
    if not ids:
        return {}
    postponed = Event.objects.filter(task__in=ids, kind="task.postponed").order_by()
    latest = postponed.values("task").annotate(last=Max("pk")).values("last")
    found = Event.objects.filter(pk__in=latest).values_list("task", "data")
    return {task: str(data.get("reason") or "") for task, data in found}
