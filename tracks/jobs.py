"""The product's job kinds: submitting, querying providers, archiving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from tracks import providers
from tracks.lib.job_kind import JobKind
from tracks.models import Asset, Task
from tracks.services.archive.fetch import archive_next
from tracks.services.polling import balance, word_timing
from tracks.services.polling.poll import poll_next
from tracks.services.rate_limit import RequestKind, can_acquire
from tracks.services.submission.submit import submit_next
from tracks.services.worker_counts import max_archivers


def job_kinds() -> Iterator[JobKind]:
    """All job kinds but the callbacks', which the callbacks app adds."""
    # One worker submits to a provider and one queries it, so a provider that hangs holds up no other. Polls,
    # word timing and balances share that one: a provider that hangs at one of them hangs at the others too.
    # The names stand in the queues of running installations.
    for name in providers.REGISTRY:
        yield JobKind(f"submit-{name}", partial(_can_submit, name), partial(submit_next, name), _one_worker)
        yield JobKind(f"ask-{name}", partial(_can_query, name), partial(_query_next, name), _one_worker)
    yield JobKind("archive", lambda now: Asset.objects.due(now).exists(), archive_next, max_archivers)


def _can_submit(provider: str, now: datetime) -> bool:
    """Whether a task is due and a permit is to be had.

    A throttled task does not count: that it waits is no sign that the workers stand still.
    """
    due = Task.objects.due_to_submit(now).filter(provider=provider)
    return due.exists() and can_acquire(provider, RequestKind.SUBMIT, now)


def _can_query(provider: str, now: datetime) -> bool:
    due: dict[RequestKind, Callable[[], bool]] = {
        RequestKind.POLL: Task.objects.due_to_poll(now).filter(provider=provider).exists,
        RequestKind.WORDS: word_timing.due_tracks(provider, now).exists,
        RequestKind.BALANCE: partial(balance.is_balance_due, provider, now),
    }
    return any(is_due() and can_acquire(provider, kind, now) for kind, is_due in due.items())


def _query_next(provider: str) -> bool:
    """One request of each kind, so that none waits until another has no more due; False where none was."""
    return any([poll_next(provider), word_timing.align_next(provider), balance.check_next_balance(provider)])


def _one_worker(workers: int) -> int:
    return 1
