"""TemPolor at a rate limit, and due tasks, for tests of the rate limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_task
from tests.support.http_server import Reply, Request, Service, json_reply
from tests.support.provider_server import provider_at
from tracks.jobs import job_kinds
from tracks.lib.job_kind import JobKind
from tracks.models import Account, Task
from tracks.services.rate_limit import RequestKind, Throttled, acquire

ACCEPTED = {"status": 200000, "message": "success", "request_id": "r"}


@contextmanager
def at_rate(
    rate: tuple[int, float], answer: Callable[[Request], Reply | None] | Reply | None
) -> Iterator[Service]:
    """TemPolor at a real HTTP server, limited to ``rate``: requests, seconds."""
    with override_settings(TEMPOLOR_RATE=rate), provider_at(answer) as service:
        yield service


def tempolor(request: Request) -> Reply:
    """Accepts every submit, and states every polled id as running."""
    if "item_ids" in request.json:
        songs = [{"item_id": one, "status": "running"} for one in request.json["item_ids"]]
        return json_reply({**ACCEPTED, "data": {"songs": songs}})
    return json_reply({**ACCEPTED, "data": {"item_ids": [request.json["prompt"]]}})


def account() -> Account:
    return Account.objects.get(provider="tempolor")


def make_queued(prompt: str = "9001") -> Task:
    params = {"prompt": prompt, "model": "TemPolor v4.5"}
    return make_task(status="queued", external_id="", submit_at=timezone.now(), params=params)


def make_due() -> Task:
    return make_task(next_poll_at=timezone.now() - timedelta(seconds=1))


def job_kind(name: str) -> JobKind:
    return next(one for one in job_kinds() if one.name == name)


def has_due(name: str) -> bool:
    return job_kind(name).has_due(timezone.now())


def take_permits(kind: RequestKind, tries: int) -> int:
    got = 0
    for _ in range(tries):
        try:
            with acquire("tempolor", kind):
                got += 1
        except Throttled:
            pass
    return got
