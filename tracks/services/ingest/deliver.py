"""Delivers a callback's updates to the task that they belong to: routing, adoption, and hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tracks.domain.updates import TaskUpdate, TrackUpdate
from tracks.models import Task
from tracks.services.events import record_event
from tracks.services.ingest.adopt import adopt, find_task
from tracks.services.ingest.ahead import Ahead
from tracks.services.ingest.apply import ApplyResult, Provenance, apply, apply_prepared, prepare_updates
from tracks.services.ingest.callback_health import callbacks_are_hints, record_callback
from tracks.services.resolve import request_poll


class Delivered(StrEnum):
    """What became of the updates."""

    APPLIED = "applied"
    LIMITED = "limited"  # it holds more than a task takes; the rest of it was left out
    ADOPTED = "adopted"  # a task was made for an id that nobody here submitted
    MISMATCH = "mismatch"  # an id belongs to another task; nothing of that was applied
    READBACK = "readback"  # only a hint: the provider is polled
    UNREADABLE = "unreadable"  # no task is named


@dataclass(frozen=True, slots=True)
class Delivery:
    """``error``: a sentence for people where something was not applied; else blank."""

    outcome: Delivered
    error: str = ""


def prepare_delivery(
    provider: str, task: Task | None, nonce: str, updates: Sequence[TaskUpdate], provenance: Provenance
) -> Ahead:
    """What delivering the updates will need, computed without a transaction."""
    if callbacks_are_hints(provider):
        return Ahead()
    if task is not None:
        return prepare_updates(task, updates, provenance)
    ahead = Ahead()
    for known, theirs in _by_known_task(provider, nonce, updates):
        ahead.prepare(known, theirs, provenance)
    return ahead


def deliver(
    provider: str,
    task: Task | None,
    nonce: str,
    updates: Sequence[TaskUpdate],
    provenance: Provenance,
    ahead: Ahead,
) -> Delivery:
    """Applies a callback's updates where they belong; call it in the transaction of the callback's row.

    ``task``: the one whose own token was used; only that one can change. ``nonce``: that of a good token
    whose task is not here any more. With neither, each update goes to the task that its id names, or to a
    new one. A provider whose callbacks are hints is polled, and only ids are believed, where one is missing.
    Raises Outdated where other statements came since ``ahead`` was prepared; then nothing may be committed.
    """
    if task is None and not (nonce or all(update.external_id for update in updates)):
        return Delivery(Delivered.UNREADABLE, "It names no task, and its token is not a task's own.")
    if callbacks_are_hints(provider):
        if task is not None:
            return _hint_for_task(task, updates, provenance)
        return _hint_by_id(provider, nonce, updates, provenance)
    if task is not None:
        return _to_task(task, updates, provenance, ahead)
    return deliver_by_id(provider, nonce, updates, provenance, ahead)


def deliver_by_id(
    provider: str, nonce: str, updates: Sequence[TaskUpdate], provenance: Provenance, ahead: Ahead
) -> Delivery:
    """Applies each update to the task that its id names, whatever token was used; adopts unknown ids.

    Raises Outdated, as :func:`deliver`.
    """
    named = _by_task(provider, nonce, updates)
    results = [_apply(one.task.pk, one.updates, provenance, ahead) for one in named]
    foreign_ids = [external_id for result in results for external_id in result.foreign_ids]
    if foreign_ids:
        return _mismatch(foreign_ids)
    is_adopted = any(one.is_new for one in named)
    return _applied(results, Delivered.ADOPTED if is_adopted else Delivered.APPLIED)


def _to_task(task: Task, updates: Sequence[TaskUpdate], provenance: Provenance, ahead: Ahead) -> Delivery:
    result = _apply(task.pk, updates, provenance, ahead)
    if not result.foreign_ids:
        return _applied([result], Delivered.APPLIED)
    return _mismatch_of(Task.objects.get(pk=task.pk), result.foreign_ids, provenance)


def _applied(results: Sequence[ApplyResult], in_full: Delivered) -> Delivery:
    left_out = dict.fromkeys(result.left_out for result in results if result.left_out)
    return Delivery(Delivered.LIMITED, " ".join(left_out)) if left_out else Delivery(in_full)


def _apply(task_id: int, updates: Sequence[TaskUpdate], provenance: Provenance, ahead: Ahead) -> ApplyResult:
    result = apply_prepared(task_id, updates, provenance, ahead)
    if not result.foreign_ids:
        _record_callback(task_id, updates, provenance)
    return result


def _hint_for_task(task: Task, updates: Sequence[TaskUpdate], provenance: Provenance) -> Delivery:
    bare = [_id_only(update) for update in updates if update.external_id]
    known = {task.external_id, *task.tracks.values_list("external_id", flat=True)} - {""}
    if bare and not task.external_id:
        apply(task.pk, bare, provenance)
    elif foreign_ids := [update.external_id for update in bare if update.external_id not in known]:
        return _mismatch_of(task, foreign_ids, provenance)
    _record_callback(task.pk, updates, provenance)
    request_poll(task.pk)
    return Delivery(Delivered.READBACK)


def _hint_by_id(provider: str, nonce: str, updates: Sequence[TaskUpdate], provenance: Provenance) -> Delivery:
    for one in _by_task(provider, nonce, [update for update in updates if update.external_id]):
        if one.is_new:
            apply(one.task.pk, [_id_only(update) for update in one.updates], provenance)
        _record_callback(one.task.pk, one.updates, provenance)
        request_poll(one.task.pk)
    return Delivery(Delivered.READBACK)


def _id_only(update: TaskUpdate) -> TaskUpdate:
    """The id alone; where an item is a track, its id stands at both."""
    items = tuple(
        TrackUpdate(track.external_id, kind=track.kind)
        for track in update.tracks
        if track.external_id == update.external_id
    )
    return TaskUpdate(update.external_id, operation=update.operation, tracks=items)


@dataclass(slots=True)
class _ForTask:
    """What a body says of one task. ``is_new``: it was adopted for that."""

    task: Task
    updates: list[TaskUpdate] = field(default_factory=list)
    is_new: bool = False


def _by_task(provider: str, nonce: str, updates: Sequence[TaskUpdate]) -> list[_ForTask]:
    """The updates by task, unknown ids adopted.

    Always in the same order, known or not, so that two bodies that name the same tasks never deadlock.
    """
    named: dict[int, _ForTask] = {}
    for update in sorted(updates, key=lambda one: one.external_id):
        task, is_new = _find_or_adopt(provider, nonce, update)
        one = named.setdefault(task.pk, _ForTask(task))
        one.updates.append(update)
        one.is_new |= is_new
    return [one for _, one in sorted(named.items())]


def _by_known_task(
    provider: str, nonce: str, updates: Sequence[TaskUpdate]
) -> list[tuple[Task, list[TaskUpdate]]]:
    """The updates by task; for unknown ids one that is not saved, as :func:`adopt` would make it."""
    named: dict[int | str, tuple[Task, list[TaskUpdate]]] = {}
    for update in sorted(updates, key=lambda one: one.external_id):
        known = find_task(provider, update) or Task(provider=provider)
        _, theirs = named.setdefault(known.pk or nonce or update.external_id, (known, []))
        theirs.append(update)
    return list(named.values())


def _find_or_adopt(provider: str, nonce: str, update: TaskUpdate) -> tuple[Task, bool]:
    known = find_task(provider, update)
    return (known, False) if known else adopt(provider, update, nonce)


def _record_callback(task_id: int, updates: Sequence[TaskUpdate], provenance: Provenance) -> None:
    record_callback(task_id, [update.stage for update in updates], provenance.at)


def _mismatch_of(task: Task, foreign_ids: Sequence[str], provenance: Provenance) -> Delivery:
    record_event("task.mismatch", task, data={"ids": list(foreign_ids), **provenance.trace})
    request_poll(task.pk)
    return _mismatch(foreign_ids)


def _mismatch(foreign_ids: Sequence[str]) -> Delivery:
    named = ", ".join(sorted(set(foreign_ids)))
    error = f"It names {named}, which is not this task's; nothing of that was applied."
    return Delivery(Delivered.MISMATCH, error)
