"""Versions of a track's lyrics: each that a person saved, and the provider's own beside them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from tracks.domain.update_json import cues_from_json, cues_to_json
from tracks.domain.updates import Lyrics, Timing
from tracks.models.choices import choices, only
from tracks.models.tracks import Track

# The number of the provider's lyrics while edited ones are shown in their place.
PROVIDERS_OWN = 0


class LyricVersion(models.Model):
    """Lyrics that a person saved: never changed, never deleted.

    Number 0 is the provider's, there exactly while an edited version is shown: what the statements come to.
    """

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="lyric_versions")
    number = models.PositiveIntegerField(help_text="From 1; 0 is the provider's.")
    timing = models.CharField(max_length=8, choices=choices(Timing))
    lines = models.JSONField(default=list, blank=True, help_text="The cues, see tracks/domain/updates.py.")
    by = models.CharField(max_length=150, blank=True, help_text="Who saved it; blank for the provider.")
    at = models.DateTimeField(
        default=timezone.now,
        null=True,
        blank=True,
        help_text="When it was saved. Of number 0: when the provider changed it, blank if never.",
    )
    note = models.TextField(blank=True)
    based_on = models.PositiveIntegerField(
        null=True, blank=True, help_text="The version that was edited; blank: the provider's."
    )

    class Meta:
        ordering: ClassVar = ["track", "number"]
        constraints: ClassVar = [
            only("timing", Timing, "lyric_version_timing_known"),
            models.UniqueConstraint(fields=["track", "number"], name="lyric_version_number_unique"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}" if self.number else "the provider's"

    @classmethod
    def of(cls, track: Track, number: int, lyrics: Lyrics | None, **values: Any) -> LyricVersion:
        """A row that is not saved yet."""
        timing = lyrics.timing if lyrics else Timing.NONE
        lines = cues_to_json(lyrics.cues if lyrics else ())
        return cls(track=track, number=number, timing=timing, lines=lines, **values)

    @property
    def lyrics(self) -> Lyrics | None:
        """None where the provider gave none."""
        cues = cues_from_json(self.lines)
        return Lyrics(Timing(self.timing), cues) if cues else None
