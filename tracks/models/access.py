"""Tokens of the REST API: shown once, stored as a hash."""

from __future__ import annotations

import hashlib
import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from tracks.domain.roles import Role
from tracks.models.choices import choices


def hashed(token: str) -> str:
    """Hex SHA-256 of a token."""
    # Enough for 256 random bits; a slow hash is for passwords that people choose.
    return hashlib.sha256(token.encode()).hexdigest()


class ApiToken(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    scope = models.CharField(
        max_length=16,
        choices=choices(Role),
        blank=True,
        help_text="It may do what this role may, as far as its user may; blank: all that the user may.",
    )

    class Meta:
        verbose_name = "API token"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"token {self.pk}"

    @classmethod
    def issue(cls, user_id: int, scope: str = "") -> str:
        """Makes a token for the user and returns its text, which is not stored."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(user_id=user_id, digest=hashed(token), scope=scope)
        return token
