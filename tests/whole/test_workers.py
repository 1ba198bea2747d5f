"""Workers are killed, freeze, or lose their parent, and no file is lost or archived twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.support.installation import Installation, descendants
from tests.support.waiting import PATIENCE, until


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


def test_one_frozen_worker_is_replaced_and_the_others_go_on(tmp_path: Path) -> None:
    quick = {"WATCHDOG_STALL": "60", "LEASE": "3", "FETCH_SLICE": "60", "WORKERS": "8"}
    with Installation(tmp_path, quick) as site:
        task = site.tempolor_song("a road without end [[slow:50]]")
        part = until(lambda: next((tmp_path / "scratch").glob("*.part"), None), what="a download")
        frozen = until(lambda: holder(site, part), what="a worker at the file")
        others = set(descendants(site.processes["worker"].pid)) - {frozen}
        os.kill(frozen, signal.SIGSTOP)
        until(lambda: not Path(f"/proc/{frozen}").exists(), what="the end of the frozen worker")
        until(lambda: holder(site, part) in others | {None}, what="the others' going on")
        assert "sits on one row" in (tmp_path / "worker.log").read_text()
        assert "workers are replaced" not in (tmp_path / "worker.log").read_text()
        assert site.task(task)
        site.kill("worker")


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


def test_workers_whose_parent_was_killed_do_not_run_on_beside_the_next(tmp_path: Path) -> None:
    with Installation(tmp_path) as site:
        orphans = until(lambda: descendants(site.processes["worker"].pid), what="workers")
        parent = site.processes.pop("worker")
        parent.kill()
        parent.wait(PATIENCE)
        site.start("worker")
        site.archived(site.tempolor_song())
        until(lambda: not any(Path(f"/proc/{pid}/stat").exists() for pid in orphans), what="the orphans' end")
