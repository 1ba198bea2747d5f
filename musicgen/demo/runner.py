"""Runs the demo: web server, worker and simulator as real processes, and a shelf of songs."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from musicgen.demo.session import Session
from musicgen.processes.group import ProcessGroup, ProcessGroupError, end_on_signals
from musicgen.processes.startup import prepare_database

LOGIN = "demo"
SIMULATOR_PORT_OFFSET = 100  # its port minus ours


class DemoError(ProcessGroupError):
    """Why the demo cannot run, in a sentence."""


@dataclass
class Demo:
    """``port``: of the web server; the simulator's is SIMULATOR_PORT_OFFSET more. ``say``: prints a line."""

    port: int
    say: Callable[[str], Any]

    @cached_property
    def group(self) -> ProcessGroup:
        return ProcessGroup(self._environment())

    def run(self) -> None:
        """Run until Ctrl-C or SIGTERM. Raises ProcessGroupError where a process does not start."""
        self._check()
        lock = _lock_folder()
        prepare_database()
        end_on_signals()
        try:
            self._start()
            password = self._create_login()
            session = Session(User.objects.get(username=LOGIN))
            session.begin()
            self.say(f"musicgen: http://localhost:{self.port}/")
            self.say(f"login: {LOGIN} / {password}")
            self.say("The first songs are playable in about ten seconds. Ctrl-C ends everything.")
            self._advance(session)
        except KeyboardInterrupt:
            self.say("ending…")
        finally:
            self.group.stop()
            os.close(lock)

    def _check(self) -> None:
        if settings.DATABASE_URL:
            raise DemoError("The demo uses its own SQLite database: run it without DATABASE_URL.")
        for port in (self.port, self._simulator_port):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise DemoError(
                        f"Port {port} is taken; the demo needs PORT and PORT + {SIMULATOR_PORT_OFFSET}: "
                        "PORT=9000 make demo"
                    ) from None

    @property
    def _simulator_port(self) -> int:
        return self.port + SIMULATOR_PORT_OFFSET

    @property
    def _provider(self) -> str:
        return f"http://127.0.0.1:{self._simulator_port}"

    def _environment(self) -> dict[str, str]:
        return {
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "PUBLIC_URL": f"http://localhost:{self.port}",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "BEHIND_PROXY": "0",
            "TEMPOLOR_URL": self._provider,
            "SUNO_URL": self._provider,
            "TEMPOLOR_API_KEY": "demo",
            "SUNO_API_KEY": "demo",
            "SUNO_DIALECT": "sunoapi",
            "SUNO_WEBHOOK_KEY": "",
            "CALLBACK_TRUST": "token",
            "FETCH_ALLOW_HOSTS": f"127.0.0.1:{self._simulator_port}",
        }

    def _start(self) -> None:
        media, port = str(settings.DATA_DIR / "simulator"), str(self._simulator_port)
        group = self.group
        options = ("--port", port, "--media-dir", media, "--full")
        group.start("simulator", "-m", "musicgen.simulator", *options)
        group.await_answer("simulator", f"{self._provider}/_simulator/tasks")
        group.start("web", "manage.py", "web")
        group.start("worker", "manage.py", "worker")
        group.await_answer("web", f"http://127.0.0.1:{self.port}/healthz")

    def _create_login(self) -> str:
        """Create the staff user of the demo, or give it a new password, which is returned."""
        password = secrets.token_urlsafe(9)
        user, _ = User.objects.get_or_create(
            username=LOGIN, defaults={"is_staff": True, "is_superuser": True, "is_active": True}
        )
        user.set_password(password)
        user.save()
        return password

    def _advance(self, session: Session) -> None:
        while not session.is_done():
            self._wait()
            session.advance()
        self.say("All songs of the demo are made and archived.")
        while True:
            self._wait()

    def _wait(self) -> None:
        self.group.check()
        time.sleep(0.5)  # what it waits for are rows that other processes write


def _lock_folder() -> int:
    """Lock DATA_DIR for this demo; returns the lock's file descriptor. Raises DemoError if it is locked."""
    # Two demos on one database would undo each other: each allows only its own simulator's files.
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    lock = os.open(settings.DATA_DIR / "demo.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise DemoError(
            "A demo is already running in this folder. End it first, or use another one: "
            "DATA_DIR=var2 PORT=9000 make demo"
        ) from None
    return lock
