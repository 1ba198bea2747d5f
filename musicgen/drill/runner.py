"""The drill: everything that can go wrong with both providers, all at once, on a real installation."""

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

from musicgen.drill.forged_callbacks import Forgery, forgeries, kept_wrongly, post
from musicgen.drill.installation import Site, of
from musicgen.drill.report import pace_problem, table
from musicgen.drill.scenarios import FORGED, SCENARIOS
from musicgen.drill.verdicts import Course, has_ended, judge
from musicgen.processes.group import ProcessGroup, ProcessGroupError, end_on_signals
from musicgen.processes.startup import prepare_database, reach
from tracks.models import ApiToken

PATIENCE = 360.0  # seconds until what has not ended is called lost
TOGETHER = 8  # submits at the same time
# Requests in seconds: what we keep to and the simulator takes; all at once would be several times as many.
RATE = (12, 5)
PARALLEL = 6
# All paces short, and every variable of ours that a .env file could hold set.
PACES = {
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
    "TICK": "0.05",
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
    return PACES | own


@dataclass
class Drill:
    """One run inside its own environment, which this process has too."""

    folder: Path
    base: str
    provider: str
    say: Callable[[str], Any]
    courses: list[Course] = field(default_factory=list)
    forged: list[Forgery] = field(default_factory=list)

    def run(self) -> bool:
        """Whether all ended as they must. Raises HouseholdError where a process does not come up."""
        reach()
        if connection.introspection.table_names():
            raise ProcessGroupError("The drill wants an empty database: this one has tables.")
        prepare_database()
        end_on_signals()
        try:
            self._start()
            return self._through()
        finally:
            self._household.stop()

    @cached_property
    def _household(self) -> ProcessGroup:
        return ProcessGroup({}, logs=self.folder)

    @cached_property
    def _site(self) -> Site:
        user = User.objects.create_superuser("drill")
        return Site(self.base, self.provider, ApiToken.issue(user.pk))

    def _start(self) -> None:
        port, media = self.provider.rpartition(":")[2], str(self.folder / "simulator")
        options = ["--port", port, "--media-dir", media, "--speed", "10"]
        limits = ["--rate", f"{RATE[0]}/{RATE[1]}", "--parallel", str(PARALLEL)]
        house = self._household
        house.start("simulator", "-m", "musicgen.simulator", *options, *limits)
        house.await_answer("simulator", f"{self.provider}/_simulator/tasks")
        house.start("web", "manage.py", "web")
        house.start("worker", "manage.py", "worker")
        house.await_answer("web", f"{self.base}/healthz")

    def _through(self) -> bool:
        began = time.monotonic()
        with ThreadPoolExecutor(TOGETHER) as pool:
            ids = pool.map(self._site.submit, SCENARIOS)
        self.courses = [Course(scenario, task) for scenario, task in zip(SCENARIOS, ids, strict=True)]
        self.say(f"{len(self.courses)} tasks submitted at once; each one now goes its own wrong way.")
        while self._open() and time.monotonic() < began + PATIENCE:
            self._household.check()
            self._look(time.monotonic() - began)
            time.sleep(0.3)
        return self._judge()

    def _open(self) -> list[Course]:
        return [course for course in self.courses if course.seconds is None]

    def _look(self, seconds: float) -> None:
        bought = self._site.bought()
        for course in self._open():
            task = self._site.task(course.task_id)
            if course.scenario.name == FORGED and not self._is_forged(course):
                self._forge(course, task["external_id"])
            elif has_ended(course, task, bought):
                course.seconds = seconds

    def _is_forged(self, course: Course) -> bool:
        return any(f"/callbacks/{course.scenario.provider}/" in one.url for one in self.forged if one.kept)

    def _forge(self, course: Course, external_id: str) -> None:
        """Once the task has its id: before, the first body under its token is the one that names it."""
        rows = of(course.scenario, self._site.bought())
        if rows and external_id:
            forged = forgeries(self._site, course.scenario.provider, rows[0]["callback_url"])
            course.problems += post(self._site, forged)
            self.forged += forged

    def _judge(self) -> bool:
        bought, asked = self._site.bought(), self._site.asked()
        for course in self.courses:
            judge(course, self._site, bought, asked)
        problems = [*kept_wrongly(self.forged), *pace_problem(asked, RATE)]
        for line in table(self.courses, problems, RATE, asked):
            self.say(line)
        return not problems and not any(course.problems for course in self.courses)
