"""What is not a task's own: updates and tracks of another task, and statements of another id. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tracks.domain.fold import known_ids
from tracks.domain.updates import Source, TaskUpdate
from tracks.models import Statement, Task, Track


def foreign_updates(
    task: Task, updates: Sequence[TaskUpdate], source: Source, statements: Sequence[Statement]
) -> list[bool]:
    """Of each update whether it may not change this task: it is another task's, or a second identity."""
    own = known_ids(row.value for row in statements) | ({task.external_id} - {""})
    may_name_any = not own or source in (Source.SUBMIT, Source.PERSON)
    return [
        _belongs_to_another(task, update)
        or not (may_name_any or not update.external_id or update.external_id in own)
        for update in updates
    ]


def _belongs_to_another(task: Task, update: TaskUpdate) -> bool:
    if update.external_id in ("", task.external_id):
        return False
    others = Task.objects.filter(provider=task.provider, external_id=update.external_id)
    return others.exclude(pk=task.pk).exists()


def foreign_tracks(task: Task, update: TaskUpdate) -> list[str]:
    """Ids of tracks in the update that are already another task's."""
    ids = [track.external_id for track in update.tracks if track.external_id]
    tracks = Track.objects.filter(provider=task.provider, external_id__in=ids).exclude(task=task.pk)
    return list(tracks.values_list("external_id", flat=True)) if ids else []


def foreign_statements(
    statements: Sequence[Statement],
) -> tuple[list[Statement], dict[str, list[Statement]]]:
    """The statements of a task's own ids, and the others by the id that they belong to."""
    # A body under a task's token is applied while the task has no id. If the answer to the submit then names
    # another id, that body may well have stated something real, such as a song of an earlier submit.
    own = known_ids(row.value for row in statements)
    foreign: dict[str, list[Statement]] = defaultdict(list)
    for row in statements:
        external_id = row.value.update.external_id
        if external_id and external_id not in own:
            foreign[external_id].append(row)
    for rows in foreign.values():
        rows += [row for row in statements if _goes_along(row, stated_track_ids(rows))]
    moved = {id(row) for rows in foreign.values() for row in rows}
    return [row for row in statements if id(row) not in moved], dict(sorted(foreign.items()))


def _goes_along(row: Statement, moving: set[str]) -> bool:
    """Whether a statement without an id, such as a person's edit, names a track that moves."""
    return not row.value.update.external_id and bool(stated_track_ids([row]) & moving)


def stated_track_ids(rows: Iterable[Statement]) -> set[str]:
    return {track.external_id for row in rows for track in row.value.update.tracks} - {""}
