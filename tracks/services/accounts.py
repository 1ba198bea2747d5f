"""The state of each provider: the account in use, whether requests are sent, and resuming them by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from tracks import providers
from tracks.domain.statuses import TaskStatus
from tracks.models import Account, Task
from tracks.providers.base import Provider


class Standing(StrEnum):
    """Whether requests are sent to a provider: the first of these that holds."""

    NO_KEY = "no_key"  # nothing can be sent
    HELD_BACK = "held_back"  # the breaker is open: one trial request now and then
    PAUSED = "paused"  # it asked for a pause
    FULL = "full"  # it runs as many tasks at once as it accepts; only submits wait
    NOT_ASKED = "not_asked"  # nothing was ever sent under this key
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Facts:
    """One provider now. ``used``: requests in the last ``provider.rate.seconds``; ``running``: its tasks.

    ``account``: the row of the key in use, blank and unsaved where there is none yet. ``host``, ``dialect``:
    from the provider's settings, such as SUNO_URL and SUNO_DIALECT; blank where there are none.
    """

    provider: Provider
    account: Account
    standing: Standing
    used: int
    running: int
    host: str
    dialect: str


def all_facts(now: datetime) -> Iterator[Facts]:
    """One for each provider, in the registry's order."""
    rows = {(row.provider, row.account): row for row in Account.objects.all()}
    for name, provider in providers.registered().items():
        yield _facts(provider, rows.get((name, provider.account)), now)


def facts_of(name: str, now: datetime) -> Facts:
    """The facts of one provider. Raises UnknownProvider."""
    provider = providers.get(name)
    row = Account.objects.filter(provider=name, account=provider.account).first()
    return _facts(provider, row, now)


def resume(account_id: int) -> bool:
    """Closes the breaker and ends pause and parallel limit at once. False where nothing was held back."""
    held = Q(opened_until__isnull=False) | Q(paused_until__gt=timezone.now()) | Q(full_until__isnull=False)
    return bool(
        Account.objects.filter(held, pk=account_id).update(
            # A worker that decides at this moment sees the new version and decides again.
            version=F("version") + 1,
            failures=0,
            **{"opened_at": None, "opened_until": None, "opened_because": ""},
            **{"paused_until": None, "paused_because": ""},
            **{"parallel_most": None, "full_until": None},
        )
    )


def _facts(provider: Provider, row: Account | None, now: datetime) -> Facts:
    account = row or Account(provider=provider.name, account=provider.account)
    since, prefix = now.timestamp() - provider.rate.seconds, provider.name.upper()
    running = Task.objects.filter(provider=provider.name, status=TaskStatus.RUNNING).count()
    return Facts(
        provider=provider,
        account=account,
        standing=_standing(account, running, now),
        used=sum(at > since for at, _ in account.recent),
        running=running,
        host=urlsplit(getattr(settings, f"{prefix}_URL", "")).netloc,
        dialect=getattr(settings, f"{prefix}_DIALECT", ""),
    )


def _standing(account: Account, running: int, now: datetime) -> Standing:
    if not account.account:
        return Standing.NO_KEY
    if account.opened_until:
        return Standing.HELD_BACK
    if account.paused_until and account.paused_until > now:
        return Standing.PAUSED
    if account.full_until and account.full_until > now and running >= (account.parallel_most or 0):
        return Standing.FULL
    return Standing.ANSWERS if account.pk else Standing.NOT_ASKED
