"""A whole installation as real processes: web, worker and simulator, on the database of the test run."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import requests

from musicgen.processes.subprocesses import end_with_parent
from tests.support.bad_hosts import SILENT_ADDRESS
from tests.support.paths import ROOT, SIMULATOR_MEDIA
from tests.support.waiting import PATIENCE, until
from tests.support.whole_databases import SECRET_KEY, prepared_database

QUICK = {
    "POLL_FIRST": "0.5",
    "POLL_EVERY": "0.5",
    "POLL_MOST": "1",
    "ARCHIVE_BACKOFF": "0.3,0.6,1",
    "FETCH_PATIENCE": "1",
    "SUBMIT_BACKOFF": "0.3,0.6",
    "LEASE": "3",
    "SLICE": "2",
    "TICK": "0.2",
    "PROVIDER_TIMEOUT": "5",
    "SUNO_RATE": "1000/1",
    "TEMPOLOR_RATE": "1000/1",
    "BREAKER_BACKOFF": "0.5,1,2",
    "WORKERS": "6",
    "WEB_WORKERS": "1",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """Starts on entering, ends on leaving; ``settings`` are environment variables over the quick ones.

    ``simulated``: further options of the simulator. ``parts``: which processes there are.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    simulated: tuple[str, ...] = ()
    parts: tuple[str, ...] = ("simulator", "web", "worker")
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Installation:
        self.web_port, self.provider_port = free_port(), free_port()
        self.provider = f"http://127.0.0.1:{self.provider_port}"
        self.base = f"http://127.0.0.1:{self.web_port}"
        database, self.token = prepared_database(self.folder)
        self.environment = os.environ | QUICK | self._own_settings(database) | self.settings
        if "simulator" in self.parts:
            self.start_simulator()
        self.start("web")
        until(self._answers, what="the web server's start")
        if "worker" in self.parts:
            self.start("worker")
        return self

    def __exit__(self, *error: object) -> None:
        for name in list(self.processes):
            self.stop(name)

    def _own_settings(self, database: str) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "musicgen.settings",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": database,
            "SECRET_KEY": SECRET_KEY,
            "PORT": str(self.web_port),
            "PUBLIC_URL": self.base,
            "TEMPOLOR_URL": self.provider,
            "SUNO_URL": self.provider,
            "TEMPOLOR_API_KEY": "Tempo-test-3w",
            "SUNO_API_KEY": "test-key-of-suno",
            "FETCH_ALLOW_HOSTS": f"127.0.0.1:{self.provider_port},{SILENT_ADDRESS}",
        }

    def start_simulator(self, speed: str = "20") -> None:
        options = ["--port", str(self.provider_port), "--media-dir", str(SIMULATOR_MEDIA), "--speed", speed]
        self._launch("simulator", "-m", "musicgen.simulator", *options, *self.simulated)

    def start(self, name: str) -> None:
        self._launch(name, "manage.py", name)

    def _launch(self, name: str, *arguments: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )

    def stop(self, name: str) -> None:
        """Asks a process to end, as an operator would."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            self._kill_group(process.pid)

    def kill(self, name: str) -> None:
        """kill -9 of the process and of everything that it started."""
        process = self.processes.pop(name)
        for pid in [*descendants(process.pid), process.pid]:
            _signal(pid, signal.SIGKILL)
        process.wait(PATIENCE)

    def worker_with(self, path: Path) -> int | None:
        """The worker process that has this file open."""
        for pid in descendants(self.processes["worker"].pid):
            try:
                names = [os.readlink(handle) for handle in Path(f"/proc/{pid}/fd").iterdir()]
            except (FileNotFoundError, PermissionError):
                continue
            if str(path) in names:
                return pid
        return None

    @staticmethod
    def _kill_group(group: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)

    def _answers(self) -> bool:
        assert self.processes["web"].poll() is None, (self.folder / "web.log").read_text()
        try:
            return requests.get(f"{self.base}/healthz", timeout=PATIENCE).ok
        except requests.ConnectionError:
            return False

    def manage(self, *arguments: str) -> str:
        """Output of a manage.py command in this installation."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What its database holds, read directly; ``%s`` stands for a value."""
        if url := self.environment["DATABASE_URL"]:
            with psycopg.connect(url) as postgres:
                return postgres.execute(query.encode(), values).fetchall()
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as sqlite:
            return sqlite.execute(query.replace("%s", "?"), values).fetchall()

    def api(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Token {self.token}", **options.pop("headers", {})}
        url = path if path.startswith("http") else f"{self.base}/api/v1/{path}"
        return requests.request(method, url, headers=headers, timeout=PATIENCE, **options)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.api("GET", path, params=query)
        assert answer.ok, answer.text
        return answer.json()

    def submit(self, provider: str, operation: str, **params: Any) -> int:
        body = {"provider": provider, "operation": operation, "params": params}
        answer = self.api("POST", "tasks/", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def tempolor_song(self, prompt: str = "a harbour", **more: Any) -> int:
        fixed = {"model": "TemPolor v4.5", "lyrics": "[Verse]\nOne small line\n[Chorus]\nAnd one more"}
        return self.submit("tempolor", "generate", prompt=prompt, **{**fixed, **more})

    def suno_song(self, prompt: str = "a harbour") -> int:
        return self.submit(
            "suno", "generate", prompt=prompt, customMode=False, instrumental=False, model="V5"
        )

    def task(self, task_id: int) -> Any:
        return self.get(f"tasks/{task_id}/")

    def task_with(self, task_id: int, seconds: float = PATIENCE, **wanted: Any) -> Any:
        """The task once these fields have these values."""

        def poll() -> Any:
            task = self.task(task_id)
            return task if all(task[name] == value for name, value in wanted.items()) else None

        return until(poll, seconds, f"task {task_id} with {wanted}")

    def archived(self, task_id: int, seconds: float = PATIENCE) -> list[Any]:
        """The task's tracks once it is finished and everything of it is archived."""

        def poll() -> Any:
            task = self.task(task_id)
            done = task["status"] in ("succeeded", "partial") and task["tracks"]
            return (
                task["tracks"] if done and all(t["archive"] == "complete" for t in task["tracks"]) else None
            )

        return until(poll, seconds, f"the archive of task {task_id}")

    def check_file(self, asset: Any) -> None:
        """Asserts that the archived bytes are served, with the size and checksum of the asset."""
        content = self.api("GET", asset["url"]).content
        assert (len(content), hashlib.sha256(content).hexdigest()) == (asset["bytes"], asset["sha256"])

    def submits(self) -> list[Any]:
        """What the simulator accepted: proof of what was bought."""
        return list(requests.get(f"{self.provider}/_simulator/tasks", timeout=PATIENCE).json()["tasks"])


def descendants(pid: int) -> list[int]:
    """All processes below this one, the deepest first."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(words[1]), []).append(int(stat.parent.name))
    found: list[int] = []
    for child in children.get(pid, []):
        found += [*descendants(child), child]
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
