"""What was said of a task (statements) and what changed because of it (events)."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import connection, models
from django.utils import timezone

from tracks.domain.fold import StatementValue
from tracks.domain.updates import Source, from_json
from tracks.models.assets import Asset
from tracks.models.choices import choices, only
from tracks.models.tasks import Task
from tracks.models.tracks import Track


class Statement(models.Model):
    """What a source said, once. The rows of a task, its tracks and files are the fold of these."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="statements")
    source = models.CharField(max_length=16, choices=choices(Source))
    data = models.JSONField(help_text="The neutral update, see updates.py.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the data without signed link queries.")
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(help_text="When it was last said with these very links.")

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
        return StatementValue(Source(self.source), from_json(self.data), self.first_seen, self.last_seen)


class EventQuerySet(models.QuerySet["Event"]):
    def settled(self) -> Self:
        """Only rows that no row with a smaller id can still precede; on PostgreSQL it asks for the bound.

        Ids are drawn before commit, so a reader that follows the highest id could step over a row of a slower
        transaction; migration 0002 says how the bound is found. SQLite has one writer at a time.
        """
        if connection.vendor != "postgresql":
            return self
        with connection.cursor() as cursor:
            cursor.execute("SELECT tracks_event_bound()")
            (bound,) = cursor.fetchone()
        return self.filter(pk__lte=bound)


class Event(models.Model):
    """An append-only row of what changed: the history, the feed and the outbox."""

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=32)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="events")
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.CASCADE, related_name="events")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
