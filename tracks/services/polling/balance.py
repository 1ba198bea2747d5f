"""Fetches the balance of each account at intervals."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from tracks import providers
from tracks.lib.heartbeat import heartbeat
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim, request_lease_seconds
from tracks.models import Account
from tracks.providers.base import AnswerLost, NotSent, Provider, Refused
from tracks.services.rate_limit import RequestKind, Throttled, account_row, acquire, can_acquire

DUE = DueColumn("balance_due_at", "balance_claims")
# The column holds 16 digits before the point.
BALANCE_BELOW = 10**16


def is_balance_due(provider: str, now: datetime) -> bool:
    """Whether the provider's balance is to be fetched; False without a key or where it offers none.

    Raises UnknownProvider.
    """
    target = providers.get(provider)
    if not _has_balance(target):
        return False
    return not _rows(target).filter(balance_due_at__gt=now).exists()


def check_next_balance(provider: str) -> bool:
    """Fetches the provider's balance and stores it, or the reason why there is none.

    False where none is due or the request is throttled.
    """
    target, now = providers.get(provider), timezone.now()
    if not is_balance_due(provider, now) or not can_acquire(provider, RequestKind.BALANCE, now):
        return False
    account_row(target)
    due = _rows(target).filter(Q(balance_due_at=None) | Q(balance_due_at__lte=now))
    lease = claim(due, DUE, request_lease_seconds())
    if lease is None:
        return False
    try:
        values = _fetch(target, lease)
    except Throttled:
        lease.release()
        return False
    with suppress(LeaseLost):  # another worker has fetched it meanwhile
        lease.complete(due=timezone.now() + timedelta(seconds=settings.BALANCE_EVERY), **values)
    return True


def check_balance_soon(provider: str) -> None:
    """Makes the balance due at once; does nothing without a key or where the provider offers none."""
    target = providers.get(provider)
    if _has_balance(target):
        _rows(target).filter(balance_claims=0).update(balance_due_at=timezone.now())


def _has_balance(provider: Provider) -> bool:
    return provider.has_balance and bool(provider.account)


def _rows(provider: Provider) -> QuerySet[Account]:
    return Account.objects.filter(provider=provider.name, account=provider.account)


def _fetch(provider: Provider, lease: Lease[Account]) -> dict[str, Any]:
    """The columns to write after one request. After a failure the last balance stays, beside the reason."""
    if lease.attempts_exhausted:
        return {"balance_error": "Fetching the balance ended its worker several times."}
    heartbeat()
    try:
        with acquire(provider.name, RequestKind.BALANCE):
            found = provider.balance()
    except Refused as refusal:
        return {"balance_error": refusal.fault.message}
    except (NotSent, AnswerLost) as error:
        return {"balance_error": str(error)}
    if not found.amount.is_finite() or abs(found.amount) >= BALANCE_BELOW:
        return {"balance_error": f"{provider.label} answered with a balance that is not a sensible number."}
    known = {"balance": found.amount, "balance_unit": found.unit[:32], "balance_at": timezone.now()}
    return {**known, "balance_error": ""}
