"""A task: one submit to a provider, whatever its results."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tracks.domain.statuses import FINISHED, TaskStatus
from tracks.domain.updates import ErrorKind, Source
from tracks.models.choices import choices, only

# Plain strings, so that migrations do not depend on the enum.
_FINISHED = sorted(status.value for status in FINISHED)


class Origin(models.TextChoices):
    SUBMITTED = "submitted", "submitted here"
    ADOPTED = "adopted", "adopted from a callback"


def new_nonce() -> str:
    """16 random hex digits that make a task's signed callback token unguessable; no secret by themselves."""
    return secrets.token_hex(8)


class TaskQuerySet(models.QuerySet["Task"]):
    def due_to_submit(self, now: datetime) -> Self:
        """To be sent now, the longest due first; also those whose lease ended."""
        return self.filter(submit_at__lte=now).order_by("submit_at", "pk")

    def due_to_poll(self, now: datetime) -> Self:
        return self.filter(next_poll_at__lte=now).order_by("next_poll_at", "pk")


class Task(models.Model):
    provider = models.CharField(max_length=16, help_text="A name of the registry in tracks/providers/.")
    operation = models.CharField(max_length=32)
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.SUBMITTED)
    nonce = models.CharField(max_length=32, unique=True, default=new_nonce, editable=False)
    external_id = models.CharField(
        max_length=200, blank=True, help_text="The provider's id: Suno's taskId, TemPolor's first item id."
    )
    source_track = models.ForeignKey(
        "tracks.Track",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="derived_tasks",
        help_text="The track that this task makes something from.",
    )
    status = models.CharField(max_length=16, choices=choices(TaskStatus), default=TaskStatus.QUEUED.value)
    error_code = models.CharField(max_length=64, blank=True)
    error_kind = models.CharField(max_length=16, blank=True, choices=choices(ErrorKind))
    error_message = models.TextField(blank=True)
    error_advice = models.TextField(blank=True)
    params = models.JSONField(default=dict, blank=True, help_text="In the provider's own field names.")

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    idempotency_key = models.CharField(max_length=255, blank=True)
    idempotency_digest = models.CharField(max_length=64, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="When it was last sent.")
    heard_at = models.DateTimeField(null=True, blank=True, help_text="When an update last came.")
    finished_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(
        null=True, blank=True, help_text="When we stopped waiting; any newer fact lifts it."
    )

    finished_by = models.CharField(
        max_length=16, blank=True, choices=choices(Source), help_text="Whose statement finished it."
    )
    finish_delay_ms = models.PositiveIntegerField(
        null=True, blank=True, help_text="From the provider's own finish time to our receiving it."
    )
    called_back_at = models.DateTimeField(null=True, blank=True, help_text="When a callback last came.")
    stages = models.JSONField(
        default=list, blank=True, help_text="The callbacks that came, in the provider's words."
    )

    submit_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is due to be submitted; the lease meanwhile."
    )
    submit_claims = models.PositiveSmallIntegerField(default=0, help_text="Submits begun and not concluded.")
    submit_attempts = models.PositiveSmallIntegerField(default=0, help_text="Orderly refusals so far.")
    next_poll_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is due to be polled; the lease meanwhile."
    )
    poll_claims = models.PositiveSmallIntegerField(default=0, help_text="Polls begun and not concluded.")
    polls = models.PositiveIntegerField(default=0, help_text="Polls since the last update.")
    poll_error = models.TextField(
        blank=True, help_text="Why the latest poll brought nothing; blank where it did."
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "task"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            only("status", TaskStatus, "task_status_known"),
            models.UniqueConstraint(
                fields=["provider", "external_id"],
                condition=~Q(external_id=""),
                name="task_external_id_unique",
            ),
            models.UniqueConstraint(
                fields=["created_by", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="task_idempotency_key_unique",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_FINISHED, finished_at__isnull=False)
                | (~Q(status__in=_FINISHED) & Q(finished_at__isnull=True)),
                name="task_finished_at_exactly_when_finished",
            ),
            models.CheckConstraint(
                condition=~Q(status=TaskStatus.OVERDUE.value) | Q(gave_up_at__isnull=False),
                name="task_overdue_says_since_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["provider", "submit_at", "id"],
                condition=Q(submit_at__isnull=False),
                name="task_due_to_submit",
            ),
            models.Index(
                fields=["provider", "next_poll_at", "id"],
                condition=Q(next_poll_at__isnull=False),
                name="task_due_to_poll",
            ),
            models.Index(F("status"), F("id").desc(), name="task_by_status"),
            # Counts the running tasks, for the limit of parallel ones.
            models.Index(
                fields=["provider"],
                condition=Q(status=TaskStatus.RUNNING.value),
                name="task_running_by_provider",
            ),
            # Finds the latest finished tasks, for the health of callbacks.
            models.Index(
                F("provider"),
                F("finished_at").desc(),
                condition=Q(finished_at__isnull=False),
                name="task_finished_by_provider",
            ),
            models.Index(fields=["created_at", "id"], name="task_by_created_at"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.operation} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED
