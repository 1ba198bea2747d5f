"""What tests of pacing share: TemPolor at a rate, and what waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_task
from tests.support.http_server import Reply, Request, Service, said
from tests.support.provider_server import provider_at
from tracks.jobs import job_kinds
from tracks.lib.job_kind import JobKind
from tracks.models import Account, Task
from tracks.services.rate_limit import RequestKind, Throttled, acquire

TAKEN = {"status": 200000, "message": "success", "request_id": "r"}


@contextmanager
def paced(
    rate: tuple[int, float], answer: Callable[[Request], Reply | None] | Reply | None
) -> Iterator[Service]:
    """TemPolor at a real server, to be asked at this rate (requests, seconds)."""
    with override_settings(TEMPOLOR_RATE=rate), provider_at(answer) as service:
        yield service


def tempolor(request: Request) -> Reply:
    """Takes what is submitted, and knows all that it is asked about."""
    if "item_ids" in request.json:
        songs = [{"item_id": one, "status": "running"} for one in request.json["item_ids"]]
        return said({**TAKEN, "data": {"songs": songs}})
    return said({**TAKEN, "data": {"item_ids": [request.json["prompt"]]}})


def account() -> Account:
    return Account.objects.get(provider="tempolor")


def waiting(prompt: str = "9001") -> Task:
    params = {"prompt": prompt, "model": "TemPolor v4.5"}
    return make_task(status="queued", external_id="", submit_at=timezone.now(), params=params)


def due() -> Task:
    return make_task(next_poll_at=timezone.now() - timedelta(seconds=1))


def kind(name: str) -> JobKind:
    return next(one for one in job_kinds() if one.name == name)


def waits(name: str) -> bool:
    return kind(name).has_due(timezone.now())


def permits(lane: RequestKind, tries: int) -> int:
    got = 0
    for _ in range(tries):
        try:
            with acquire("tempolor", lane):
                got += 1
        except Throttled:
            pass
    return got
