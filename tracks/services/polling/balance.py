"""Looks at what is left on each account, now and then."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from tracks import providers
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim, heartbeat, request_lease_seconds
from tracks.models import Account
from tracks.providers.base import AnswerLost, NotSent, Provider, Refused
from tracks.services.rate_limit import RequestKind, Throttled, account_row, acquire, can_acquire

DUE = DueColumn("balance_due_at", "balance_claims")
# The column holds 16 digits before the point.
MOST = 10**16


def is_due(provider: str, now: datetime) -> bool:
    """Whether the provider is to be asked for its balance; never without a key, or where it tells none."""
    asked = providers.get(provider)
    if not _can_tell(asked):
        return False
    return not _rows(asked).filter(balance_due_at__gt=now).exists()


def check_next_balance(provider: str) -> bool:
    """Asks for the balance and keeps it, or why there is none; False when none is due or it must wait."""
    asked, now = providers.get(provider), timezone.now()
    if not is_due(provider, now) or not can_acquire(provider, RequestKind.BALANCE, now):
        return False
    account_row(asked)
    due = _rows(asked).filter(Q(balance_due_at=None) | Q(balance_due_at__lte=now))
    lease = claim(due, DUE, request_lease_seconds())
    if lease is None:
        return False
    try:
        values = _look(asked, lease)
    except Throttled:
        lease.release()
        return False
    with suppress(LeaseLost):  # then another worker has looked meanwhile
        lease.complete(due=timezone.now() + timedelta(seconds=settings.BALANCE_EVERY), **values)
    return True


def check_balance_soon(provider: str) -> None:
    """Has the balance looked at as soon as the pace allows; nothing happens where none can be told."""
    asked = providers.get(provider)
    if _can_tell(asked):
        _rows(asked).filter(balance_claims=0).update(balance_due_at=timezone.now())


def _can_tell(provider: Provider) -> bool:
    return provider.tells_balance and bool(provider.account)


def _rows(provider: Provider) -> QuerySet[Account]:
    return Account.objects.filter(provider=provider.name, account=provider.account)


def _look(provider: Provider, lease: Lease[Account]) -> dict[str, Any]:
    """What to write about one look; the last balance stays beside the reason why there is no newer one."""
    if lease.attempts_exhausted:
        return {"balance_error": "Looking at the balance ended its worker several times."}
    heartbeat()
    try:
        with acquire(provider.name, RequestKind.BALANCE):
            found = provider.balance()
    except Refused as refusal:
        return {"balance_error": refusal.fault.message}
    except (NotSent, AnswerLost) as silence:
        return {"balance_error": str(silence)}
    if not found.amount.is_finite() or abs(found.amount) >= MOST:
        return {"balance_error": f"{provider.label} told a balance that makes no sense."}
    known = {"balance": found.amount, "balance_unit": found.unit[:32], "balance_at": timezone.now()}
    return {**known, "balance_error": ""}
