"""The wake-up queue: the one place that knows django-q2. Tables hold the truth, a lost job loses nothing.

django-q2 has open faults that we measured (a killed idle worker can hang the cluster, a task that kills
its worker is repeated without end, prefetched tasks run twice), so no job carries an id: it claims what is
due when it starts, and finds nothing if another one was quicker.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import Failure, OrmQ, Schedule, Success
from django_q.tasks import async_task

from callbacks.jobs import JOB_KIND as CALLBACKS
from tracks.jobs import job_kinds
from tracks.lib.heartbeat import show_idle
from tracks.lib.job_kind import JobKind
from tracks.lib.slots import slot
from tracks.services.sweep import sweep

JOB_KINDS: dict[str, JobKind] = {kind.name: kind for kind in (CALLBACKS, *job_kinds())}


def enqueue(kind: str) -> None:
    """Wakes some worker for this kind of work."""
    async_task("musicgen.processes.queue.work", kind, q_options={"save": False, "task_name": kind})


def queue_size() -> int:
    """Wake-ups that no worker has taken yet."""
    return int(get_broker().queue_size())


def work(name: str) -> None:
    """One job: takes due rows of one kind, one after the other, until none is left or its time is up.

    Also does so for the names that an earlier version queued, as long as the kind is still there.
    """
    _end_without_supervisor()
    kind = JOB_KINDS[name]
    try:
        with slot(kind.name, kind.max_workers(settings.WORKERS)) as is_free:
            until = time.monotonic() + settings.SLICE
            while is_free and time.monotonic() < until and kind.run_one():
                pass
    finally:
        show_idle()  # also after an error that left a lease to lapse


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


def _end_without_supervisor() -> None:
    """Workers whose supervisor is gone would run on unwatched beside the next ones: they end here."""
    supervisor = int(os.environ.get("MUSICGEN_SUPERVISOR", "0"))
    if supervisor and not _is_alive(supervisor):
        os.killpg(0, signal.SIGKILL)


def _is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, 0)
        return True
    return False
