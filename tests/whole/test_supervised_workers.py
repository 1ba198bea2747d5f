"""Workers freeze or lose their parent, and others take their place. No database has a part in it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.support.installation import Installation, descendants
from tests.support.waiting import PATIENCE, until


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
        frozen = until(lambda: site.worker_with(part), what="a worker at the file")
        others = set(descendants(site.processes["worker"].pid)) - {frozen}
        os.kill(frozen, signal.SIGSTOP)
        until(lambda: not Path(f"/proc/{frozen}").exists(), what="the end of the frozen worker")
        until(lambda: site.worker_with(part) in others | {None}, what="the others' going on")
        assert "sits on one row" in (tmp_path / "worker.log").read_text()
        assert "workers are replaced" not in (tmp_path / "worker.log").read_text()
        assert site.task(task)
        site.kill("worker")


def test_workers_whose_parent_was_killed_do_not_run_on_beside_the_next(tmp_path: Path) -> None:
    with Installation(tmp_path) as site:
        orphans = until(lambda: descendants(site.processes["worker"].pid), what="workers")
        parent = site.processes.pop("worker")
        parent.kill()
        parent.wait(PATIENCE)
        site.start("worker")
        site.archived(site.tempolor_song())
        until(lambda: not any(Path(f"/proc/{pid}/stat").exists() for pid in orphans), what="the orphans' end")
