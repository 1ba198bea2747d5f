"""The worker's parent process: rings for what is due, and replaces workers that stopped answering."""

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

from musicgen.processes.queue import DUTIES, ring, rings_waiting
from musicgen.processes.subprocesses import launch
from tracks.lib.leases import one_request
from tracks.models import Worker

log = logging.getLogger(__name__)

RING_AGAIN = 0.5  # seconds until one more worker is asked to join work that is still waiting
BEAT = 5.0  # seconds between signs of life in the database
SHORT_LIFE = 30.0  # seconds: workers that end by themselves sooner are started again ever more rarely
LONGEST_PAUSE = 30.0  # seconds before such a start
LONGEST_GRACE = 75.0  # seconds; systemd, for one, waits 90 before it kills
SAME_SIGNAL = 1.0  # seconds in which a second signal is the same wish: Ctrl-C, passed on by who started us


def grace() -> float:
    """Seconds that workers get to finish what they hold when we are told to stop.

    A request that was cut off would leave its task ``unsure``, so it is what one request may take.
    """
    return min(one_request(), LONGEST_GRACE)


@dataclass(slots=True)
class Cluster:
    """The process group of the django-q2 cluster, and the file whose time its workers move.

    ``now`` is always the monotonic clock's: setting the wall clock must not cost healthy workers.
    """

    pulse_file: Path
    command: tuple[str, ...] = ("manage.py", "qcluster")
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = -1
    short_lives: int = 0
    start_at: float = 0.0
    pulse: int = 0
    pulsed_at: float = 0.0

    def start(self, now: float) -> None:
        self.pulse_file.parent.mkdir(parents=True, exist_ok=True)
        self.pulse_file.touch()
        environment = {"MUSICGEN_PULSE": str(self.pulse_file), "MUSICGEN_WATCHDOG": str(os.getpid())}
        self.process = launch(self.command, environment, own_group=True)
        self.started_at = self.pulsed_at = now
        self.pulse = self.pulse_file.stat().st_mtime_ns
        self.restarts += 1

    def last_pulse(self, now: float) -> float:
        """When the file's time was last seen to have changed, to whatever."""
        try:
            pulse = self.pulse_file.stat().st_mtime_ns
        except FileNotFoundError:
            self.pulse_file.touch()
            return self.pulsed_at
        if pulse != self.pulse:
            self.pulse, self.pulsed_at = pulse, now
        return self.pulsed_at

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def replace(self, reason: str, now: float) -> None:
        """Ends what is left of the group; the next one starts at once, or later if lives are short."""
        log.error("workers are replaced: %s", reason)
        self.kill()
        self.process = None
        self.short_lives = self.short_lives + 1 if now - self.started_at < SHORT_LIFE else 0
        self.start_at = now + _pause(self.short_lives)
        self.is_up(now)

    def is_up(self, now: float) -> bool:
        """Starts workers that are down once their pause is over."""
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
        self.cut()
        self.process.wait()

    def cut(self) -> None:
        """Sends the end to the whole group, without waiting for it."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def _pause(short_lives: int) -> float:
    """Seconds: none after the first short life, then 1, 2, 4 and so on."""
    return min(LONGEST_PAUSE, 2.0 ** min(short_lives - 2, 9)) if short_lives > 1 else 0


@dataclass(slots=True)
class Parent:
    """Ticker and watchdog in one loop; ``now`` is the monotonic clock's."""

    cluster: Cluster
    stopping_since: float | None = None
    waiting_since: float | None = None
    last_rung: dict[str, float] = field(default_factory=dict)
    last_beat: float = -inf

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self.cluster.start(time.monotonic())
        try:
            while self.stopping_since is None:
                self.turn(time.monotonic())
                time.sleep(settings.TICK)
        finally:
            self.cluster.stop()
            self._sign_off()

    def turn(self, now: float) -> None:
        """One look at what is due; a database that is away is waited for."""
        try:
            close_old_connections()
            waiting = self.tick(now)
            self.watch(now, waiting)
            self.beat(now)
        except (DatabaseError, InterfaceError):
            log.exception("the database is away, trying again")
            connection.close()
            self.waiting_since = None  # the workers could take nothing up either
            time.sleep(1)

    def tick(self, now: float) -> bool:
        """Rings for every duty with due rows: at once when it begins, then again while it lasts."""
        waiting = [name for name, duty in DUTIES.items() if duty.waiting(timezone.now())]
        for name in set(self.last_rung) - set(waiting):
            del self.last_rung[name]
        for name in waiting:
            if now - self.last_rung.get(name, -inf) >= RING_AGAIN and rings_waiting() < settings.WORKERS:
                ring(name)
                self.last_rung[name] = now
        return bool(waiting)

    def watch(self, now: float, waiting: bool) -> None:
        """Replaces the workers when rows are due and for long none was taken up and no lease renewed."""
        if self.stopping_since is not None:
            return
        if self.cluster.has_ended():
            self.cluster.replace("they ended by themselves", now)
        if not self.cluster.is_up(now) or not waiting:
            self.waiting_since = None
            return
        if self.waiting_since is None:
            self.waiting_since = now
        if now - max(self.waiting_since, self.cluster.last_pulse(now)) > settings.WATCHDOG_STALL:
            self.cluster.replace(f"nothing was taken up for {settings.WATCHDOG_STALL:g} s", now)
            self.waiting_since = None

    def beat(self, now: float) -> None:
        if now - self.last_beat < BEAT:
            return
        values = {"seen_at": timezone.now(), "restarts": max(0, self.cluster.restarts)}
        Worker.objects.update_or_create(name=_name(), defaults=values)
        self.last_beat = now

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """The first lets workers finish, a later one does not."""
        now = time.monotonic()
        if self.stopping_since is None:
            self.stopping_since = now
        elif now - self.stopping_since > SAME_SIGNAL:
            self.cluster.cut()

    def _sign_off(self) -> None:
        try:
            Worker.objects.filter(name=_name()).delete()
        except (DatabaseError, InterfaceError):
            log.warning("could not sign off; the row of this worker goes stale by itself")


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def run() -> None:
    """Runs until SIGTERM or SIGINT."""
    Parent(Cluster(settings.RUN_DIR / f"pulse-{os.getpid()}")).run()
