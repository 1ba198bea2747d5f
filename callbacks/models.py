"""Received callbacks: one row per body, stored as it came."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tracks.models import Task
from tracks.models.choices import only


class Outcome(models.TextChoices):
    RECEIVED = "received", "received, not looked at yet"
    APPLIED = "applied", "applied"
    LIMITED = "limited", "not all of it applied, it holds too much"
    MISMATCH = "mismatch", "speaks of another task"
    ADOPTED = "adopted", "made a new task"
    UNREADABLE = "unreadable", "not understood"
    UNVERIFIED = "unverified", "signature missing or wrong, not believed"
    READBACK = "readback", "taken as a hint, the task was polled"
    PARKED = "parked", "given up after several tries"


class CallbackQuerySet(models.QuerySet["CallbackEvent"]):
    def due(self, now: datetime) -> Self:
        """To be processed now, the oldest first."""
        return self.filter(due_at__lte=now).order_by("due_at", "pk")


class CallbackEvent(models.Model):
    """A body as it was received. ``task``: the one whose own token was used, if one was."""

    provider = models.CharField(max_length=16)
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(
        max_length=32, blank=True, help_text="From a good token whose task is not here (a restored database)."
    )
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    headers = models.JSONField(default=dict, help_text="An allow-list only: never a key or a signature.")
    received_at = models.DateTimeField(default=timezone.now)
    last_received_at = models.DateTimeField(default=timezone.now)
    deliveries = models.PositiveIntegerField(default=1)
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.RECEIVED)
    error = models.TextField(blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    due_at = models.DateTimeField(
        null=True, blank=True, help_text="Due to be looked at; the lease meanwhile."
    )
    claims = models.PositiveSmallIntegerField(default=0, help_text="Looks begun and not concluded.")

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = "callback"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            only("outcome", Outcome.values, "callback_outcome_known"),
            models.UniqueConstraint(
                fields=["task", "provider", "sha256"],
                condition=Q(task__isnull=False),
                name="callback_unique_in_task",
            ),
            models.UniqueConstraint(
                fields=["provider", "nonce", "sha256"],
                condition=Q(task__isnull=True),
                name="callback_unique_without_task",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="callback_due"),
            models.Index(F("outcome"), F("id").desc(), name="callback_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"callback {self.pk}"
