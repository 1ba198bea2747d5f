"""The health of callbacks: records how the end of each task reached us, and counts what did not come."""

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
# Unhealthy: of the newest SAMPLE_SIZE tasks that ended within WINDOW, at least MIN_MISSED and at least half
# had no callback.
SAMPLE_SIZE, MIN_MISSED, WINDOW = 20, 5, timedelta(hours=6)
# A longer delay means that the provider's clock or ours is wrong, not that a callback was slow.
MAX_DELAY = timedelta(days=2)
MAX_STAGES, MAX_STAGE_LENGTH = 20, 40
MAX_ROWS = 20_000
PROVIDER_SOURCES = (Source.CALLBACK, Source.POLL)


def callbacks_are_hints(provider: str) -> bool:
    """Whether this provider's callbacks only make us poll, and their content is not applied.

    Raises UnknownProvider.
    """
    return settings.CALLBACK_TRUST == "readback" or providers.get(provider).callbacks_are_hints


def record_callback(task_id: int, stages: Iterable[str], at: datetime) -> None:
    """Records that a callback about the task came; the same one again changes nothing.

    ``stages``: which of the operation's callbacks it was, in the provider's words; blanks are ignored.
    Raises Task.DoesNotExist.
    """
    with transaction.atomic():
        task = Task.objects.select_for_update(no_key=True).get(pk=task_id)
        new = [stage[:MAX_STAGE_LENGTH] for stage in stages if stage]
        known = list(dict.fromkeys([*task.stages, *new]))[:MAX_STAGES]
        save_changes(task, {"stages": known, "called_back_at": max(at, task.called_back_at or at)})


def end_values(task: Task, folded: Folded, source: Source, at: datetime) -> dict[str, Any]:
    """The columns on a task's end, for a change of status by a statement of ``source`` that came ``at``."""
    if folded.status not in FINISHED:
        return {"finished_by": "", "finish_delay_ms": None}
    if task.status == TaskStatus.PARTIAL:
        return {}  # the task had ended before; now it is only completed
    by = Source.CALLBACK if source is Source.POLL and _follows_hint(task, at) else source
    delay_ms = _delay_ms(folded, at) if source in PROVIDER_SOURCES else None
    return {"finished_by": by, "finish_delay_ms": delay_ms}


def _follows_hint(task: Task, polled_at: datetime) -> bool:
    """Whether a callback that is only a hint caused the poll: one by schedule does not come so soon after."""
    if not task.called_back_at or not callbacks_are_hints(task.provider):
        return False
    return polled_at - task.called_back_at <= timedelta(seconds=settings.POLL_EVERY)


def _delay_ms(folded: Folded, at: datetime) -> int | None:
    """Milliseconds from the provider's own finish time, the last track's; None where it is not plausible."""
    finished_at = max((track.finished_at for track in folded.tracks if track.finished_at), default=None)
    if finished_at is None or not timedelta(0) <= at - finished_at <= MAX_DELAY:
        return None
    return round((at - finished_at) / timedelta(milliseconds=1))


def callbacks_unhealthy(provider: str) -> bool:
    """Whether at least half of the tasks that ended lately had no callback: polls come more often then."""
    now = timezone.now()
    ended = Task.objects.filter(
        provider=provider,
        finished_at__gt=now - WINDOW,
        finished_at__lte=now - GRACE,
        finished_by__in=PROVIDER_SOURCES,
        origin=Origin.SUBMITTED,
    )
    called_back_at = ended.order_by("-finished_at").values_list("called_back_at", flat=True)[:SAMPLE_SIZE]
    missed = [at is None for at in called_back_at]
    return sum(missed) >= max(MIN_MISSED, len(missed) / 2)


@dataclass(frozen=True, slots=True)
class CallbackDay:
    """The tasks that ended on one day (UTC) by a callback or a poll.

    ``never_called``: of those submitted from here, how many had no callback. ``p50``, ``p95``: seconds from
    the provider's finish time until it reached us, None where the provider gives none. ``missing``: how many
    succeeded or partial tasks lacked that callback of their operation, by its stage. ``is_cut``: the day had
    more tasks than were counted.
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


def callback_days(provider: str, days: int = 7, limit: int = MAX_ROWS) -> list[CallbackDay]:
    """The last days, today first, those without tasks too; one query. Raises UnknownProvider.

    Only the newest ``limit`` tasks are counted; where there are more, the list ends with the day of the
    oldest of these.
    """
    now = timezone.now()
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    ends = _ends(provider, datetime.combine(first, datetime.min.time(), UTC), limit)
    is_cut = len(ends) == limit
    if is_cut:
        first = ends[-1].finished_at.astimezone(UTC).date()
    by_day: dict[date, list[_End]] = defaultdict(list)
    for end in ends:
        by_day[end.finished_at.astimezone(UTC).date()].append(end)
    dates = [today - timedelta(days=back) for back in range((today - first).days + 1)]
    return [_day(provider, one, by_day[one], now, is_cut=is_cut and one == first) for one in dates]


def _ends(provider: str, since: datetime, limit: int) -> list[_End]:
    rows = Task.objects.filter(provider=provider, finished_at__gte=since, finished_by__in=PROVIDER_SOURCES)
    return [_End(*row) for row in rows.order_by("-finished_at").values_list(*_End._fields)[:limit]]


def _day(provider: str, one: date, ends: Sequence[_End], now: datetime, *, is_cut: bool) -> CallbackDay:
    delays = sorted(end.finish_delay_ms for end in ends if end.finish_delay_ms is not None)
    # For a task that ended just now a callback may still come.
    ours = [end for end in ends if end.origin == Origin.SUBMITTED and end.finished_at <= now - GRACE]
    return CallbackDay(
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
    """How many callbacks did not come, by stage, in the order of the operations' declarations."""
    operations = providers.get(provider).operations
    counts = Counter({stage: 0 for operation in operations.values() for stage in operation.stages})
    for end in ends:
        declared = operations.get(end.operation)
        if declared and end.status in (TaskStatus.SUCCEEDED, TaskStatus.PARTIAL):
            counts.update(set(declared.stages) - set(end.stages))
    return {stage: count for stage, count in counts.items() if count}


def _percentile(sorted_ms: Sequence[int], share: float) -> float | None:
    """In seconds, by the nearest rank; None where there are no values."""
    return sorted_ms[ceil(share * len(sorted_ms)) - 1] / 1000 if sorted_ms else None
