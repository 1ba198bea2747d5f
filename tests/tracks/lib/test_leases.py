"""Claims: one worker each, leases that end, and rows whose attempts are exhausted."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_asset, make_track
from tracks.lib.leases import DueColumn, Lease, LeaseLost, claim
from tracks.models import Asset

pytestmark = pytest.mark.django_db(transaction=True)
DUE = DueColumn("next_attempt_at", "claims")


def take() -> Lease[Asset] | None:
    return claim(Asset.objects.due(timezone.now()), DUE)


def make_due(**over: Any) -> Asset:
    return make_asset(next_attempt_at=timezone.now() - timedelta(seconds=1), **over)


def test_a_claim_raises_the_count_before_the_work() -> None:
    asset = make_due()
    lease = take()
    asset.refresh_from_db()
    assert lease is not None
    assert (asset.claims, asset.next_attempt_at) == (1, lease.until)


def test_nothing_due_is_nothing_claimed() -> None:
    make_asset(next_attempt_at=timezone.now() + timedelta(minutes=1))
    make_asset(next_attempt_at=None)
    assert take() is None


def test_the_nearest_deadline_is_served_first() -> None:
    track = make_track()
    late, soon, never = (
        make_due(track=track, label=str(days), expires_at=days and timezone.now() + timedelta(days=days))
        for days in (3, 1, None)
    )
    taken = [take() for _ in range(3)]
    assert [lease.row.pk for lease in taken if lease] == [soon.pk, late.pk, never.pk]


def test_each_row_is_taken_once_by_many_at_a_time() -> None:
    track = make_track()
    for number in range(30):
        make_due(track=track, label=str(number))

    def take_all(_: int) -> list[int]:
        try:
            return [lease.row.pk for lease in iter(take, None)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = [pk for rows in pool.map(take_all, range(4)) for pk in rows]
    assert sorted(taken) == sorted(Asset.objects.values_list("pk", flat=True))


def test_a_lease_that_ended_is_taken_over_and_the_first_holder_writes_nothing() -> None:
    asset = make_due()
    first = take()
    assert first is not None
    with time_machine.travel(first.until + timedelta(seconds=1), tick=False):
        second = take()
        assert second is not None
        with pytest.raises(LeaseLost):
            first.complete(due=None, error="from the first")
        second.complete(due=None, error="from the second")
    asset.refresh_from_db()
    assert (asset.error, asset.claims) == ("from the second", 0)


def test_renewing_holds_the_row_and_a_lost_lease_says_so() -> None:
    make_due()
    lease = take()
    assert lease is not None
    before = lease.until
    with time_machine.travel(before - timedelta(seconds=1), tick=False):
        lease.renew()
        assert lease.until > before
        assert take() is None
    with time_machine.travel(lease.until + timedelta(seconds=1), tick=False):
        assert take() is not None
        with pytest.raises(LeaseLost):
            lease.renew()


@override_settings(MAX_CLAIMS=3)
def test_a_row_that_ends_its_worker_each_time_exhausts_its_attempts() -> None:
    make_due()
    exhausted = []
    for hours in range(4):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            lease = take()
            assert lease is not None
            exhausted.append(lease.attempts_exhausted)
    assert exhausted == [False, False, False, True]


def test_a_claim_is_a_heartbeat(tmp_path: Path) -> None:
    heartbeat_file = tmp_path / "heartbeat_file"
    heartbeat_file.touch()
    os.utime(heartbeat_file, (1, 1))
    os.environ["MUSICGEN_HEARTBEAT_FILE"] = str(heartbeat_file)
    try:
        make_due()
        take()
    finally:
        del os.environ["MUSICGEN_HEARTBEAT_FILE"]
    assert heartbeat_file.stat().st_mtime > 1
