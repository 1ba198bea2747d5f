"""A task's events as its history, in words, with how long each step took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.domain.updates import Source
from tracks.models import Event
from tracks.presentation.event_text import describe_event
from tracks.presentation.times import duration_text

# The events of one body are written in one transaction, so they differ by milliseconds.
SAME_BODY = timedelta(seconds=1)
RESULT_KINDS = ("task.status", "track.created", "track.status", "track.changed", "track.lyrics")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step. ``also``: titles of the other events of the same body; ``times``: tries in a row;
    ``took``: the time since the step before; ``callback``: the id of the callback that reported it."""

    at: datetime
    tone: str
    title: str
    detail: str
    also: tuple[str, ...] = ()
    times: int = 1
    took: str = ""
    callback: int | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    entry: HistoryEntry
    event: Event


def history(events: Iterable[Event], *, with_titles: bool = True) -> list[HistoryEntry]:
    """The entries, oldest first. ``with_titles``: name the songs, as the task has several."""
    steps = [_step(event, with_titles) for event in events if not _is_redundant(event)]
    entries = [_merged(group) for group in _groups(_retries_merged(steps))]
    return _with_durations(entries)


def folded_history(entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """Newest first; neighbours that read the same are one entry, the latest of them, that counts them."""
    found: list[HistoryEntry] = []
    for entry in reversed(entries):
        later = found[-1] if found else None
        if later and (later.title, later.tone, later.also) == (entry.title, entry.tone, entry.also):
            found[-1] = replace(later, times=later.times + entry.times)
        else:
            found.append(entry)
    return found


def _is_redundant(event: Event) -> bool:
    """Whether another step shows it: the answer to the submit, and that a finished song has links."""
    to = event.data.get("to")
    if event.kind == "task.status":
        return bool(event.data.get("source") == Source.SUBMIT and to == TaskStatus.RUNNING)
    return event.kind == "asset.status" and to in (AssetStatus.PENDING, AssetStatus.WAITING)


def _step(event: Event, with_titles: bool) -> _Step:
    tone, title, detail = describe_event(event, with_titles)
    callback = event.data.get("callback")
    entry = HistoryEntry(
        at=event.at,
        tone=tone,
        title=title,
        detail=detail,
        callback=callback if isinstance(callback, int) else None,
    )
    return _Step(entry, event)


def _retries_merged(steps: Sequence[_Step]) -> list[_Step]:
    """Tries of the same file in a row become one step, the latest."""
    merged: list[_Step] = []
    for step in steps:
        before = merged[-1].event if merged else None
        if (
            before
            and before.kind == step.event.kind == "asset.try"
            and before.asset_id == step.event.asset_id
        ):
            times = merged[-1].entry.times + 1
            merged[-1] = replace(step, entry=replace(step.entry, times=times))
        else:
            merged.append(step)
    return merged


def _groups(steps: Sequence[_Step]) -> list[list[_Step]]:
    """Events of the same body belong together."""
    groups: list[list[_Step]] = []
    for step in steps:
        if groups and _is_from_same_body(groups[-1][-1], step):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _is_from_same_body(last: _Step, step: _Step) -> bool:
    is_result = step.event.kind in RESULT_KINDS and last.event.kind in (*RESULT_KINDS, "task.submitted")
    is_same_body = last.entry.callback == step.entry.callback
    return is_result and is_same_body and step.entry.at - last.entry.at < SAME_BODY


def _merged(group: Sequence[_Step]) -> HistoryEntry:
    """One entry of a group: the task's own status is the title, the rest stands below it."""
    head = next((step for step in group if step.event.kind == "task.status"), group[0])
    also = tuple(step.entry.title for step in group if step is not head)
    return replace(head.entry, also=also)


def _with_durations(entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    befores = [None, *entries]
    return [
        replace(entry, took=duration_text(entry.at - before.at)) if before else entry
        for before, entry in zip(befores, entries, strict=False)
    ]
