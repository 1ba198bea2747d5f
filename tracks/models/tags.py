"""Tags of the whole team: words that people put on tracks."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from tracks.lib.unseen import shown
from tracks.models.tracks import Track

MAX_TAG_NAME = 64  # characters
MAX_TAGS = 100  # of one track


class Tag(models.Model):
    name = models.CharField(max_length=MAX_TAG_NAME, help_text="As it was first written.")
    key = models.CharField(
        max_length=MAX_TAG_NAME, unique=True, editable=False, help_text="The name, folded; see name_key()."
    )
    tracks: models.ManyToManyField[Track, TrackTag] = models.ManyToManyField(
        Track, through="TrackTag", related_name="tags"
    )

    class Meta:
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return shown(self.name)


class TrackTag(models.Model):
    """A tag on a track, and who put it there."""

    # Its constraint's index finds a tag's tracks, in the order of their ids.
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="links", db_index=False)
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="tag_links")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "tag on a track"
        verbose_name_plural = "tags on tracks"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tag", "track"], name="track_has_tag_once"),
        ]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on track {self.track_id}"
