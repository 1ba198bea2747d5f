"""Keeps each account's rate limit over all workers: writes to its row what ``window`` and ``breaker`` decide.

Every change is a conditional update on the row's version: of two workers that read the same state only one
writes, and the other decides again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from tracks import providers
from tracks.domain.statuses import TaskStatus
from tracks.lib.leases import request_lease_seconds
from tracks.models import Account, Task
from tracks.providers.base import Provider, Refused
from tracks.services.rate_limit.breaker import RequestResult, record_result
from tracks.services.rate_limit.window import LimitState, Permit, RequestKind, Wait, admit, has_room

log = logging.getLogger(__name__)
# A try fails only where another worker's succeeded, and there are few workers.
MAX_TRIES = 30
# When to try again while the provider runs as many tasks at once as it accepts.
ROOM_RETRY = timedelta(seconds=1)


class Throttled(Exception):
    """The rate limit does not allow the request now; nothing was sent. ``until``: when to try again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until


def can_acquire(provider: str, kind: RequestKind, now: datetime) -> bool:
    """Whether :func:`acquire` would give a permit now. It takes none, so another worker may be quicker.

    Raises UnknownProvider.
    """
    target = providers.get(provider)
    if not target.account:
        return True
    row = Account.objects.filter(provider=target.name, account=target.account).first()
    return row is None or isinstance(_decide(target, _state(row), kind, now), Permit)


@contextmanager
def acquire(provider: str, kind: RequestKind) -> Iterator[None]:
    """Around exactly one request: takes its permit, then records how the request went.

    Raises Throttled, and passes on what the request raises. Not for use inside a transaction: a permit must
    be visible to all workers at once.
    """
    target = providers.get(provider)
    if not target.account:
        yield  # without a key there is no account and no limit; the request itself is refused
        return
    permit = _take_permit(target, kind)
    try:
        yield
    except Exception as error:
        _record_result(target, kind, permit, error)
        raise
    _record_result(target, kind, permit, None)


def account_row(provider: Provider) -> Account:
    """The account's row, created on its first use. Only for a provider whose key is set."""
    return Account.objects.get_or_create(provider=provider.name, account=provider.account)[0]


def _take_permit(provider: Provider, kind: RequestKind) -> Permit:
    for _ in range(MAX_TRIES):
        row, now = account_row(provider), timezone.now()
        decision = _decide(provider, _state(row), kind, now)
        if isinstance(decision, Wait):
            raise Throttled(decision.until)
        if _swap(row, decision.state):
            return decision
    raise Throttled(timezone.now())


def _decide(provider: Provider, state: LimitState, kind: RequestKind, now: datetime) -> Permit | Wait:
    is_limited = kind is RequestKind.SUBMIT and state.parallel_most is not None
    if is_limited and not has_room(state, _count_running(provider, state.parallel_most), now):
        return Wait(now + ROOM_RETRY)
    return admit(state, provider.rate, kind, now, request_lease_seconds())


def _count_running(provider: Provider, enough: int | None = None) -> int:
    """How many of our tasks run at the provider, counted up to ``enough``."""
    running = Task.objects.filter(provider=provider.name, status=TaskStatus.RUNNING).exclude(external_id="")
    return running[:enough].count()


def _record_result(provider: Provider, kind: RequestKind, permit: Permit, error: Exception | None) -> None:
    try:
        _write_result(provider, kind, permit, error)
    except (DatabaseError, InterfaceError):
        # Not raised: the answer that the caller holds is worth more than this record of it.
        log.exception("the result of a request could not be recorded", extra={"provider": provider.name})


def _write_result(provider: Provider, kind: RequestKind, permit: Permit, error: Exception | None) -> None:
    for _ in range(MAX_TRIES):
        row = account_row(provider)
        before = _state(row)
        counts = kind is RequestKind.SUBMIT and (before.parallel_most is not None or _is_full(error))
        result = RequestResult(error, _count_running(provider) if counts else None, permit.is_trial)
        after = record_result(before, result, provider.rate, settings.BREAKER_BACKOFF, timezone.now())
        if after == before:
            return
        if _swap(row, after):
            _log_changes(provider, before, after)
            return
    log.error("the result of a request could not be recorded in time", extra={"provider": provider.name})


def _is_full(error: Exception | None) -> bool:
    return isinstance(error, Refused) and error.is_full


def _state(row: Account) -> LimitState:
    values = {name: getattr(row, name) for name in LimitState.__dataclass_fields__}
    return LimitState(**{**values, "recent": tuple((at, kind) for at, kind in row.recent)})


def _swap(row: Account, state: LimitState) -> bool:
    """Writes the state; False where another worker has changed the row meanwhile."""
    unchanged = Account.objects.filter(pk=row.pk, version=row.version)
    return bool(unchanged.update(version=row.version + 1, **asdict(state)))


def _log_changes(provider: Provider, before: LimitState, after: LimitState) -> None:
    where = {"provider": provider.name}
    if after.opened_at and not before.opened_at:
        log.error("%s serves nothing, requests wait: %s", provider.label, after.opened_because, extra=where)
    elif before.opened_at and not after.opened_at:
        log.warning("%s serves requests again", provider.label, extra=where)
    if after.paused_until and after.paused_until != before.paused_until:
        log.warning("%s asks for a pause: %s", provider.label, after.paused_because, extra=where)
    if after.full_until and after.full_until != before.full_until:
        log.info("%s runs no more than %s tasks at once", provider.label, after.parallel_most, extra=where)
