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

from musicgen.processes.supervisor import Cluster, Supervisor, grace
from tests.support.factories import make_task
from tests.support.paths import ROOT
from tests.support.waiting import PATIENCE, until

IDLE = ("-c", "import time; time.sleep(600)")
ENDS_AT_ONCE = ("-S", "-c", "")

Start = Callable[[tuple[str, ...]], Supervisor]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A parent over a real process group, at second 0 of a clock that the test moves."""
    clusters: list[Cluster] = []

    def begin(command: tuple[str, ...]) -> Supervisor:
        cluster = Cluster(tmp_path / "run" / "heartbeat", command)
        clusters.append(cluster)
        cluster.start(0)
        return Supervisor(cluster)

    yield begin
    for cluster in clusters:
        cluster.kill()


def work_is_taken_up(supervisor: Supervisor, wall_clock: float) -> None:
    os.utime(supervisor.cluster.heartbeat_file, (wall_clock, wall_clock))


def test_workers_that_take_nothing_up_are_replaced(start: Start) -> None:
    supervisor = start(IDLE)
    old = supervisor.cluster.process
    for now in (0, 89, 91):
        supervisor.check_stall(now, True)
    assert supervisor.cluster.restarts == 1
    assert old is not None
    assert old.poll() == -signal.SIGKILL
    assert not supervisor.cluster.has_ended()


def test_without_due_work_silence_is_no_fault(start: Start) -> None:
    supervisor = start(IDLE)
    for now, waiting in ((0, True), (80, False), (81, True), (170, True)):
        supervisor.check_stall(now, waiting)
    assert supervisor.cluster.restarts == 0


@pytest.mark.parametrize("jump", [-86_400, 86_400])
def test_a_wall_clock_that_is_set_hides_no_work(start: Start, jump: float) -> None:
    supervisor = start(IDLE)
    supervisor.check_stall(0, True)
    for now in (60, 120, 180, 240):
        work_is_taken_up(supervisor, timezone.now().timestamp() + jump + now)
        supervisor.check_stall(now, True)
    assert supervisor.cluster.restarts == 0


def test_a_wall_clock_that_is_set_hides_no_standstill(start: Start) -> None:
    supervisor = start(IDLE)
    work_is_taken_up(supervisor, timezone.now().timestamp() + 86_400)
    for now in (0, 100):
        supervisor.check_stall(now, True)
    assert supervisor.cluster.restarts == 1


def test_a_heartbeat_file_that_is_deleted_is_made_again(start: Start) -> None:
    supervisor = start(IDLE)
    supervisor.cluster.heartbeat_file.unlink()
    supervisor.check_stall(0, True)
    assert supervisor.cluster.heartbeat_file.exists()


# They do nothing until they are killed.
TWO_WORKERS = (
    "-c",
    """
import os, sys, time
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        time.sleep(600)
    print(pid, file=open(sys.argv[1], "a"))
for _ in range(2):
    os.wait()
time.sleep(600)
""",
)


@pytest.fixture
def two(start: Start, tmp_path: Path) -> tuple[Supervisor, list[int]]:
    """A parent, and the process ids of its two workers."""
    names = tmp_path / "pids"
    supervisor = start((*TWO_WORKERS, str(names)))
    until(lambda: names.exists() and len(names.read_text().split()) == 2, what="two workers")
    return supervisor, [int(pid) for pid in names.read_text().split()]


def holds(supervisor: Supervisor, pid: int, lease: float, at: int) -> None:
    """The worker claims or renews a row; ``at`` makes the file's time another one."""
    path = supervisor.cluster.heartbeat_file.with_name(f"heartbeat.{pid}")
    path.write_text(str(lease))
    os.utime(path, (at, at))


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").exists()


@override_settings(WATCHDOG_STALL=30)
def test_one_worker_that_sits_on_a_row_beyond_its_lease_is_ended_alone(
    two: tuple[Supervisor, list[int]],
) -> None:
    supervisor, (stuck, healthy) = two
    holds(supervisor, stuck, 45, at=1)
    for now in range(0, 100, 15):
        holds(supervisor, healthy, 45, at=now)
        work_is_taken_up(supervisor, now)
        supervisor.check_stall(now, True)
        supervisor.cluster.end_stuck(now)
        assert is_running(stuck) or now > 55
    until(lambda: not is_running(stuck), what="the end of the stuck worker")
    assert is_running(healthy)
    assert supervisor.cluster.restarts == 0


@override_settings(WATCHDOG_STALL=30)
def test_a_worker_without_a_row_may_be_quiet(two: tuple[Supervisor, list[int]]) -> None:
    supervisor, pids = two
    for pid in pids:
        holds(supervisor, pid, 45, at=1)
    supervisor.cluster.end_stuck(0)
    for pid in pids:
        supervisor.cluster.heartbeat_file.with_name(f"heartbeat.{pid}").unlink()
    for now in (60, 120, 600):
        supervisor.cluster.end_stuck(now)
    assert all(is_running(pid) for pid in pids)


