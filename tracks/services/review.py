"""A person's word on a track: its title, the verdict, the stars, the notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from tracks.domain.updates import Source, TaskUpdate, TrackKind, TrackUpdate
from tracks.models import Track
from tracks.services.events import record_event
from tracks.services.ingest.apply import Provenance, apply, lock
from tracks.services.ingest.rows import save_changes

JUDGED = ("review", "rating", "notes")


def edit(track_id: int, changes: Mapping[str, Any], by: str) -> Track:
    """Writes what differs of ``title``, ``review``, ``rating`` and ``notes``; other keys change nothing.

    The values have been checked before; a blank title states nothing. Raises Track.DoesNotExist.
    """
    with transaction.atomic():
        track = _locked(track_id)
        _judge(track, {name: changes[name] for name in JUDGED if name in changes}, by)
        if changes.get("title", track.title) != track.title:
            _entitle(track, changes["title"], by)
            track.refresh_from_db()
        return track


def _locked(track_id: int) -> Track:
    """The task is locked before its track, in the order that every other writer keeps."""
    task_id = Track.objects.values_list("task_id", flat=True).get(pk=track_id)
    lock(task_id)
    return Track.objects.select_related("task").get(pk=track_id)


def _judge(track: Track, values: Mapping[str, Any], by: str) -> None:
    before = save_changes(track, values)
    if before:
        after = {name: values[name] for name in before}
        record_event("track.reviewed", track.task, track=track, data={"by": by, "from": before, "to": after})


def _entitle(track: Track, title: str, by: str) -> None:
    """A statement above every provider's, so no later callback or poll takes the title back.

    The place is said only of a track without an id, which is known by it; the kind cannot be left unsaid.
    """
    place = None if track.external_id else track.position
    said = TrackUpdate(track.external_id, kind=TrackKind(track.kind), position=place, title=title)
    update = TaskUpdate(external_id="", tracks=(said,))
    apply(track.task_id, [update], Provenance(Source.PERSON, timezone.now(), {"by": by}))
