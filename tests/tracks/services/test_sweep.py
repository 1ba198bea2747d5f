"""The sweep: what fell out of its due column is due again, and what is left over goes."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.support.factories import make_asset, make_task
from tracks.models import FileHost, Worker
from tracks.services.sweep import HOST_TROUBLE, SCRATCH_DAYS, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scratch(settings: Any, tmp_path: Path) -> Path:
    settings.SCRATCH_DIR = tmp_path
    return tmp_path


def test_a_running_task_that_nobody_would_poll_is_polled() -> None:
    running = make_task(status="running", external_id="x", next_poll_at=None)
    ended = make_task(status="succeeded", external_id="y", next_poll_at=None)
    sweep()
    running.refresh_from_db()
    ended.refresh_from_db()
    assert running.next_poll_at is not None
    assert ended.next_poll_at is None


def test_a_queued_task_that_nobody_would_send_is_sent() -> None:
    queued, unsure = make_task(status="queued", submit_at=None), make_task(status="unsure", submit_at=None)
    sweep()
    queued.refresh_from_db()
    unsure.refresh_from_db()
    assert queued.submit_at is not None
    assert unsure.submit_at is None


def test_a_file_that_nobody_would_fetch_is_fetched() -> None:
    pending = make_asset(status="pending", next_attempt_at=None)
    failed = make_asset(status="failed", next_attempt_at=None)
    sweep()
    pending.refresh_from_db()
    failed.refresh_from_db()
    assert pending.next_attempt_at is not None
    assert failed.next_attempt_at is None


def test_what_is_due_stays_due_when_it_was() -> None:
    later = timezone.now() + timedelta(hours=1)
    task = make_task(status="running", external_id="x", next_poll_at=later)
    sweep()
    task.refresh_from_db()
    assert task.next_poll_at == later


def test_workers_of_long_ago_and_parts_of_long_ago_go(scratch: Path) -> None:
    now = timezone.now()
    Worker.objects.create(name="host:old", seen_at=now - timedelta(days=2))
    Worker.objects.create(name="host:new", seen_at=now)
    for name, days in (("old.part", SCRATCH_DAYS + 1), ("new.part", SCRATCH_DAYS - 1)):
        (scratch / name).write_bytes(b"x")
        written = time.time() - days * 86400
        os.utime(scratch / name, (written, written))
    sweep()
    assert [worker.name for worker in Worker.objects.all()] == ["host:new"]
    assert [path.name for path in scratch.iterdir()] == ["new.part"]


def test_hosts_without_files_to_fetch_go_unless_they_are_in_trouble() -> None:
    later = timezone.now() + timedelta(minutes=9)
    for name, failures in (("idle", 0), ("wanted", 0), ("bad", 2), ("wanted-bad", 2), ("long-bad", 2)):
        FileHost.objects.create(name=name, failures=failures, next_try_at=later if failures else None)
    FileHost.objects.filter(name="long-bad").update(next_try_at=timezone.now() - 2 * HOST_TROUBLE)
    for host in ("wanted", "wanted-bad"):
        make_asset(host=host, next_attempt_at=later)
    make_asset(host="idle", status="failed", next_attempt_at=None)
    sweep()
    assert {host.name for host in FileHost.objects.all()} == {"wanted", "bad", "wanted-bad"}