@override_settings(WATCHDOG_STALL=30)
def test_a_longer_lease_is_waited_for(two: tuple[Supervisor, list[int]]) -> None:
    supervisor, (pid, _) = two
    holds(supervisor, pid, 115, at=1)
    for now in (0, 60, 124):
        supervisor.cluster.end_stuck(now)
    assert is_running(pid)


@override_settings(WATCHDOG_STALL=30)
@pytest.mark.parametrize("text", ["", "nonsense"])
def test_a_file_that_says_nothing_ends_no_worker(two: tuple[Supervisor, list[int]], text: str) -> None:
    supervisor, (pid, _) = two
    supervisor.cluster.heartbeat_file.with_name(f"heartbeat.{pid}").write_text(text)
    for now in (0, 1000):
        supervisor.cluster.end_stuck(now)
    assert is_running(pid)


@override_settings(WATCHDOG_STALL=30)
def test_only_workers_of_this_supervisor_are_ended(start: Start) -> None:
    supervisor = start(IDLE)
    with subprocess.Popen([sys.executable, *IDLE]) as other:
        holds(supervisor, other.pid, 45, at=1)
        for now in (0, 1000):
            supervisor.cluster.end_stuck(now)
        assert other.poll() is None
        other.kill()


def away(*call: Any) -> None:
    raise OperationalError("the connection is lost")


@pytest.mark.django_db(transaction=True)
def test_an_outage_of_the_database_is_not_held_against_the_workers(start: Start) -> None:
    supervisor = start(IDLE)
    make_task(provider="suno", external_id="aa11", next_poll_at=timezone.now())
    supervisor.tick(0)
    with connection.execute_wrapper(away):
        supervisor.tick(50)
    for now in (200, 280):
        supervisor.tick(now)
    assert supervisor.cluster.restarts == 0
    supervisor.tick(300)
    assert supervisor.cluster.restarts == 1


def pass_time(supervisor: Supervisor, seconds: int) -> None:
    """One check every second, and each process that ends at once has ended by then."""
    for now in range(1, seconds + 1):
        if supervisor.cluster.process is not None:
            supervisor.cluster.process.wait(PATIENCE)
        supervisor.check_stall(now, False)


def test_workers_that_end_at_once_are_started_again_ever_more_rarely(start: Start) -> None:
    supervisor = start(ENDS_AT_ONCE)
    pass_time(supervisor, 1)
    assert supervisor.cluster.restarts == 1
    pass_time(supervisor, 300)
    assert 10 <= supervisor.cluster.restarts <= 20


def test_after_a_long_life_the_next_start_is_at_once_again(start: Start) -> None:
    supervisor = start(ENDS_AT_ONCE)
    pass_time(supervisor, 20)
    cluster = supervisor.cluster
    cluster.kill()
    cluster.command = IDLE
    cluster.start(100)
    assert cluster.process is not None
    cluster.process.kill()
    cluster.process.wait(PATIENCE)
    before = cluster.restarts
    supervisor.check_stall(200, False)
    assert (cluster.restarts, cluster.has_ended()) == (before + 1, False)


@pytest.mark.parametrize(("timeout", "seconds"), [(30, 75), (50, 75), (5, 25)])
def test_workers_may_finish_one_request_of_a_provider(timeout: float, seconds: float) -> None:
    with override_settings(PROVIDER_TIMEOUT=timeout):
        assert grace() == seconds


SUPERVISOR = """
import sys, django
django.setup()
from pathlib import Path
from musicgen.processes.supervisor import Cluster, Supervisor
Supervisor(Cluster(Path(sys.argv[1]), ("-c", sys.argv[2], sys.argv[3]))).run()
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
    command = [sys.executable, "-c", SUPERVISOR, str(folder / "heartbeat"), workers, str(up)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    until(up.exists, what="the workers' start")
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_lets_workers_finish(tmp_path: Path, number: signal.Signals) -> None:
    process = running(tmp_path, FINISHES)
    process.send_signal(number)
    assert process.wait(PATIENCE) == 0
    assert (tmp_path / "up.finished").exists()


def test_the_same_ctrl_c_twice_still_lets_workers_finish(tmp_path: Path) -> None:
    process = running(tmp_path, FINISHES)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert (tmp_path / "up.finished").exists()


def test_asking_again_ends_workers_that_do_not_finish(tmp_path: Path) -> None:
    process = running(tmp_path, HANGS)

    def ended() -> bool:
        process.terminate()
        return process.poll() is not None

    until(ended, seconds=60, what="the end, before the time that workers get is up")
    workers = (tmp_path / "up.pid").read_text()
    until(lambda: not Path(f"/proc/{workers}").exists(), what="the workers' end")
