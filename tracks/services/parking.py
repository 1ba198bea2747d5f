"""Sets songs aside: a parked song waits in no review until somebody takes it back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from tracks.models import Track
from tracks.services.events import record_event
from tracks.services.ingest.apply import lock
from tracks.services.ingest.rows import save_changes

MAX_REASON = 200  # characters


def park(track_id: int, reason: str, by: str) -> bool:
    """Whether it was changed: a song that is parked for the same reason stays as it is.

    ``by``: a user's name, or that of a rule. Raises Track.DoesNotExist.
    """
    with transaction.atomic():
        track = _locked(track_id)
        if track.parked_at and track.parked_reason == reason:
            return False
        save_changes(track, {"parked_at": timezone.now(), "parked_by": by, "parked_reason": reason})
        record_event("track.parked", track.task, track=track, data={"by": by, "reason": reason})
        return True


def unpark(track_id: int, by: str) -> bool:
    """Whether it was parked. Raises Track.DoesNotExist."""
    with transaction.atomic():
        track = _locked(track_id)
        if not track.parked_at:
            return False
        was = {"reason": track.parked_reason, "by": track.parked_by}
        save_changes(track, {"parked_at": None, "parked_by": "", "parked_reason": ""})
        record_event("track.unparked", track.task, track=track, data={"by": by, "from": was})
        return True


def _locked(track_id: int) -> Track:
    """The track, its task locked first, as every other writer does."""
    lock(Track.objects.values_list("task_id", flat=True).get(pk=track_id))
    return Track.objects.select_related("task").get(pk=track_id)
