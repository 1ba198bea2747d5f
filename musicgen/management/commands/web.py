"""`make web`: the web server in the foreground."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from musicgen.startup import prepare


class Command(BaseCommand):
    help = "Brings the database up to date and becomes the web server (HOST, PORT, WEB_WORKERS)."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare()
        connections.close_all()
        os.execv(sys.executable, [sys.executable, *self._server()])  # noqa: S606 - no shell is wanted

    def _server(self) -> list[str]:
        host = os.environ.get("HOST", "127.0.0.1")
        numbers = {"PORT": "8000", "WEB_WORKERS": str(os.cpu_count() or 1), "WEB_THREADS": "16"}
        chosen = {name: os.environ.get(name, default) for name, default in numbers.items()}
        if not all(value.isdecimal() and int(value) > 0 for value in chosen.values()):
            raise CommandError("PORT, WEB_WORKERS and WEB_THREADS must be whole numbers above 0.")
        options = {
            "--interface": "wsgi",
            "--host": host,
            "--port": chosen["PORT"],
            "--workers": chosen["WEB_WORKERS"],
            # A thread is held while a client takes its time, such as a paused player.
            "--blocking-threads": chosen["WEB_THREADS"],
            "--workers-kill-timeout": "10",
            "--log-level": "warning",
        }
        # No access log: callback tokens stand in paths.
        flags = ["--no-access-log", "--respawn-failed-workers"]
        words = [word for option in options.items() for word in option]
        return ["-m", "granian", *words, *flags, "musicgen.wsgi:application"]
