"""Writes and removes the notes at moments of a track, each with its event."""

from __future__ import annotations

from django.db import transaction

from tracks.lib.plain_lines import plain_lines
from tracks.models import Track, TrackNote
from tracks.services.events import record_event
from tracks.services.ingest.apply import lock

MAX_NOTE = 2_000  # characters
MAX_NOTES_OF_TRACK = 500
# No song is longer than a day; milliseconds.
MAX_AT_MS = 86_400_000


class TooManyNotes(ValueError):
    """Its text is a sentence for the person."""


def add_note(track_id: int, at_ms: int | None, text: str, by: str) -> TrackNote:
    """Writes a note. ``at_ms``: from 0 to MAX_AT_MS, or None; ``text``: 1 to MAX_NOTE characters.

    Raises Track.DoesNotExist, and TooManyNotes with nothing written.
    """
    with transaction.atomic():
        track = _locked(track_id)
        if track.track_notes.count() >= MAX_NOTES_OF_TRACK:
            raise TooManyNotes(
                f"The song has {MAX_NOTES_OF_TRACK} notes, and no song can have more. Remove some first."
            )
        note = TrackNote.objects.create(track=track, at_ms=at_ms, text=plain_lines(text), by=by)
        _record("track.noted", note, by)
    return note


def remove_note(track_id: int, note_id: int, by: str) -> None:
    """Removes a note of the track. Raises TrackNote.DoesNotExist."""
    with transaction.atomic():
        if not TrackNote.objects.filter(pk=note_id, track=track_id).exists():
            raise TrackNote.DoesNotExist
        _locked(track_id)
        note = TrackNote.objects.select_related("track__task").get(pk=note_id)
        _record("track.note_removed", note, by)
        note.delete()


def _locked(track_id: int) -> Track:
    """The track, its task locked first, as every other writer does. Raises Track.DoesNotExist."""
    lock(Track.objects.values_list("task_id", flat=True).get(pk=track_id))
    return Track.objects.select_related("task").get(pk=track_id)


def _record(kind: str, note: TrackNote, by: str) -> None:
    time = None if note.at_ms is None else note.at_ms / 1000
    data = {"by": by, "note": note.pk, "time": time, "text": note.text}
    record_event(kind, note.track.task, track=note.track, data=data)
