"""A task's events as a story: what happened, in words, and how long each step took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.domain.updates import Source
from tracks.models import Event
from tracks.presentation.event_text import tell
from tracks.presentation.times import span

# What one body brought stands in one transaction; its events differ by milliseconds.
AT_ONCE = timedelta(seconds=1)
BROUGHT = ("task.status", "track.created", "track.status", "track.changed", "track.lyrics")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step. ``also``: what else the same body brought; ``times``: how often it was tried in a row;
    ``took``: the time since the step before; ``callback``: the id of the body that told us."""

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


def story(events: Iterable[Event], *, with_titles: bool = True) -> list[HistoryEntry]:
    """Oldest first. ``with_titles``: songs are named, because there are several."""
    steps = [_step(event, with_titles) for event in events if not _goes_without_saying(event)]
    entries = [_together(group) for group in _groups(_retries_merged(steps))]
    return _timed(entries)


def _goes_without_saying(event: Event) -> bool:
    """What another step says already: the sending's own answer, and that a finished song has links."""
    to = event.data.get("to")
    if event.kind == "task.status":
        return bool(event.data.get("source") == Source.SUBMIT and to == TaskStatus.RUNNING)
    return event.kind == "asset.status" and to in (AssetStatus.PENDING, AssetStatus.WAITING)


def _step(event: Event, with_titles: bool) -> _Step:
    tone, title, detail = tell(event, with_titles)
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
    """Tries of the same file in a row are one step, told at the latest."""
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
    """What came at once from the same body belongs together."""
    groups: list[list[_Step]] = []
    for step in steps:
        if groups and _came_with(groups[-1][-1], step):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _came_with(last: _Step, step: _Step) -> bool:
    is_news = step.event.kind in BROUGHT and last.event.kind in (*BROUGHT, "task.submitted")
    is_same_body = last.entry.callback == step.entry.callback
    return is_news and is_same_body and step.entry.at - last.entry.at < AT_ONCE


def _together(group: Sequence[_Step]) -> HistoryEntry:
    """The task's own news is the title; the rest stands below it."""
    head = next((step for step in group if step.event.kind == "task.status"), group[0])
    also = tuple(step.entry.title for step in group if step is not head)
    return replace(head.entry, also=also)


def _timed(entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    befores = [None, *entries]
    return [
        replace(entry, took=span(entry.at - before.at)) if before else entry
        for before, entry in zip(befores, entries, strict=False)
    ]
