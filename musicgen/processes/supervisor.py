"""The parent process of `make worker`: wakes workers for what is due, and replaces them when they hang."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone

from musicgen.processes.queue import JOB_KINDS, enqueue, queue_size
from musicgen.processes.stuck import HeldRows
from musicgen.processes.subprocesses import spawn
from tracks.lib.leases import request_lease_seconds
from tracks.models import Worker

log = logging.getLogger(__name__)

ENQUEUE_AGAIN = 0.5  # seconds until one more worker is woken for work that is still due
HEARTBEAT_EVERY = 5.0  # seconds between signs of life in the database
SHORT_LIFE = 30.0  # seconds: workers that end by themselves sooner are started again ever more rarely
MAX_PAUSE = 30.0  # seconds before such a start
MAX_GRACE = 75.0  # seconds; systemd, for one, waits 90 before it kills
SAME_SIGNAL = 1.0  # seconds in which a second signal is the same wish: Ctrl-C, passed on by who started us


def grace() -> float:
    """Seconds that workers get to finish what they hold when we are told to stop.

    A request that was cut off would leave its task ``unsure``, so it is what one request may take.
    """
    return min(request_lease_seconds(), MAX_GRACE)


@dataclass(slots=True)
class Cluster:
    """The process group of the django-q2 cluster, and the file whose time its workers touch.

    ``now`` is always the monotonic clock's: setting the wall clock must not cost healthy workers.
    """

    heartbeat_file: Path
    # The checks have just been made by the command that starts it; they load every view.
    command: tuple[str, ...] = ("manage.py", "qcluster", "--skip-checks")
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = -1
    short_lives: int = 0
    start_at: float = 0.0
    file_time: int = 0
    touched_at: float = 0.0
    held: HeldRows = field(init=False)

    def __post_init__(self) -> None:
        self.held = HeldRows(self.heartbeat_file)

    def start(self, now: float) -> None:
        self.heartbeat_file.parent.mkdir(parents=True, exist_ok=True)
        self.heartbeat_file.touch()
        self.held.clear()
        environment = {
            "MUSICGEN_HEARTBEAT_FILE": str(self.heartbeat_file),
            "MUSICGEN_SUPERVISOR": str(os.getpid()),
        }
        self.process = spawn(self.command, environment, own_group=True)
        self.started_at = self.touched_at = now
        self.file_time = self.heartbeat_file.stat().st_mtime_ns
        self.restarts += 1

    def last_heartbeat(self, now: float) -> float:
        """When the file's time was last seen to have changed, to whatever."""
        try:
            file_time = self.heartbeat_file.stat().st_mtime_ns
        except FileNotFoundError:
            self.heartbeat_file.touch()
            return self.touched_at
        if file_time != self.file_time:
            self.file_time, self.touched_at = file_time, now
        return self.touched_at

    def end_stuck(self, now: float) -> None:
        """Ends single workers that sit on a row beyond its lease. django-q2 starts others in their places.

        A busy worker holds no lock of the queue, so that its end harms no other one.
        """
        for pid in self.held.stuck(now):
            self.held.forget(pid)
            if self.process is not None and _group_of(pid) == self.process.pid:
                log.error("a worker is replaced: it sits on one row beyond its lease", extra={"pid": pid})
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def replace(self, reason: str, now: float) -> None:
        """Ends what is left of the group; the next one starts at once, or later if lives are short."""
        log.error("workers are replaced: %s", reason)
        self.kill()
        self.process = None
        self.short_lives = self.short_lives + 1 if now - self.started_at < SHORT_LIFE else 0
        self.start_at = now + _pause(self.short_lives)
        self.start_if_due(now)

    def start_if_due(self, now: float) -> bool:
        """Starts workers that are down once their pause is over; whether any run."""
        if self.process is None and now >= self.start_at:
            self.start(now)
        return self.process is not None

    def stop(self) -> None:
        """Lets workers finish for a while, then ends the group; what they held comes due again."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(grace())
        except subprocess.TimeoutExpired:
            log.warning("workers did not stop in time and are ended")
        self.kill()

    def kill(self) -> None:
        """Ends the whole group, stopped and orphaned processes too."""
        if self.process is None:
            return
        self.kill_now()
        self.process.wait()

    def kill_now(self) -> None:
        """Sends SIGKILL to the whole group, without waiting for its end."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def _group_of(pid: int) -> int | None:
    with suppress(ProcessLookupError):
        return os.getpgid(pid)
    return None


