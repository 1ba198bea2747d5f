"""The doorbell: the one place that knows django-q2. Tables hold the truth, a lost job loses nothing.

django-q2 has open faults that we measured (a killed idle worker can hang the cluster, a task that kills
its worker is repeated without end, prefetched tasks run twice), so no job carries an id: it claims what is
due when it starts, and finds nothing if another one was quicker.
"""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import Failure, OrmQ, Schedule, Success
from django_q.tasks import async_task

from callbacks.jobs import DUTY as CALLBACKS
from tracks.jobs import duties
from tracks.lib.job_kind import Duty
from tracks.services.sweep import sweep

DUTIES: dict[str, Duty] = {duty.name: duty for duty in (CALLBACKS, *duties())}


def ring(duty: str) -> None:
    """Asks some worker to take up this kind of work."""
    async_task("musicgen.processes.queue.work", duty, q_options={"save": False, "task_name": duty})


def rings_waiting() -> int:
    """Rings that no worker has taken yet."""
    return int(get_broker().queue_size())


def work(name: str) -> None:
    """One job: takes due rows of one kind, one after the other, until none is left or its time is up."""
    _leave_with_the_parent()
    duty = DUTIES[name]
    with _place(duty) as free:
        until = time.monotonic() + settings.SLICE
        while free and time.monotonic() < until and duty.step():
            pass


def run_schedules() -> None:
    """The rare work: repairs what no event would wake, and forgets old results."""
    sweep()
    old = timezone.now() - timedelta(days=7)
    Success.objects.filter(stopped__lt=old).delete()
    Failure.objects.filter(stopped__lt=old).delete()
    OrmQ.objects.filter(lock__lt=timezone.now() - timedelta(hours=1)).delete()


def setup_schedules() -> None:
    """Creates or corrects our schedules; names are not unique in django-q2, so only this makes them."""
    Schedule.objects.update_or_create(
        name="sweep",
        defaults={
            "func": "musicgen.processes.queue.run_schedules",
            "schedule_type": Schedule.MINUTES,
            "minutes": 5,
            "repeats": -1,
        },
    )


@contextmanager
def _place(duty: Duty) -> Iterator[bool]:
    """One of the duty's places on this machine; a file lock, so a killed worker leaves its place at once."""
    folder = settings.RUN_DIR
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(duty.places(settings.WORKERS)):
        if (handle := _lock(folder / f"{duty.name}.{number}")) is not None:
            try:
                yield True
            finally:
                os.close(handle)
            return
    yield False


def _lock(path: Path) -> int | None:
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _leave_with_the_parent() -> None:
    """Workers whose watchdog is gone would run on unwatched beside the next ones: they end here."""
    parent = int(os.environ.get("MUSICGEN_WATCHDOG", "0"))
    if parent and not _is_alive(parent):
        os.killpg(0, signal.SIGKILL)


def _is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, 0)
        return True
    return False
