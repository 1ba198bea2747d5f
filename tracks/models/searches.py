"""Saved searches of the whole team: filters of the library under a name."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from tracks.lib.unseen import shown
from tracks.models.playlists import MAX_LIST_NAME


class SavedSearch(models.Model):
    name = models.CharField(max_length=MAX_LIST_NAME)
    key = models.CharField(
        max_length=MAX_LIST_NAME, unique=True, editable=False, help_text="The name, folded; see name_key()."
    )
    query = models.JSONField(
        default=dict, help_text="Filters of the library by name, each value as text; see queries/library.py."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "saved searches"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return shown(self.name)
