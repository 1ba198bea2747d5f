"""What people set on a track: title, review, rating, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from tracks.domain.updates import Source, TaskUpdate, TrackKind, TrackUpdate
from tracks.lib.plain_lines import plain_lines
from tracks.models import Review, Track
from tracks.services.events import record_event
from tracks.services.ingest.ahead import Ahead, apply_ahead
from tracks.services.ingest.apply import Provenance, apply_prepared, locked_track, prepare_updates
from tracks.services.ingest.rows import save_changes

REVIEW_FIELDS = ("review", "rating", "notes")
MAX_NOTES = 20_000  # characters
MAX_REVIEW_REASON = 200
ANOTHER_WON = "another take won"
UNKNOWN: Mapping[str, Any] = {}


class ChangedMeanwhile(Exception):
    """Fields that this person changed were changed to something else since they were shown.

    ``fields``: their names.
    """

    def __init__(self, fields: list[str]) -> None:
        super().__init__(
            f"Somebody else changed the {' and the '.join(fields)} while you had this page open. Nothing was "
            "saved: what you typed is still in the form, with theirs beside it."
        )
        self.fields = fields


def edit(
    track_id: int,
    changes: Mapping[str, Any],
    by: str,
    shown: Mapping[str, Any] = UNKNOWN,
    reason: str = "",
    also: Callable[[], None] | None = None,
) -> Track:
    """Writes what differs of ``title``, ``review``, ``rating`` and ``notes``; other keys are ignored.

    ``shown``: the values that the person saw while changing them. What equals them is not written, so that a
    page opened long ago undoes nobody's work. Fields that are not in it are written as given.

    ``reason``: of the review, for the history. ``also``: what is written after it in the same transaction; it
    is called again where that has to begin anew.

    The values must be valid already. A blank title leaves the title as it is. Raises Track.DoesNotExist, and
    ChangedMeanwhile, with nothing written.
    """
    changes = changed_since(changes, shown)
    provenance = Provenance(Source.PERSON, timezone.now(), {"by": by})
    trace = {"by": by} | ({"reason": reason} if reason else {})

    def prepare() -> Ahead:
        if "title" not in changes:
            return Ahead()
        track = Track.objects.select_related("task").get(pk=track_id)
        if changes["title"] == track.title:
            return Ahead()
        return prepare_updates(track.task, [_titled(track, changes["title"])], provenance)

    def run(ahead: Ahead) -> Track:
        with transaction.atomic():
            track = _edit(track_id, changes, shown, trace, provenance, ahead)
            if also:
                also()
            return track

    return apply_ahead(prepare, run)


def keep_take(kept: int, other: int, by: str, shown: Mapping[int, str]) -> None:
    """Approves one of two takes and rejects the other. ``shown``: the review of each as the person saw it.

    Raises ChangedMeanwhile and Track.DoesNotExist, with the one approved already where it is about the other.
    """
    edit(kept, {"review": Review.APPROVED.value}, by, _shown_review(shown, kept))
    edit(other, {"review": Review.REJECTED.value}, by, _shown_review(shown, other), ANOTHER_WON)


def _shown_review(shown: Mapping[int, str], track_id: int) -> dict[str, Any]:
    return {"review": shown[track_id]} if track_id in shown else {}


def changed_since(values: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from what was shown, or were not shown; line ends do not count."""
    values, shown = _with_plain_lines(values), _with_plain_lines(shown)
    return {name: value for name, value in values.items() if name not in shown or shown[name] != value}


def conflicts(track: Track, changes: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """The names of the changed fields whose value is neither what was shown nor what is wanted now."""
    return [
        name
        for name, value in changes.items()
        if name in shown and _bare(getattr(track, name)) not in (_bare(shown[name]), _bare(value))
    ]


def _bare(value: Any) -> Any:
    """Forms strip a title, and browsers send other line ends: neither is a change that somebody made."""
    return plain_lines(value).strip() if isinstance(value, str) else value


def _with_plain_lines(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain_lines(value) if name == "notes" else value for name, value in values.items()}


def _edit(
    track_id: int,
    changes: Mapping[str, Any],
    shown: Mapping[str, Any],
    trace: Mapping[str, Any],
    provenance: Provenance,
    ahead: Ahead,
) -> Track:
    """In a transaction of the caller's."""
    track = locked_track(track_id)
    if names := conflicts(track, changes, shown):
        raise ChangedMeanwhile(names)
    _write_review(track, {name: changes[name] for name in REVIEW_FIELDS if name in changes}, trace)
    if changes.get("title", track.title) != track.title:
        apply_prepared(track.task_id, [_titled(track, changes["title"])], provenance, ahead)
        track.refresh_from_db()
    return track


def _write_review(track: Track, values: Mapping[str, Any], trace: Mapping[str, Any]) -> None:
    before = save_changes(track, values)
    if before:
        after = {name: values[name] for name in before}
        record_event("track.reviewed", track.task, track=track, data={**trace, "from": before, "to": after})


def _titled(track: Track, title: str) -> TaskUpdate:
    """A person's statement of the title: no later update of the provider's replaces it."""
    # A track without an id is known by its position; the kind cannot be left out of a statement.
    position = None if track.external_id else track.position
    stated = TrackUpdate(track.external_id, kind=TrackKind(track.kind), position=position, title=title)
    return TaskUpdate(external_id="", tracks=(stated,))
