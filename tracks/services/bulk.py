"""One thing done to many tracks: each is decided as a single one is, and a failing one stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError

from tracks.domain.roles import Action
from tracks.domain.updates import AssetKind
from tracks.models import Track
from tracks.services.archive.fetch import archive_again
from tracks.services.parking import park, unpark
from tracks.services.playlists import add_to_playlist
from tracks.services.review import edit
from tracks.services.submission.song_files import NotOrdered, order_files
from tracks.services.tags import Tagged, add_tag, remove_tag

log = logging.getLogger(__name__)

MAX_AT_ONCE = 1000  # tracks


class BulkKind(StrEnum):
    """What can be done to many tracks at once."""

    REVIEW = "review"
    RATE = "rate"
    TAG = "tag"
    UNTAG = "untag"
    PLAYLIST = "playlist"
    ARCHIVE = "archive"
    STEMS = "stems"
    WAV = "wav"
    PARK = "park"
    UNPARK = "unpark"


# What each asks for: the same as for a single track.
NEEDED: Mapping[BulkKind, Action] = {
    **dict.fromkeys(
        (
            *(BulkKind.REVIEW, BulkKind.RATE, BulkKind.TAG, BulkKind.UNTAG, BulkKind.PLAYLIST),
            *(BulkKind.PARK, BulkKind.UNPARK),
        ),
        Action.REVIEW,
    ),
    BulkKind.ARCHIVE: Action.ARCHIVE,
    **dict.fromkeys((BulkKind.STEMS, BulkKind.WAV), Action.ORDER),
}


class TrackOutcome(StrEnum):
    """What became of one track. ``missing``: there is none of this id."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    MISSING = "missing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TrackResult:
    """``detail``: a sentence for people, or blank. ``before``: the value of before, of a review or a rating.

    ``task``: the id of the task that was ordered, now or before.
    """

    id: int
    outcome: TrackOutcome
    detail: str = ""
    before: Any = None
    task: int | None = None


def do_to_many(do: BulkKind, track_ids: Sequence[int], value: Any, by: User) -> list[TrackResult]:
    """One result for each distinct id, in their order.

    ``value``, valid already: a Review; 0 to 5 or None; names of tags; the id of a playlist; a reason
    or None; parameters of the operation. Raises Playlist.DoesNotExist and PlaylistFull, with nothing done.
    """
    ids, who = list(dict.fromkeys(track_ids)), by.get_username()
    match do:
        case BulkKind.REVIEW:
            return _edit_each(ids, "review", value, by)
        case BulkKind.RATE:
            return _edit_each(ids, "rating", value, by)
        case BulkKind.TAG:
            return _tag(ids, [add_tag(ids, name, by) for name in value])
        case BulkKind.UNTAG:
            return _tag(ids, [remove_tag(ids, name, by) for name in value])
        case BulkKind.PLAYLIST:
            added = add_to_playlist(value, ids, by)
            return _results(ids, set(added.added), set(added.missing), "It is in the playlist already.")
        case BulkKind.PARK:
            return [_guarded(pk, lambda pk: _was_done(pk, park(pk, value or "", who))) for pk in ids]
        case BulkKind.UNPARK:
            return [_guarded(pk, lambda pk: _was_done(pk, unpark(pk, who))) for pk in ids]
        case BulkKind.ARCHIVE:
            return [_guarded(pk, lambda pk: _archive(pk, by)) for pk in ids]
        case BulkKind.STEMS | BulkKind.WAV:
            kind = AssetKind.STEM if do is BulkKind.STEMS else AssetKind.AUDIO_HI
            return [_guarded(pk, lambda pk: _order(pk, kind, value or {}, by)) for pk in ids]


def _was_done(pk: int, is_changed: bool) -> TrackResult:
    return TrackResult(pk, TrackOutcome.CHANGED if is_changed else TrackOutcome.UNCHANGED)


def _edit_each(ids: Sequence[int], field: str, value: Any, by: User) -> list[TrackResult]:
    """What has the value already is found by one query; the others are edited one by one."""
    before = dict(Track.objects.filter(pk__in=ids).values_list("pk", field))

    def change(pk: int) -> TrackResult:
        if pk in before and before[pk] == value:
            return TrackResult(pk, TrackOutcome.UNCHANGED, before=value)
        edit(pk, {field: value}, by.get_username())
        return TrackResult(pk, TrackOutcome.CHANGED, before=before.get(pk))

    return [_guarded(pk, change) for pk in ids]


def _tag(ids: Sequence[int], done: Sequence[Tagged]) -> list[TrackResult]:
    changed = {pk for each in done for pk in each.changed}
    return _results(ids, changed, {pk for each in done for pk in each.missing})


def _results(
    ids: Sequence[int], changed: set[int], missing: set[int], unchanged: str = ""
) -> list[TrackResult]:
    return [
        TrackResult(pk, TrackOutcome.CHANGED)
        if pk in changed
        else _missing(pk)
        if pk in missing
        else TrackResult(pk, TrackOutcome.UNCHANGED, unchanged)
        for pk in ids
    ]


def _archive(pk: int, by: User) -> TrackResult:
    if archive_again(pk, by.get_username()):
        return TrackResult(pk, TrackOutcome.CHANGED)
    text = "There is nothing to archive: every file with a link is archived or being fetched."
    return TrackResult(pk, TrackOutcome.UNCHANGED, text)


def _order(pk: int, kind: AssetKind, params: Mapping[str, Any], by: User) -> TrackResult:
    try:
        order = order_files(pk, kind, params, by)
    except NotOrdered as reason:
        return TrackResult(pk, TrackOutcome.REFUSED, str(reason))
    if order.task is None:
        return TrackResult(pk, TrackOutcome.UNCHANGED, "The song came with this file. Nothing was ordered.")
    if order.is_new:
        return TrackResult(pk, TrackOutcome.CHANGED, task=order.task.pk)
    text = f"It was ordered before, as task {order.task.pk}. Nothing was ordered again."
    return TrackResult(pk, TrackOutcome.UNCHANGED, text, task=order.task.pk)


def _guarded(pk: int, act: Callable[[int], TrackResult]) -> TrackResult:
    try:
        return act(pk)
    except Track.DoesNotExist:
        return _missing(pk)
    except DatabaseError:
        log.exception("one of many tracks could not be changed", extra={"track": pk})
        text = "The database could not write it. The track is as it was; try again in a moment."
        return TrackResult(pk, TrackOutcome.FAILED, text)


def _missing(pk: int) -> TrackResult:
    return TrackResult(pk, TrackOutcome.MISSING, f"There is no track {pk}.")
