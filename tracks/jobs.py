"""What the worker does for the product: send, ask, fetch."""

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


def job_kinds() -> Iterator[JobKind]:
    """Each provider is sent to by one worker and asked by one: one that hangs holds no other up.

    All that is asked shares that one worker, so that a provider costs two and not four: who hangs at one
    question hangs at the others too.
    """
    for name in providers.REGISTRY:
        yield JobKind(f"submit-{name}", partial(_may_submit, name), partial(submit_next, name), _one)
        yield JobKind(f"ask-{name}", partial(_may_ask, name), partial(_ask_next, name), _one)
    yield JobKind("archive", lambda now: Asset.objects.due(now).exists(), archive_next, _archivers)


def min_workers() -> int:
    """One for each provider's submits and one for its questions, one for files, one for callbacks."""
    return 2 * len(providers.REGISTRY) + 2


def _may_submit(provider: str, now: datetime) -> bool:
    """Due, and let through: what waits for its pace is no sign that the workers stand still."""
    due = Task.objects.due_to_submit(now).filter(provider=provider)
    return due.exists() and can_acquire(provider, RequestKind.SUBMIT, now)


def _may_ask(provider: str, now: datetime) -> bool:
    due: dict[RequestKind, Callable[[], bool]] = {
        RequestKind.POLL: Task.objects.due_to_poll(now).filter(provider=provider).exists,
        RequestKind.WORDS: word_timing.due(provider, now).exists,
        RequestKind.BALANCE: partial(balance.is_due, provider, now),
    }
    return any(is_due() and can_acquire(provider, kind, now) for kind, is_due in due.items())


def _ask_next(provider: str) -> bool:
    """One of each kind, so that none waits until another has no more."""
    return any([poll_next(provider), word_timing.align_next(provider), balance.check_next_balance(provider)])


def _one(workers: int) -> int:
    return 1


def _archivers(workers: int) -> int:
    """At most half of the workers, and one always stays for callbacks."""
    return max(1, min(workers // 2, workers - min_workers() + 1))
