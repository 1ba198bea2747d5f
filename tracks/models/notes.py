"""Notes that people leave at a moment of a track, beside its one general note."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils import timezone

from tracks.lib.unseen import shown
from tracks.models.tracks import Track


class TrackNote(models.Model):
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="track_notes", db_index=False)
    at_ms = models.PositiveIntegerField(
        null=True, blank=True, help_text="Milliseconds from the start; null: about all of it."
    )
    text = models.TextField()
    by = models.CharField(max_length=150, help_text="The name of the user who wrote it.")
    at = models.DateTimeField(default=timezone.now, help_text="When it was written.")

    class Meta:
        ordering: ClassVar = [F("at_ms").asc(nulls_last=True), "id"]
        indexes: ClassVar = [models.Index(fields=["track", "at_ms", "id"], name="track_note_of_track")]

    def __str__(self) -> str:
        return shown(self.text)
