"""Moves foreign statements and tracks of a task to tasks of their own, so that nothing of them is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tracks.domain.fold import known_ids
from tracks.models import Origin, Statement, Task, Track
from tracks.services.events import record_event


def split_off_foreign(
    task: Task, statements: Sequence[Statement]
) -> tuple[list[Statement], dict[Task, list[Statement]]]:
    """Moves statements of ids that are not this task's, with their tracks, to tasks of their own.

    Returns the statements that stay, and the moved ones by their new task. Fold the new tasks first: they
    take over ids of this one.
    """
    # A body under a task's token is applied while the task has no id. If the answer to the submit then names
    # another id, that body may well have stated something real, such as a song of an earlier submit.
    own = known_ids(row.value for row in statements)
    foreign: dict[str, list[Statement]] = defaultdict(list)
    for row in statements:
        external_id = row.value.update.external_id
        if external_id and external_id not in own:
            foreign[external_id].append(row)
    for rows in foreign.values():
        rows += [row for row in statements if _goes_along(row, _track_ids(rows))]
    moved = {row.pk for rows in foreign.values() for row in rows}
    staying = [row for row in statements if row.pk not in moved]
    return staying, {_split_off(task, foreign_id, rows): rows for foreign_id, rows in sorted(foreign.items())}


def _goes_along(row: Statement, moving: set[str]) -> bool:
    """Whether a statement without an id, such as a person's edit, names a track that moves."""
    return not row.value.update.external_id and bool(_track_ids([row]) & moving)


def _track_ids(rows: Sequence[Statement]) -> set[str]:
    return {track.external_id for row in rows for track in row.value.update.tracks} - {""}


def _split_off(task: Task, external_id: str, statements: Sequence[Statement]) -> Task:
    other = Task.objects.create(
        provider=task.provider,
        operation=task.operation,
        origin=Origin.ADOPTED,
        params=task.params,
        created_by=task.created_by,
    )
    Statement.objects.filter(pk__in=[row.pk for row in statements]).update(task=other)
    Track.objects.filter(task=task, external_id__in=_track_ids(statements)).update(task=other)
    if task.external_id == external_id:
        Task.objects.filter(pk=task.pk).update(external_id="")
    record_event("task.created", other, data={"adopted": external_id, "from_task": task.pk})
    record_event("task.handed_over", task, data={"external_id": external_id, "to_task": other.pk})
    return other
