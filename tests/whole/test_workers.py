"""Workers are killed at a file, and none is lost or archived twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.support.installation import Installation
from tests.support.waiting import until


def test_a_job_that_loses_its_worker_each_time_is_set_aside(tmp_path: Path) -> None:
    with Installation(tmp_path, {"MAX_CLAIMS": "3", "LEASE": "2", "WORKERS": "8"}) as site:
        # At 1 kB a second no claim lives to see the end of the file, however late it is noticed.
        task = site.tempolor_song("a road without end [[slow:50]]")
        until(lambda: site.task(task)["tracks"][0]["assets"] if site.task(task)["tracks"] else None)
        audio = next(a for a in site.task(task)["tracks"][0]["assets"] if a["kind"] == "audio")
        part = tmp_path / "scratch" / f"asset-{audio['id']}.part"
        for _ in range(3):
            os.kill(until(lambda: site.worker_with(part), what="a worker at the file"), signal.SIGKILL)

        def state() -> str:
            [asset] = [a for a in site.task(task)["tracks"][0]["assets"] if a["kind"] == "audio"]
            return asset["error"]

        assert "ended its worker" in until(state, what="the file's being set aside")
        assert site.task(task)["tracks"][0]["archive"] in ("pending", "incomplete")
        site.kill("worker")  # it would finish what it holds


def test_a_worker_killed_in_the_middle_of_a_download_keeps_the_file_once(
    tmp_path: Path,
) -> None:
    with Installation(tmp_path, {"SLICE": "30"}) as site:
        task = site.tempolor_song("a long road [[slow]]")
        part = until(
            lambda: next((p for p in (tmp_path / "scratch").glob("*.part") if p.stat().st_size), None)
        )
        site.kill("worker")
        left = part.stat().st_size
        site.start("worker")
        [track] = site.archived(task)
        assert left > 0
        for asset in track["assets"]:
            site.check_file(asset)
        archived = [e for e in site.task(task)["events"] if e["data"].get("to") == "archived"]
        assert sorted(e["data"]["kind"] for e in archived) == sorted(a["kind"] for a in track["assets"])
