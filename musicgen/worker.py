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
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone

from musicgen.children import launch
from musicgen.queue import DUTIES, ring, rings_waiting
from tracks.models import Worker

log = logging.getLogger(__name__)

RING_AGAIN = 0.5  # seconds until one more worker is asked to join work that is still waiting
BEAT = 5.0  # seconds between signs of life in the database
GRACE = 15.0  # seconds that workers get to finish what they hold when we are told to stop


@dataclass(slots=True)
class Cluster:
    """The process group of the django-q2 cluster, and the file whose time its workers move."""

    pulse_file: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = -1

    def start(self) -> None:
        self.pulse_file.parent.mkdir(parents=True, exist_ok=True)
        self.pulse_file.touch()
        environment = {"MUSICGEN_PULSE": str(self.pulse_file), "MUSICGEN_WATCHDOG": str(os.getpid())}
        self.process = launch(["manage.py", "qcluster"], environment, own_group=True)
        self.started_at = time.time()
        self.restarts += 1

    def last_pulse(self) -> float:
        return max(self.started_at, self.pulse_file.stat().st_mtime)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def replace(self, reason: str) -> None:
        log.error("workers are replaced: %s", reason)
        self.kill()
        self.start()

    def stop(self) -> None:
        """Lets workers finish for a while, then ends the group; what they held comes due again."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            log.warning("workers did not stop in time and are ended")
        self.kill()

    def kill(self) -> None:
        """Ends the whole group, stopped and orphaned processes too."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass(slots=True)
class Parent:
    """Ticker and watchdog in one loop."""

    cluster: Cluster
    stopping: bool = False
    waiting_since: float | None = None
    last_rung: dict[str, float] = field(default_factory=dict)
    last_beat: float = 0.0

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self.cluster.start()
        try:
            while not self.stopping:
                self.turn()
                time.sleep(settings.TICK)
        finally:
            self.cluster.stop()
            self._sign_off()

    def turn(self) -> None:
        """One look at what is due; a database that is away is waited for."""
        try:
            close_old_connections()
            waiting = self.tick(time.time())
            self.watch(time.time(), waiting)
            self.beat(time.time())
        except (DatabaseError, InterfaceError):
            log.exception("the database is away, trying again")
            connection.close()
            time.sleep(1)

    def tick(self, now: float) -> bool:
        """Rings for every duty with due rows: at once when it begins, then again while it lasts."""
        waiting = [name for name, duty in DUTIES.items() if duty.waiting(timezone.now())]
        for name in set(self.last_rung) - set(waiting):
            del self.last_rung[name]
        for name in waiting:
            if now - self.last_rung.get(name, 0) >= RING_AGAIN and rings_waiting() < settings.WORKERS:
                ring(name)
                self.last_rung[name] = now
        return bool(waiting)

    def watch(self, now: float, waiting: bool) -> None:
        """Replaces the workers when rows are due and for long none was taken up and no lease renewed."""
        if self.cluster.has_ended():
            self.cluster.replace("they ended by themselves")
            return
        if not waiting:
            self.waiting_since = None
            return
        self.waiting_since = self.waiting_since or now
        if now - max(self.waiting_since, self.cluster.last_pulse()) > settings.WATCHDOG_STALL:
            self.cluster.replace(f"nothing was taken up for {settings.WATCHDOG_STALL:g} s")
            self.waiting_since = now

    def beat(self, now: float) -> None:
        if now - self.last_beat < BEAT:
            return
        values = {"seen_at": timezone.now(), "restarts": max(0, self.cluster.restarts)}
        Worker.objects.update_or_create(name=_name(), defaults=values)
        self.last_beat = now

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _sign_off(self) -> None:
        try:
            Worker.objects.filter(name=_name()).delete()
        except (DatabaseError, InterfaceError):
            log.warning("could not sign off; the row of this worker goes stale by itself")


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def run() -> None:
    """Runs until SIGTERM or SIGINT."""
    run_dir = settings.DATA_DIR / "run"
    Parent(Cluster(run_dir / f"pulse-{os.getpid()}")).run()
