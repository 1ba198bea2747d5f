"""Chooses the next file to archive, so that a host that is silent or slow holds up no other host's files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from tracks.lib.leases import DueColumn, Lease, claim
from tracks.lib.slots import slot
from tracks.models import Asset, FileHost
from tracks.services.worker_counts import max_archivers

DUE = DueColumn("next_attempt_at", "claims")
# The last try before a link expires begins two minutes earlier: no rest may outlast that.
MAX_REST = timedelta(seconds=60)
# A file that trickles in would have the nearest deadline again at once; this lets others pass in between.
BETWEEN_SLICES = timedelta(seconds=3)
MAX_FAILURES = 1000
LAST_TRIES = timedelta(minutes=15)  # before a link dies its retries have no time to wait for fresh files


def claim_file(places: ExitStack) -> Lease[Asset] | None:
    """The next file that may be fetched; ``places`` holds its place at its host until it is closed.

    First comes what no later try can bring, then fresh files before retries; of each the hosts that answer
    before those in trouble, then the nearest deadline.
    """
    full: set[str] = set()
    for rows in due_in_order(timezone.now()):
        if lease := _claim_where_free(rows, full, places):
            return lease
    return None


def record_answer(host: str) -> None:
    """The host answered, whatever it said: it has its full share of places."""
    if host and not FileHost.objects.filter(name=host, failures=0).exists():
        FileHost.objects.update_or_create(name=host, defaults={"failures": 0, "next_try_at": None})


def record_silence(host: str) -> None:
    """The host gave no answer: it rests, longer each time."""
    steps = settings.ARCHIVE_BACKOFF
    failures = _failures(host) + 1
    rest = timedelta(seconds=steps[min(failures, len(steps)) - 1])
    _rest(host, failures, min(rest, MAX_REST))


def record_trickle(host: str) -> None:
    """The host sends, but so slowly that it must not have more than one place."""
    _rest(host, max(1, _failures(host)), BETWEEN_SLICES)


def forget_rest(hosts: set[str]) -> None:
    """A person does not want to wait: the hosts may be tried at once."""
    FileHost.objects.filter(name__in=hosts).update(next_try_at=None)


def due_in_order(now: datetime) -> Iterator[QuerySet[Asset]]:
    """All due files, see ``claim_file``; those of an earlier queryset go before those of a later one."""
    due = Asset.objects.due(now).select_related("track__task")
    # Not those past their date: they may be retries without hope, and many.
    dying, fresh, retries = Q(expires_at__range=(now, now + LAST_TRIES)), Q(attempts=0), Q(attempts__gt=0)
    in_trouble = Q(host__in=FileHost.objects.filter(failures__gt=0).values("name"))
    for tried in (dying & ~in_trouble, fresh & ~in_trouble, dying & in_trouble, fresh & in_trouble):
        yield due.filter(tried)
    yield due.filter(retries & ~in_trouble)
    yield due.filter(retries & in_trouble)


def _claim_where_free(rows: QuerySet[Asset], full: set[str], places: ExitStack) -> Lease[Asset] | None:
    """``full``: hosts without a free place; those that are met are added."""
    while (host := rows.exclude(host__in=full).values_list("host", flat=True).first()) is not None:
        with ExitStack() as place:
            if place.enter_context(_place(host)) and (lease := claim(rows.filter(host=host), DUE)):
                places.enter_context(place.pop_all())
                return lease
        full.add(host)
    return None


def _place(host: str) -> AbstractContextManager[bool]:
    """A member of a ZIP has no host, and needs no place at one."""
    if not host:
        return nullcontext(True)
    digest = hashlib.sha256(host.encode()).hexdigest()[:16]
    return slot(f"host-{digest}", _max_places(host))


def _max_places(host: str) -> int:
    """Half of the machine's places, rounded up, for a host that answers; one for any other."""
    if FileHost.objects.filter(name=host, failures=0).exists():
        return (max_archivers(settings.WORKERS) + 1) // 2
    return 1


def _failures(host: str) -> int:
    return FileHost.objects.filter(name=host).values_list("failures", flat=True).first() or 0


def _rest(host: str, failures: int, rest: timedelta) -> None:
    if host:
        values = {"failures": min(failures, MAX_FAILURES), "next_try_at": timezone.now() + rest}
        FileHost.objects.update_or_create(name=host, defaults=values)
