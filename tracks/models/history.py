"""Statements, what the sources stated about a task, and events, what changed because of them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import connection, models
from django.utils import timezone

from tracks.domain.fold import StatementValue
from tracks.domain.update_json import from_json
from tracks.domain.updates import Source
from tracks.models.assets import Asset
from tracks.models.choices import choices, only
from tracks.models.tasks import Task
from tracks.models.tracks import Track


class Statement(models.Model):
    """What one source stated, stored once. A task, its tracks and their files are the fold of these."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="statements")
    source = models.CharField(max_length=16, choices=choices(Source))
    data = models.JSONField(help_text="The update, see tracks/domain/updates.py.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the data without signed link queries.")
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(help_text="When it last came with these very links.")

    _value: tuple[tuple[Any, ...], StatementValue] | None = None

    class Meta:
        ordering: ClassVar = ["task", "first_seen", "id"]
        constraints: ClassVar = [
            only("source", Source, "statement_source_known"),
            models.UniqueConstraint(fields=["task", "source", "digest"], name="statement_said_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} of {self.first_seen:%Y-%m-%d %H:%M:%S}"

    @property
    def value(self) -> StatementValue:
        """Read from the data once; the same object until a column changes."""
        columns = (self.source, self.data, self.first_seen, self.last_seen)
        if self._value is None or self._value[0] != columns:
            value = StatementValue(Source(self.source), from_json(self.data), self.first_seen, self.last_seen)
            self._value = columns, value
        return self._value[1]

    def take_value(self, other: Statement) -> bool:
        """Takes over what another row has read of the same data; whether it holds the same."""
        columns, value = (self.source, self.data, self.first_seen, self.last_seen), other.value
        if columns == (other.source, other.data, other.first_seen, other.last_seen):
            self._value = columns, value
            return True
        return False


class EventQuerySet(models.QuerySet["Event"]):
    def gapless(self) -> Self:
        """Without the newest rows while one with a smaller id may still be committed; one small query."""
        # Ids are drawn before the commit, so a reader that follows the highest id could skip a row of a
        # slower transaction; migration 0002 says how the bound is found. SQLite has one writer at a time.
        if connection.vendor != "postgresql":
            return self
        with connection.cursor() as cursor:
            cursor.execute("SELECT tracks_event_bound()")
            (bound,) = cursor.fetchone()
        return self.filter(pk__lte=bound)


class Event(models.Model):
    """An append-only row of what changed: a task's history and the feed for other programs."""

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=32)
    task = models.ForeignKey(
        Task,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="events",
        help_text="None where it is about no task, such as a playlist.",
    )
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.CASCADE, related_name="events")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
