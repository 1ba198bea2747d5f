"""What one request changes of a track: its review, parking, tags and offset, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User

from tracks.services.lyrics import set_offset
from tracks.services.parking import park, unpark
from tracks.services.review import UNKNOWN, edit
from tracks.services.tags import set_tags


def change_track(track_id: int, changes: Mapping[str, Any], by: User) -> None:
    """Writes what ``changes`` names, in one transaction; valid already.

    ``title``, ``review``, ``rating``, ``notes``, ``shown`` and ``reason`` as :func:`edit` takes them;
    ``parked``: ``{"reason": …}``, None to take it back; ``tags``: all of them; ``lyrics_offset``: seconds.

    Raises Track.DoesNotExist, ChangedMeanwhile and ValueError, with nothing written.
    """
    edit(
        track_id,
        changes,
        by.get_username(),
        changes.get("shown", UNKNOWN),
        reason=changes.get("reason", ""),
        also=lambda: _change_rest(track_id, changes, by),
    )


def _change_rest(track_id: int, changes: Mapping[str, Any], by: User) -> None:
    name = by.get_username()
    if "parked" in changes:
        _set_parked(track_id, changes["parked"], name)
    if "tags" in changes:
        set_tags(track_id, changes["tags"], by)
    if "lyrics_offset" in changes:
        set_offset(track_id, round(changes["lyrics_offset"] * 1000), name)


def _set_parked(track_id: int, parked: Mapping[str, str] | None, by: str) -> None:
    if parked is None:
        unpark(track_id, by)
    else:
        park(track_id, parked["reason"], by)
