"""TemPolor's JSON in our words: the answer to a submit, a callback, the answer to a query.

The body is one and the same object in a callback and in an answer, but for the answer's envelope: under the
name of the kind a list of items. An item is a track, and what is said of it says nothing of its siblings.
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

# What a body calls its items, and who reads one; the reader names the operation, for a task we did not send.
KINDS: Mapping[str, Callable[[Row, SubmittedWith], TaskUpdate]] = {
    "songs": songs.song,
    "instrumentals": songs.instrumental,
    "lyrics": single.lyric,
    "stems": single.stems,
}


def submitted(body: Any, asked: SubmittedWith) -> TaskUpdate | None:
    """The answer to a submit: one task with its pending tracks. None where it names no id."""
    ids = _item_ids(json_fields.mapping(json_fields.mapping(body).get("data")))
    if not ids:
        return None
    return TaskUpdate(ids[0], state=TaskState.RUNNING, tracks=_pending(ids, asked))


def _pending(ids: list[str], asked: SubmittedWith) -> tuple[TrackUpdate, ...]:
    """A track for each id; files have none of their own, so they are known by their place."""
    kind = OPERATIONS[asked.operation].makes
    if kind is TrackKind.FILES:
        return (TrackUpdate("", kind=kind, position=0, state=TrackState.PENDING),)
    timing = TimingState.INSTRUMENTAL if songs.is_instrumental(asked) else None
    return tuple(
        TrackUpdate(item_id, kind=kind, position=place, state=TrackState.PENDING, timing_state=timing)
        for place, item_id in enumerate(ids)
    )


def _item_ids(data: Row) -> list[str]:
    listed = pick(data, "item_ids", "item_id")
    named = listed if isinstance(listed, list) else [listed]
    ids = [json_fields.identifier(item_id) for item_id in named[: json_fields.MAX_ROWS]]
    return list(dict.fromkeys(item_id for item_id in ids if item_id))


def called_back(body: Any, asked: SubmittedWith) -> list[TaskUpdate]:
    """A callback: one update per item, each with its stage. Raises Unreadable."""
    found = _listed(body) or _listed(json_fields.mapping(body).get("data"))
    if not found:
        raise Unreadable("None of songs, instrumentals, lyrics and stems is in it.")
    updates = [KINDS[key](row, asked) for key, listed in found for row in json_fields.rows(listed)]
    named = [update for update in updates if update.external_id]
    if not named and any(listed != [] for _, listed in found):
        raise Unreadable("No item in it has an id.")
    return named


def answered(body: Any, operation: str) -> list[TaskUpdate]:
    """The answer to a query: one update per item; no callback, so no stage. Raises Unreadable."""
    return [replace(update, stage="") for update in called_back(body, SubmittedWith(operation))]


def _listed(body: Any) -> list[tuple[str, Any]]:
    row = json_fields.mapping(body)
    return [(key, row[key]) for key in KINDS if key in row]