def _pause(short_lives: int) -> float:
    """Seconds: none after the first short life, then 1, 2, 4 and so on."""
    return min(MAX_PAUSE, 2.0 ** min(short_lives - 2, 9)) if short_lives > 1 else 0


@dataclass(slots=True)
class Supervisor:
    """Wakes workers for due rows and watches that they take them up; ``now`` is the monotonic clock's."""

    cluster: Cluster
    stopping_since: float | None = None
    due_since: float | None = None
    last_enqueued: dict[str, float] = field(default_factory=dict)
    last_heartbeat: float = -inf

    def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self.cluster.start(time.monotonic())
        try:
            while self.stopping_since is None:
                self.tick(time.monotonic())
                time.sleep(settings.TICK)
        finally:
            self.cluster.stop()
            self._sign_off()

    def tick(self, now: float) -> None:
        """One round: enqueue, check for a stall, show life. A database that is away is waited for."""
        try:
            close_old_connections()
            has_due = self.enqueue_due(now)
            self.check_stall(now, has_due)
            self.cluster.end_stuck(now)
            self.heartbeat(now)
        except (DatabaseError, InterfaceError):
            log.exception("the database is away, trying again")
            connection.close()
            self.due_since = None  # the workers could take nothing up either
            time.sleep(1)

    def enqueue_due(self, now: float) -> bool:
        """Enqueues a job for each kind with due rows: at once when it begins, then again while it lasts."""
        due = [name for name, kind in JOB_KINDS.items() if kind.has_due(timezone.now())]
        for name in set(self.last_enqueued) - set(due):
            del self.last_enqueued[name]
        for name in due:
            waited = now - self.last_enqueued.get(name, -inf)
            if waited >= ENQUEUE_AGAIN and queue_size() < settings.WORKERS:
                enqueue(name)
                self.last_enqueued[name] = now
        return bool(due)

    def check_stall(self, now: float, has_due: bool) -> None:
        """Replaces the workers when rows are due and for WATCHDOG_STALL seconds none was claimed."""
        if self.stopping_since is not None:
            return
        if self.cluster.has_ended():
            self.cluster.replace("they ended by themselves", now)
        if not self.cluster.start_if_due(now) or not has_due:
            self.due_since = None
            return
        if self.due_since is None:
            self.due_since = now
        if now - max(self.due_since, self.cluster.last_heartbeat(now)) > settings.WATCHDOG_STALL:
            self.cluster.replace(f"nothing was claimed for {settings.WATCHDOG_STALL:g} s", now)
            self.due_since = None

    def heartbeat(self, now: float) -> None:
        """Shows in the database, every few seconds, that this worker lives."""
        if now - self.last_heartbeat < HEARTBEAT_EVERY:
            return
        values = {"seen_at": timezone.now(), "restarts": max(0, self.cluster.restarts)}
        Worker.objects.update_or_create(name=_name(), defaults=values)
        self.last_heartbeat = now

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """The first lets workers finish, a later one does not."""
        now = time.monotonic()
        if self.stopping_since is None:
            self.stopping_since = now
        elif now - self.stopping_since > SAME_SIGNAL:
            self.cluster.kill_now()

    def _sign_off(self) -> None:
        try:
            Worker.objects.filter(name=_name()).delete()
        except (DatabaseError, InterfaceError):
            log.warning("could not sign off; the row of this worker goes stale by itself")


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def run() -> None:
    """Runs until SIGTERM or SIGINT."""
    Supervisor(Cluster(settings.RUN_DIR / f"heartbeat-{os.getpid()}")).run()
