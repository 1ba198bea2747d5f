"""The demo: real web, worker and simulator processes, and a few songs through the real pipeline."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from musicgen.demo.songs import FOLLOW_UPS, SONGS
from musicgen.processes.group import ProcessGroup, ProcessGroupError, end_on_signals
from musicgen.processes.startup import prepare_database
from tracks import providers
from tracks.domain.statuses import TrackStatus
from tracks.models import Task, Track
from tracks.services.submission.sources import prepare as prepare_from
from tracks.services.submission.submit import create_task

LOGIN = "demo"
SIMULATOR_ABOVE = 100  # its port, counted from ours


class DemoError(ProcessGroupError):
    """Why the demo cannot run, in a sentence."""


@dataclass
class Demo:
    """Starts what is needed, waits until it answers, and ends all of it together."""

    port: int
    say: Callable[[str], Any]
    tasks: list[Task] = field(default_factory=list)

    @cached_property
    def group(self) -> ProcessGroup:
        return ProcessGroup(self._environment())

    def run(self) -> None:
        """Until Ctrl-C or SIGTERM; raises DemoError where a part does not come up."""
        self._check()
        lock = _only_one()
        prepare_database()
        end_on_signals()
        try:
            self._start()
            password = self._welcome()
            self._submit()
            self.say(f"musicgen: http://localhost:{self.port}/")
            self.say(f"login: {LOGIN} / {password}")
            self.say("The first songs are playable in about ten seconds. Ctrl-C ends everything.")
            self._watch()
        except KeyboardInterrupt:
            self.say("ending…")
        finally:
            self.group.stop()
            os.close(lock)

    def _check(self) -> None:
        if settings.DATABASE_URL:
            raise DemoError("The demo keeps to its own SQLite database: run it without DATABASE_URL.")
        for port in (self.port, self._simulator_port):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise DemoError(
                        f"Port {port} is taken; the demo needs PORT and PORT + {SIMULATOR_ABOVE}: "
                        "PORT=9000 make demo"
                    ) from None

    @property
    def _simulator_port(self) -> int:
        return self.port + SIMULATOR_ABOVE

    @property
    def _provider(self) -> str:
        return f"http://127.0.0.1:{self._simulator_port}"

    def _environment(self) -> dict[str, str]:
        return {
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "PUBLIC_URL": f"http://localhost:{self.port}",
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
        house = self.group
        house.start("simulator", "-m", "musicgen.simulator", "--port", port, "--media-dir", media)
        house.await_answer("simulator", f"{self._provider}/_simulator/tasks")
        house.start("web", "manage.py", "web")
        house.start("worker", "manage.py", "worker")
        house.await_answer("web", f"http://127.0.0.1:{self.port}/healthz")

    def _welcome(self) -> str:
        """A staff user with a new password at each start: nobody guesses it, and it is on the screen."""
        password = secrets.token_urlsafe(9)
        user, _ = User.objects.get_or_create(
            username=LOGIN, defaults={"is_staff": True, "is_superuser": True, "is_active": True}
        )
        user.set_password(password)
        user.save()
        return password

    def _submit(self) -> None:
        for provider, operation, params in SONGS:
            task, _ = create_task(provider, operation, params, self._user)
            self.tasks.append(task)

    def _watch(self) -> None:
        waiting = list(FOLLOW_UPS)
        while True:
            self.group.check()
            waiting = [one for one in waiting if not self._follow(*one)]
            time.sleep(0.5)

    def _follow(self, place: int, operation: str, params: dict[str, Any]) -> bool:
        """Whether the song is there that this is made from; then it is asked for."""
        task = self.tasks[place]
        songs = Track.objects.filter(task_id=task.pk, status=TrackStatus.READY)
        song = songs.order_by("position", "pk").first()
        if song is None:
            return False
        declared = providers.get(task.provider).operations[operation]
        prepared = prepare_from(task.provider, declared, params, song)
        if prepared.problems:
            return False
        create_task(task.provider, operation, prepared.params, self._user, source=prepared.source)
        return True

    @property
    def _user(self) -> User:
        return User.objects.get(username=LOGIN)


def _only_one() -> int:
    """Two demos on one database would undo each other: each allows its own provider's files only."""
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
