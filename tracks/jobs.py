"""What the worker does for the product: send, look, fetch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from tracks import providers
from tracks.duties import Duty
from tracks.models import Asset, Task
from tracks.services.keep import archive_next
from tracks.services.poll import poll_next
from tracks.services.submit import submit_next


def duties() -> Iterator[Duty]:
    """Each provider is sent to and asked by one worker of its own: one that hangs holds no other up."""
    for name in providers.REGISTRY:
        yield Duty(f"submit-{name}", partial(_to_submit, name), partial(submit_next, name), _one)
        yield Duty(f"poll-{name}", partial(_to_poll, name), partial(poll_next, name), _one)
    yield Duty("archive", lambda now: Asset.objects.due(now).exists(), archive_next, _archivers)


def least_workers() -> int:
    """One for each provider's submits and looks, one for files, one for callbacks."""
    return 2 * len(providers.REGISTRY) + 2


def _to_submit(provider: str, now: datetime) -> bool:
    return Task.objects.due_to_submit(now).filter(provider=provider).exists()


def _to_poll(provider: str, now: datetime) -> bool:
    return Task.objects.due_to_poll(now).filter(provider=provider).exists()


def _one(workers: int) -> int:
    return 1


def _archivers(workers: int) -> int:
    """At most half of the workers, and one always stays for callbacks."""
    return max(1, min(workers // 2, workers - least_workers() + 1))
