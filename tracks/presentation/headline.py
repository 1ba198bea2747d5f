"""How the files are, for the head of the list of songs: what failed first, then what is still to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.models import Asset, Task
from tracks.presentation.labels import BAD, LOST, QUIET, WARN, StateLabel

# Counting stops here: what failed lately is among the newest rows.
MAX_COUNTED = 1000
FILES_SINCE, TASKS_SINCE = timedelta(days=7), timedelta(hours=24)
DAMAGED = ~Q(defect="") | Q(gap_bytes__gt=0)
REFUSED = ~Q(refused_file="") | ~Q(file="")


def headline(now: datetime) -> list[StateLabel]:
    """What a person must know of tasks and files; that no file waits only where none does."""
    counts = _counts(now)
    facts = [*_failures(counts, now), *_waiting(counts)]
    return facts or [StateLabel("no file is waiting to be archived", QUIET)]


def _counts(now: datetime) -> dict[str, int]:
    """Among the newest MAX_COUNTED files that are not archived."""
    unkept = Asset.objects.filter(status__in=(AssetStatus.PENDING, *LOST)).order_by("-pk")[:MAX_COUNTED]
    pending = Q(status=AssetStatus.PENDING)
    return unkept.aggregate(
        lost=Count("pk", filter=Q(status__in=LOST, track__received_at__gte=now - FILES_SINCE)),
        refused=Count("pk", filter=pending & REFUSED),
        pending=Count("pk", filter=pending),
    )


def _failures(counts: dict[str, int], now: datetime) -> Iterator[StateLabel]:
    failed = Task.objects.filter(status=TaskStatus.FAILED)
    if count := _newest(failed, Q(finished_at__gte=now - TASKS_SINCE)):
        yield StateLabel(f"{_counted(count, 'task')} failed in the last 24 hours", BAD)
    if count := counts["lost"]:
        yield StateLabel(f"{_counted(count, 'file')} of the last 7 days could not be archived", BAD)
    recent = Q(status=AssetStatus.ARCHIVED, archived_at__gte=now - FILES_SINCE)
    if count := _newest(Asset.objects.all(), recent & DAMAGED):
        word = f"{_counted(count, 'file')} of the last 7 days {'is' if count == 1 else 'are'} damaged"
        yield StateLabel(word, WARN, "Archived as the provider delivered it each time.")


def _waiting(counts: dict[str, int]) -> Iterator[StateLabel]:
    if count := counts["refused"]:
        yield StateLabel(f"{_counted(count, 'file')} not accepted yet", WARN, "What came was refused.")
    if count := counts["pending"]:
        yield StateLabel(f"{_counted(count, 'file')} being archived", QUIET)


def _newest(rows: QuerySet[Asset] | QuerySet[Task], rule: Q) -> int:
    """How many of the newest MAX_COUNTED rows meet the rule."""
    return int(rows.order_by("-pk")[:MAX_COUNTED].aggregate(n=Count("pk", filter=rule))["n"])


def _counted(count: int, noun: str) -> str:
    return f"{count}{'+' if count >= MAX_COUNTED else ''} {noun if count == 1 else f'{noun}s'}"
