"""Runs the drill: all scenarios at once on a real installation of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from musicgen.drill.evaluation import ScenarioRun, evaluate, has_ended
from musicgen.drill.forged_callbacks import Forgery, forgeries, post_forgeries, stored_wrongly
from musicgen.drill.installation import Site, submits_of
from musicgen.drill.report import rate_problems, table
from musicgen.drill.scenarios import FORGED, SCENARIOS
from musicgen.processes.group import ProcessGroup, ProcessGroupError, end_on_signals
from musicgen.processes.startup import prepare_database, require_database
from tracks.models import ApiToken

MAX_SECONDS = 360.0  # for all scenarios together
PARALLEL_SUBMITS = 8
# Requests in seconds: our rate limit and the simulator's; all scenarios at once would far exceed it.
RATE = (12, 5)
PARALLEL_TASKS = 6
OBSERVE_EVERY = 1.0  # seconds; each time every open task is read, which takes the web server a while
# All times short, and every variable set that a .env file could have.
SETTINGS = {
    "DEBUG": "0",
    "LOG_JSON": "1",
    "ALLOWED_HOSTS": "127.0.0.1",
    "BEHIND_PROXY": "0",
    "SECRET_KEY_FALLBACKS": "",
    "CALLBACK_TOKEN": "",
    "CALLBACK_TRUST": "token",
    "SUNO_DIALECT": "sunoapi",
    "SUNO_WEBHOOK_KEY": "",
    "TEMPOLOR_API_KEY": "Tempo-drill-3w",
    "SUNO_API_KEY": "drill",
    "SUNO_RATE": f"{RATE[0]}/{RATE[1]}",
    "TEMPOLOR_RATE": f"{RATE[0]}/{RATE[1]}",
    "FETCH_MAX_BYTES": str(512 * 1024 * 1024),
    "PROVIDER_TIMEOUT": "5",
    "TASK_DEADLINE": "20",
    "POLL_FIRST": "1",
    "POLL_EVERY": "1",
    "POLL_MOST": "2",
    "POLL_OVERDUE": "2",
    "ARCHIVE_BACKOFF": "0.5,1,2",
    "SUBMIT_BACKOFF": "0.5,1,2",
    "WORDS_BACKOFF": "0.5,1,2",
    "BREAKER_BACKOFF": "0.5,1,2",
    "BALANCE_EVERY": "10",
    "LEASE": "5",
    "MAX_CLAIMS": "5",
    "SLICE": "3",
    "TICK": "0.1",
    "WATCHDOG_STALL": "90",
    "WORKERS": "8",
    "HOST": "127.0.0.1",
    "WEB_WORKERS": "1",
}


def environment(folder: Path, database: str, web: int, simulator: int) -> dict[str, str]:
    """What every process of the drill runs with; ``database`` is blank for SQLite in the folder."""
    base, provider = f"http://127.0.0.1:{web}", f"http://127.0.0.1:{simulator}"
    own = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "SECRET_KEY": os.urandom(32).hex(),
        "PORT": str(web),
        "PUBLIC_URL": base,
        "TEMPOLOR_URL": provider,
        "SUNO_URL": provider,
        "FETCH_ALLOW_HOSTS": f"127.0.0.1:{simulator}",
    }
    return SETTINGS | own


@dataclass
class Drill:
    """One run of the drill; this process has the environment of all its processes."""

    folder: Path
    base: str
    provider: str
    say: Callable[[str], Any]
    runs: list[ScenarioRun] = field(default_factory=list)
    forged: list[Forgery] = field(default_factory=list)

    def run(self) -> bool:
        """Whether all ended as they must. Raises ProcessGroupError where a process does not start."""
        require_database()
        if connection.introspection.table_names():
            raise ProcessGroupError("The drill needs an empty database: this one has tables.")
        prepare_database()
        end_on_signals()
        try:
            self._start()
            return self._run_scenarios()
        finally:
            self._group.stop()

    @cached_property
    def _group(self) -> ProcessGroup:
        return ProcessGroup({}, logs=self.folder)

    @cached_property
    def _site(self) -> Site:
        user = User.objects.create_superuser("drill")
        return Site(self.base, self.provider, ApiToken.issue(user.pk))

    def _start(self) -> None:
        port, media = self.provider.rpartition(":")[2], str(self.folder / "simulator")
        options = ["--port", port, "--media-dir", media, "--speed", "10"]
        limits = ["--rate", f"{RATE[0]}/{RATE[1]}", "--parallel", str(PARALLEL_TASKS)]
        group = self._group
        group.start("simulator", "-m", "musicgen.simulator", *options, *limits)
        group.await_answer("simulator", f"{self.provider}/_simulator/tasks")
        group.start("web", "manage.py", "web")
        group.start("worker", "manage.py", "worker")
        group.await_answer("web", f"{self.base}/healthz")

    def _run_scenarios(self) -> bool:
        began = time.monotonic()
        with ThreadPoolExecutor(PARALLEL_SUBMITS) as pool:
            ids = pool.map(self._site.submit, SCENARIOS)
        self.runs = [ScenarioRun(scenario, task) for scenario, task in zip(SCENARIOS, ids, strict=True)]
        self.say(f"{len(self.runs)} tasks submitted at once; each one now fails in its own way.")
        while self._open() and time.monotonic() < began + MAX_SECONDS:
            self._group.check()
            self._observe(time.monotonic() - began)
            time.sleep(OBSERVE_EVERY)
        return self._evaluate()

    def _open(self) -> list[ScenarioRun]:
        return [run for run in self.runs if run.seconds is None]

    def _observe(self, seconds: float) -> None:
        accepted = self._site.accepted_tasks()
        for run in self._open():
            task = self._site.task(run.task_id)
            if run.scenario.name == FORGED and not self._is_forged(run):
                self._forge(run, task["external_id"])
            elif has_ended(run, task, accepted):
                run.seconds = seconds

    def _is_forged(self, run: ScenarioRun) -> bool:
        return any(f"/callbacks/{run.scenario.provider}/" in one.url for one in self.forged if one.outcome)

    def _forge(self, run: ScenarioRun, external_id: str) -> None:
        """Send the forged callbacks, once the task has its id."""
        # Before that, the first body under the task's token sets the id.
        rows = submits_of(run.scenario, self._site.accepted_tasks())
        if rows and external_id:
            forged = forgeries(self._site, run.scenario.provider, rows[0]["callback_url"])
            run.problems += post_forgeries(self._site, forged)
            self.forged += forged

    def _evaluate(self) -> bool:
        accepted, requests = self._site.accepted_tasks(), self._site.provider_requests()
        for run in self.runs:
            evaluate(run, self._site, accepted, requests)
        problems = [*stored_wrongly(self.forged), *rate_problems(requests, RATE)]
        for line in table(self.runs, problems, RATE, requests):
            self.say(line)
        return not problems and not any(run.problems for run in self.runs)
