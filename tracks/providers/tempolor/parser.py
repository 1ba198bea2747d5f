"""Parses TemPolor's JSON into updates: the answer to a submit, a callback, the answer to a query.

A callback and the answer to a query have the same object, the latter in an envelope: under the name of the
kind a list of items. An item is one track, and states nothing about the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tracks.domain.updates import TaskState, TaskUpdate, TimingState, TrackKind, TrackState, TrackUpdate
from tracks.providers import json_fields
from tracks.providers.base import SubmittedWith, Unreadable
from tracks.providers.json_fields import Row, pick
from tracks.providers.tempolor import single, songs
from tracks.providers.tempolor.operations import OPERATIONS

# What a body calls its items, and what parses one, with the operation for a task that is adopted.
KINDS: Mapping[str, Callable[[Row, SubmittedWith], TaskUpdate]] = {
    "songs": songs.song,
    "instrumentals": songs.instrumental,
    "lyrics": single.lyric,
    "stems": single.stems,
}


def parse_submit(body: Any, submitted: SubmittedWith) -> TaskUpdate | None:
    """The answer to a submit: one task with its pending tracks. None where there is no id in it."""
    ids = _item_ids(json_fields.mapping(json_fields.mapping(body).get("data")))
    if not ids:
        return None
    return TaskUpdate(ids[0], state=TaskState.RUNNING, tracks=_pending(ids, submitted))


def _pending(ids: list[str], submitted: SubmittedWith) -> tuple[TrackUpdate, ...]:
    """A track for each id; a track of files has no id of its own, only its position."""
    kind = OPERATIONS[submitted.operation].makes
    if kind is TrackKind.FILES:
        return (TrackUpdate("", kind=kind, position=0, state=TrackState.PENDING),)
    timing = TimingState.INSTRUMENTAL if songs.is_instrumental(submitted) else None
    return tuple(
        TrackUpdate(item_id, kind=kind, position=position, state=TrackState.PENDING, timing_state=timing)
        for position, item_id in enumerate(ids)
    )


def _item_ids(data: Row) -> list[str]:
    found = pick(data, "item_ids", "item_id")
    listed = found if isinstance(found, list) else [found]
    ids = [json_fields.identifier(item_id) for item_id in listed[: json_fields.MAX_ROWS]]
    return list(dict.fromkeys(item_id for item_id in ids if item_id))


def parse_callback(body: Any, submitted: SubmittedWith) -> list[TaskUpdate]:
    """A callback: one update per item, each with its stage. Raises Unreadable."""
    lists = _lists(body) or _lists(json_fields.mapping(body).get("data"))
    if not lists:
        raise Unreadable("None of songs, instrumentals, lyrics and stems is in it.")
    updates = [KINDS[key](row, submitted) for key, items in lists for row in json_fields.mappings(items)]
    with_id = [update for update in updates if update.external_id]
    if not with_id and any(items != [] for _, items in lists):
        raise Unreadable("No item in it has an id.")
    return with_id


def parse_query(body: Any, operation: str) -> list[TaskUpdate]:
    """The answer to a query: one update per item, without a stage. Raises Unreadable."""
    return [replace(update, stage="") for update in parse_callback(body, SubmittedWith(operation))]


def _lists(body: Any) -> list[tuple[str, Any]]:
    row = json_fields.mapping(body)
    return [(key, row[key]) for key in KINDS if key in row]
