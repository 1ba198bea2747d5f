"""django-q2's measured faults, and why none of them loses or repeats anything."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.support.installation import Installation, descendants
from tests.support.waiting import until

WAKE_UPS = """
from musicgen.processes.queue import JOB_KINDS, enqueue
for kind in list(JOB_KINDS) * 10:
    enqueue(kind)
"""
EMPTY = "from django_q.models import OrmQ; print(OrmQ.objects.all().delete()[0])"


def holder(site: Installation, part: Path) -> int | None:
    """The worker process that has this file open."""
    for pid in descendants(site.processes["worker"].pid):
        try:
            names = [os.readlink(handle) for handle in Path(f"/proc/{pid}/fd").iterdir()]
        except (FileNotFoundError, PermissionError):
            continue
        if str(part) in names:
            return pid
    return None


def test_frozen_workers_are_replaced(tmp_path: Path) -> None:
    with Installation(tmp_path, {"WATCHDOG_STALL": "4", "PROVIDER_TIMEOUT": "2"}) as site:
        frozen = until(lambda: descendants(site.processes["worker"].pid), what="workers")
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        site.archived(site.tempolor_song())
        assert set(descendants(site.processes["worker"].pid)).isdisjoint(frozen)
        assert "workers are replaced" in (tmp_path / "worker.log").read_text()


def test_a_job_that_loses_its_worker_each_time_is_set_aside(tmp_path: Path) -> None:
    with Installation(tmp_path, {"MAX_CLAIMS": "3", "LEASE": "2", "WORKERS": "8"}) as site:
        # At 1 kB a second no claim lives to see the end of the file, however late it is noticed.
        task = site.tempolor_song("a road without end [[slow:50]]")
        until(lambda: site.task(task)["tracks"][0]["assets"] if site.task(task)["tracks"] else None)
        audio = next(a for a in site.task(task)["tracks"][0]["assets"] if a["kind"] == "audio")
        part = tmp_path / "scratch" / f"asset-{audio['id']}.part"
        for _ in range(3):
            os.kill(until(lambda: holder(site, part), what="a worker at the file"), signal.SIGKILL)

        def state() -> str:
            [asset] = [a for a in site.task(task)["tracks"][0]["assets"] if a["kind"] == "audio"]
            return asset["error"]

        assert "ended its worker" in until(state, what="the file's being set aside")
        assert site.task(task)["tracks"][0]["archive"] in ("pending", "incomplete")
        site.kill("worker")  # it would finish what it holds


def test_wake_ups_without_number_do_everything_once(tmp_path: Path) -> None:
    with Installation(tmp_path) as site:
        task = site.tempolor_song("woken often")
        site.manage("shell", "-v", "0", "-c", WAKE_UPS)
        tracks = site.archived(task)
        assert len([one for one in site.submits() if "woken often" in str(one["body"])]) == 1
        archived = [e["data"]["kind"] for e in site.task(task)["events"] if e["data"].get("to") == "archived"]
        assert sorted(archived) == sorted(asset["kind"] for asset in tracks[0]["assets"])


def test_an_emptied_queue_loses_nothing(tmp_path: Path) -> None:
    with Installation(tmp_path) as site:
        site.kill("worker")
        task = site.tempolor_song("forgotten wake-ups")
        site.manage("shell", "-v", "0", "-c", WAKE_UPS)
        assert int(site.manage("shell", "-v", "0", "-c", EMPTY)) > 0
        site.start("worker")
        site.archived(task)
