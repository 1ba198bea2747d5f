"""Making stored callbacks due again."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from callbacks.models import CallbackEvent, Outcome


def replay(events: QuerySet[CallbackEvent]) -> int:
    """Makes them due and returns how many; what was never verified stays so."""
    now = timezone.now()
    unverified = events.filter(outcome=Outcome.UNVERIFIED).update(due_at=now, claims=0)
    rest = events.exclude(outcome=Outcome.UNVERIFIED)
    return unverified + rest.update(due_at=now, claims=0, outcome=Outcome.RECEIVED, error="")
