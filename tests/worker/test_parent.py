"""The worker's parent: when it replaces workers, when it lets them be, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import override_settings
from django.utils import timezone

from musicgen.processes.supervisor import Cluster, Parent, grace
from tests.factories import make_task
from tests.installation import ROOT, until

IDLE = ("-c", "import time; time.sleep(600)")
ENDS_AT_ONCE = ("-S", "-c", "")

Start = Callable[[tuple[str, ...]], Parent]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A parent over a real process group, at second 0 of a clock that the test moves."""
    clusters: list[Cluster] = []

    def begin(command: tuple[str, ...]) -> Parent:
        cluster = Cluster(tmp_path / "run" / "pulse", command)
        clusters.append(cluster)
        cluster.start(0)
        return Parent(cluster)

    yield begin
    for cluster in clusters:
        cluster.kill()


def work_is_taken_up(parent: Parent, wall_clock: float) -> None:
    os.utime(parent.cluster.pulse_file, (wall_clock, wall_clock))


def test_workers_that_take_nothing_up_are_replaced(start: Start) -> None:
    parent = start(IDLE)
    old = parent.cluster.process
    for now in (0, 89, 91):
        parent.watch(now, True)
    assert parent.cluster.restarts == 1
    assert old is not None
    assert old.poll() == -signal.SIGKILL
    assert not parent.cluster.has_ended()


def test_without_due_work_silence_is_no_fault(start: Start) -> None:
    parent = start(IDLE)
    for now, waiting in ((0, True), (80, False), (81, True), (170, True)):
        parent.watch(now, waiting)
    assert parent.cluster.restarts == 0


@pytest.mark.parametrize("jump", [-86_400, 86_400])
def test_a_wall_clock_that_is_set_hides_no_work(start: Start, jump: float) -> None:
    parent = start(IDLE)
    parent.watch(0, True)
    for now in (60, 120, 180, 240):
        work_is_taken_up(parent, timezone.now().timestamp() + jump + now)
        parent.watch(now, True)
    assert parent.cluster.restarts == 0


def test_a_wall_clock_that_is_set_hides_no_standstill(start: Start) -> None:
    parent = start(IDLE)
    work_is_taken_up(parent, timezone.now().timestamp() + 86_400)
    for now in (0, 100):
        parent.watch(now, True)
    assert parent.cluster.restarts == 1


def test_a_pulse_file_that_is_swept_away_is_laid_again(start: Start) -> None:
    parent = start(IDLE)
    parent.cluster.pulse_file.unlink()
    parent.watch(0, True)
    assert parent.cluster.pulse_file.exists()


def away(*call: Any) -> None:
    raise OperationalError("the connection is lost")


@pytest.mark.django_db(transaction=True)
def test_an_outage_of_the_database_is_not_held_against_the_workers(start: Start) -> None:
    parent = start(IDLE)
    make_task(provider="suno", external_id="aa11", next_poll_at=timezone.now())
    parent.turn(0)
    with connection.execute_wrapper(away):
        parent.turn(50)
    for now in (200, 280):
        parent.turn(now)
    assert parent.cluster.restarts == 0
    parent.turn(300)
    assert parent.cluster.restarts == 1


def pass_time(parent: Parent, seconds: int) -> None:
    """Every second a look, and each process that ends at once has ended by then."""
    for now in range(1, seconds + 1):
        if parent.cluster.process is not None:
            parent.cluster.process.wait(20)
        parent.watch(now, False)


def test_workers_that_end_at_once_are_started_again_ever_more_rarely(start: Start) -> None:
    parent = start(ENDS_AT_ONCE)
    pass_time(parent, 1)
    assert parent.cluster.restarts == 1
    pass_time(parent, 300)
    assert 10 <= parent.cluster.restarts <= 20


def test_after_a_long_life_the_next_start_is_at_once_again(start: Start) -> None:
    parent = start(ENDS_AT_ONCE)
    pass_time(parent, 20)
    cluster = parent.cluster
    cluster.kill()
    cluster.command = IDLE
    cluster.start(100)
    assert cluster.process is not None
    cluster.process.kill()
    cluster.process.wait(20)
    before = cluster.restarts
    parent.watch(200, False)
    assert (cluster.restarts, cluster.has_ended()) == (before + 1, False)


@pytest.mark.parametrize(("timeout", "seconds"), [(30, 75), (50, 75), (5, 25)])
def test_workers_may_finish_one_request_of_a_provider(timeout: float, seconds: float) -> None:
    with override_settings(PROVIDER_TIMEOUT=timeout):
        assert grace() == seconds


PARENT = """
import sys, django
django.setup()
from pathlib import Path
from musicgen.processes.supervisor import Cluster, Parent
Parent(Cluster(Path(sys.argv[1]), ("-c", sys.argv[2], sys.argv[3]))).run()
"""
FINISHES = """
import pathlib, signal, sys, time
def finish(*_):
    pathlib.Path(sys.argv[1] + ".finished").touch()
    sys.exit()
signal.signal(signal.SIGTERM, finish)
pathlib.Path(sys.argv[1]).touch()
time.sleep(600)
"""
HANGS = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1] + ".pid").write_text(str(os.getpid()))
pathlib.Path(sys.argv[1]).touch()
time.sleep(600)
"""


def running(folder: Path, workers: str) -> subprocess.Popen[bytes]:
    """A parent in a process of its own, whose workers are up. It has no tables, and has to live with that."""
    environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": "", "SECRET_KEY": "x" * 50}
    environment["DJANGO_SETTINGS_MODULE"] = "musicgen.settings"
    up = folder / "up"
    command = [sys.executable, "-c", PARENT, str(folder / "pulse"), workers, str(up)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    until(up.exists, what="the workers' start")
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_lets_workers_finish(tmp_path: Path, number: signal.Signals) -> None:
    process = running(tmp_path, FINISHES)
    process.send_signal(number)
    assert process.wait(30) == 0
    assert (tmp_path / "up.finished").exists()


def test_the_same_ctrl_c_twice_still_lets_workers_finish(tmp_path: Path) -> None:
    process = running(tmp_path, FINISHES)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert (tmp_path / "up.finished").exists()


def test_asking_again_ends_workers_that_do_not_finish(tmp_path: Path) -> None:
    process = running(tmp_path, HANGS)

    def ended() -> bool:
        process.terminate()
        return process.poll() is not None

    until(ended, seconds=30, what="the end, before the time that workers get is up")
    workers = (tmp_path / "up.pid").read_text()
    until(lambda: not Path(f"/proc/{workers}").exists(), what="the workers' end")
