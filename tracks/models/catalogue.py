"""The catalogue: models and voices of each provider, from a default list that people can edit."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tracks.domain.vocabulary import Vocabulary
from tracks.models.choices import choices, only


class CatalogueEntry(models.Model):
    """One model or voice. Suggested in forms; a name that is not here is accepted with a warning."""

    provider = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=choices(Vocabulary))
    name = models.CharField(max_length=100, help_text="As the provider writes it.")
    label = models.CharField(max_length=200, blank=True, help_text="For people.")
    operations = models.JSONField(
        default=list, blank=True, help_text="Operations that take it; empty: all that have such a field."
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_listed = models.BooleanField(default=True, help_text="Off: known, but no longer suggested.")
    is_default = models.BooleanField(default=False, help_text="From our list; refreshed with it.")
    is_edited = models.BooleanField(default=False, help_text="Changed by a person; refreshing leaves it.")

    class Meta:
        verbose_name = "model or voice"
        verbose_name_plural = "models and voices"
        ordering: ClassVar = ["provider", "kind", "position", "name"]
        constraints: ClassVar = [
            only("kind", Vocabulary, "catalogue_kind_known"),
            models.UniqueConstraint(fields=["provider", "kind", "name"], name="catalogue_entry_unique"),
        ]

    def __str__(self) -> str:
        return self.label or self.name
