"""The health of callbacks: notes who brought the news of a task, and says what that comes to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tracks import providers
from tracks.domain.fold import Folded
from tracks.domain.statuses import FINISHED, TaskStatus
from tracks.domain.updates import Source
from tracks.models import Origin, Task
from tracks.services.ingest.rows import save_changes

# A callback is given this long after the end before it counts as missing.
GRACE = timedelta(seconds=60)
# Sick: of the newest LOOKED_AT ends in WINDOW, at least FEWEST and at least half were never called back.
LOOKED_AT, FEWEST, WINDOW = 20, 5, timedelta(hours=6)
# A "delay" above this says that the provider's clock or ours is wrong, not that a callback was slow.
LONGEST_DELAY = timedelta(days=2)
MOST_STAGES, LONGEST_STAGE = 20, 40
MOST_ROWS = 20_000
BY_PROVIDER = (Source.CALLBACK, Source.POLL)


def callbacks_are_hints(provider: str) -> bool:
    """Whether this provider's callbacks only make us ask, instead of being believed."""
    return settings.CALLBACK_TRUST == "readback" or providers.get(provider).callbacks_are_hints


def record_callback(task_id: int, stages: Iterable[str], at: datetime) -> None:
    """Notes that a callback about the task came; the same one again changes nothing.

    ``stages``: which of the operation's callbacks it was, in the provider's words; blanks are passed over.
    """
    with transaction.atomic():
        task = Task.objects.select_for_update(no_key=True).get(pk=task_id)
        words = [stage[:LONGEST_STAGE] for stage in stages if stage]
        known = list(dict.fromkeys([*task.stages, *words]))[:MOST_STAGES]
        save_changes(task, {"stages": known, "called_back_at": max(at, task.called_back_at or at)})


def end_values(task: Task, folded: Folded, source: Source, at: datetime) -> dict[str, Any]:
    """What to note at a task whose status changes by a body from ``source`` that was heard ``at``."""
    if folded.status not in FINISHED:
        return {"finished_by": "", "finish_delay_ms": None}
    if task.status == TaskStatus.PARTIAL:
        return {}  # what completes it later is no news of its end
    by = Source.CALLBACK if source is Source.POLL and _was_called_for(task, at) else source
    return {"finished_by": by, "finish_delay_ms": _delay_ms(folded, at) if source in BY_PROVIDER else None}


def _was_called_for(task: Task, looked_at: datetime) -> bool:
    """Whether a look was the answer to a callback that was a hint: by itself none follows so soon."""
    if not task.called_back_at or not callbacks_are_hints(task.provider):
        return False
    return looked_at - task.called_back_at <= timedelta(seconds=settings.POLL_EVERY)


def _delay_ms(folded: Folded, at: datetime) -> int | None:
    told = max((track.finished_at for track in folded.tracks if track.finished_at), default=None)
    if told is None or not timedelta(0) <= at - told <= LONGEST_DELAY:
        return None
    return round((at - told) / timedelta(milliseconds=1))


def callbacks_unhealthy(provider: str) -> bool:
    """Whether of the tasks that ended lately most were never called back, so that asking must be quicker."""
    now = timezone.now()
    lately = Task.objects.filter(
        provider=provider,
        finished_at__gt=now - WINDOW,
        finished_at__lte=now - GRACE,
        finished_by__in=BY_PROVIDER,
        origin=Origin.SUBMITTED,
    )
    called = lately.order_by("-finished_at").values_list("called_back_at", flat=True)[:LOOKED_AT]
    never = [at is None for at in called]
    return sum(never) >= max(FEWEST, len(never) / 2)


@dataclass(frozen=True, slots=True)
class Day:
    """The tasks that ended on one day (UTC), by the provider's word: a callback's or a look's.

    ``never_called``: sent from here, ended, and no callback ever came. ``p50``, ``p95``: seconds from the
    provider's finish to our hearing of it, None where it tells none. ``missing``: how many done tasks did
    not get that callback of their operation, by its stage. ``is_cut``: there were more than we counted.
    """

    date: date
    finished: int = 0
    by_callback: int = 0
    by_poll: int = 0
    never_called: int = 0
    p50: float | None = None
    p95: float | None = None
    missing: Mapping[str, int] | None = None
    is_cut: bool = False


class _End(NamedTuple):
    finished_at: datetime
    finished_by: str
    finish_delay_ms: int | None
    called_back_at: datetime | None
    stages: Sequence[str]
    status: str
    origin: str
    operation: str


def days(provider: str, days: int = 7, most: int = MOST_ROWS) -> list[Day]:
    """The last days, today first, those without tasks too; one query.

    Only the newest ``most`` tasks are counted; where there are more, it ends with the day they reach back to.
    """
    now = timezone.now()
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    ends = _ends(provider, datetime.combine(first, datetime.min.time(), UTC), most)
    is_cut = len(ends) == most
    if is_cut:
        first = ends[-1].finished_at.astimezone(UTC).date()
    by_day: dict[date, list[_End]] = defaultdict(list)
    for end in ends:
        by_day[end.finished_at.astimezone(UTC).date()].append(end)
    every = [today - timedelta(days=back) for back in range((today - first).days + 1)]
    return [_day(provider, one, by_day[one], now, is_cut=is_cut and one == first) for one in every]


def _ends(provider: str, since: datetime, most: int) -> list[_End]:
    rows = Task.objects.filter(provider=provider, finished_at__gte=since, finished_by__in=BY_PROVIDER)
    return [_End(*row) for row in rows.order_by("-finished_at").values_list(*_End._fields)[:most]]


def _day(provider: str, one: date, ends: Sequence[_End], now: datetime, *, is_cut: bool) -> Day:
    delays = sorted(end.finish_delay_ms for end in ends if end.finish_delay_ms is not None)
    # What ended just now may still be called back.
    ours = [end for end in ends if end.origin == Origin.SUBMITTED and end.finished_at <= now - GRACE]
    return Day(
        date=one,
        finished=len(ends),
        by_callback=sum(end.finished_by == Source.CALLBACK for end in ends),
        by_poll=sum(end.finished_by == Source.POLL for end in ends),
        never_called=sum(end.called_back_at is None for end in ours),
        p50=_percentile(delays, 0.5),
        p95=_percentile(delays, 0.95),
        missing=_missing(provider, ours),
        is_cut=is_cut,
    )


def _missing(provider: str, ends: Iterable[_End]) -> dict[str, int]:
    """By stage, in the order of the operations' declarations."""
    operations = providers.get(provider).operations
    counts = Counter({stage: 0 for operation in operations.values() for stage in operation.stages})
    for end in ends:
        declared = operations.get(end.operation)
        if declared and end.status in (TaskStatus.SUCCEEDED, TaskStatus.PARTIAL):
            counts.update(set(declared.stages) - set(end.stages))
    return {stage: count for stage, count in counts.items() if count}


def _percentile(sorted_ms: Sequence[int], share: float) -> float | None:
    """By the nearest rank, in seconds."""
    return sorted_ms[ceil(share * len(sorted_ms)) - 1] / 1000 if sorted_ms else None
