"""An account: one API key at one provider, with its rate limit, its breaker and its balance."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Account(models.Model):
    """One row per provider and API key, shared by all workers; ``services/rate_limit`` writes it.

    Each change raises ``version`` in the same conditional update, so that two workers never take one permit.
    """

    provider = models.CharField(max_length=16)
    account = models.CharField(max_length=16, blank=True, help_text="Tells keys apart; no part of the key.")
    version = models.PositiveBigIntegerField(default=0)

    recent = models.JSONField(
        default=list, help_text="[[Unix seconds, request kind], …]: the requests in the window."
    )
    paused_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until then no request is sent: the provider asked for it (Retry-After, a rate refusal).",
    )
    paused_because = models.TextField(blank=True)

    failures = models.PositiveIntegerField(default=0, help_text="Requests in a row that it did not serve.")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="Since when the breaker is open.")
    opened_until = models.DateTimeField(
        null=True, blank=True, help_text="When one request tries again; the breaker is closed where blank."
    )
    opened_because = models.TextField(blank=True)

    parallel_most = models.PositiveIntegerField(
        null=True, blank=True, help_text="Learned: it refused one more task while so many were running."
    )
    full_until = models.DateTimeField(
        null=True, blank=True, help_text="When one more task is tried although none has ended."
    )

    balance = models.DecimalField(null=True, blank=True, max_digits=20, decimal_places=4)
    balance_unit = models.CharField(max_length=32, blank=True)
    balance_at = models.DateTimeField(null=True, blank=True)
    balance_error = models.TextField(blank=True, help_text="Why the latest query brought none.")
    balance_due_at = models.DateTimeField(null=True, blank=True)
    balance_claims = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["provider", "account"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "account"], name="account_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.account}".strip()
