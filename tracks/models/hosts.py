"""A host that files are fetched from: whether it answers, and when it may be tried again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

MAX_NAME = 260  # a name of 253 characters and a port: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4


class FileHost(models.Model):
    """Shared by all workers of all machines; a host without a row was never reached."""

    name = models.CharField(max_length=MAX_NAME, primary_key=True)
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="Tries since its last answer that met with silence or a trickle."
    )
    next_try_at = models.DateTimeField(
        null=True, blank=True, help_text="Until then none of its files is fetched."
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
