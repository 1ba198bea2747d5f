"""Keeps each account's pace over all workers: the one writer of what ``admission`` and ``breaker`` decide.

Every change is a conditional update on the row's version, so of two workers that read the same state only
one writes, and the other decides anew.
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
from tracks.services.rate_limit.breaker import RequestResult, record
from tracks.services.rate_limit.window import PaceState, Permit, RequestKind, Wait, admit, has_room

log = logging.getLogger(__name__)
# Each lost try means that somebody else's was won, and there are few workers.
TRIES = 30
# How soon to look again for a place among the tasks that the provider makes at once.
ROOM_LOOK = timedelta(seconds=1)


class Throttled(Exception):
    """The account's pace does not allow the request now; nothing was sent. ``until``: when to ask again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until


def can_acquire(provider: str, kind: RequestKind, now: datetime) -> bool:
    """Whether :func:`acquire` would let a request through now: a read, so another may still be quicker."""
    asked = providers.get(provider)
    if not asked.account:
        return True
    row = Account.objects.filter(provider=asked.name, account=asked.account).first()
    return row is None or isinstance(_decide(asked, _state(row), kind, now), Permit)


@contextmanager
def acquire(provider: str, kind: RequestKind) -> Iterator[None]:
    """Around exactly one request: takes its permit, or raises NotYet; then notes how the request went.

    Errors of the body pass through. Without a key there is no account, so there is no pace to keep: the call
    fails by itself. Not to be used inside a transaction: a permit counts at once, for everybody.
    """
    asked = providers.get(provider)
    if not asked.account:
        yield
        return
    permit = _take(asked, kind)
    try:
        yield
    except Exception as error:
        _note(asked, kind, permit, error)
        raise
    _note(asked, kind, permit, None)


def account_row(provider: Provider) -> Account:
    """The account's row, made where this is its first use. Only for a provider whose key is set."""
    return Account.objects.get_or_create(provider=provider.name, account=provider.account)[0]


def _take(provider: Provider, kind: RequestKind) -> Permit:
    for _ in range(TRIES):
        row, now = account_row(provider), timezone.now()
        decision = _decide(provider, _state(row), kind, now)
        if isinstance(decision, Wait):
            raise Throttled(decision.until)
        if _swap(row, decision.state):
            return decision
    raise Throttled(timezone.now())


def _decide(provider: Provider, state: PaceState, kind: RequestKind, now: datetime) -> Permit | Wait:
    is_gated = kind is RequestKind.SUBMIT and state.parallel_most is not None
    if is_gated and not has_room(state, _running(provider, state.parallel_most), now):
        return Wait(now + ROOM_LOOK)
    return admit(state, provider.rate, kind, now, request_lease_seconds())


def _running(provider: Provider, enough: int | None = None) -> int:
    """How many of our tasks the provider is making, counted up to ``enough``."""
    running = Task.objects.filter(provider=provider.name, status=TaskStatus.RUNNING).exclude(external_id="")
    return running[:enough].count()


def _note(provider: Provider, kind: RequestKind, permit: Permit, error: Exception | None) -> None:
    """What cannot be noted is let go: the answer in the caller's hands is worth more."""
    try:
        _hear(provider, kind, permit, error)
    except (DatabaseError, InterfaceError):
        log.exception("how a request went could not be noted", extra={"provider": provider.name})


def _hear(provider: Provider, kind: RequestKind, permit: Permit, error: Exception | None) -> None:
    for _ in range(TRIES):
        row = account_row(provider)
        before = _state(row)
        counts = kind is RequestKind.SUBMIT and (before.parallel_most is not None or _is_full(error))
        told = RequestResult(error, _running(provider) if counts else None, permit.is_trial)
        after = record(before, told, provider.rate, settings.BREAKER_BACKOFF, timezone.now())
        if after == before:
            return
        if _swap(row, after):
            _tell(provider, before, after)
            return
    log.error("how a request went could not be noted, others were quicker", extra={"provider": provider.name})


def _is_full(error: Exception | None) -> bool:
    return isinstance(error, Refused) and error.is_full


def _state(row: Account) -> PaceState:
    values = {name: getattr(row, name) for name in PaceState.__dataclass_fields__}
    return PaceState(**{**values, "recent": tuple((at, kind) for at, kind in row.recent)})


def _swap(row: Account, state: PaceState) -> bool:
    """Writes the state unless somebody else was quicker."""
    unchanged = Account.objects.filter(pk=row.pk, version=row.version)
    return bool(unchanged.update(version=row.version + 1, **asdict(state)))


def _tell(provider: Provider, before: PaceState, after: PaceState) -> None:
    where = {"provider": provider.name}
    if after.opened_at and not before.opened_at:
        log.error("%s serves nothing, requests wait: %s", provider.label, after.opened_because, extra=where)
    elif before.opened_at and not after.opened_at:
        log.warning("%s serves requests again", provider.label, extra=where)
    if after.paused_until and after.paused_until != before.paused_until:
        log.warning("%s asks for a pause: %s", provider.label, after.paused_because, extra=where)
    if after.full_until and after.full_until != before.full_until:
        log.info("%s makes no more than %s at once", provider.label, after.parallel_most, extra=where)
