"""Playlists of the whole team: ordered, and each track in one at most once."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from tracks.lib.unseen import shown
from tracks.models.tracks import Track

MAX_LIST_NAME = 200  # characters
MAX_DESCRIPTION = 5000  # characters


class Playlist(models.Model):
    name = models.CharField(max_length=MAX_LIST_NAME)
    key = models.CharField(
        max_length=MAX_LIST_NAME, unique=True, editable=False, help_text="The name, folded; see name_key()."
    )
    description = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, help_text="When its name or order last changed.")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return shown(self.name)


class PlaylistEntry(models.Model):
    """A track in a playlist. The service keeps the positions of a playlist at 0, 1, 2 and so on."""

    # Both ways to an entry, by its track and by its position, begin with the playlist.
    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="entries", db_index=False)
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="playlist_entries")
    position = models.PositiveIntegerField(help_text="From 0.")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "playlist entries"
        ordering: ClassVar = ["playlist", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["playlist", "track"], name="playlist_has_track_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["playlist", "position", "id"], name="playlist_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.position + 1}. of playlist {self.playlist_id}"
