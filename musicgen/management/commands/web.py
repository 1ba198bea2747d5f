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
        port = os.environ.get("PORT", "8000")
        workers = os.environ.get("WEB_WORKERS", str(os.cpu_count() or 1))
        if not (port.isdigit() and workers.isdigit()):
            raise CommandError("PORT and WEB_WORKERS must be whole numbers.")
        # No access log: callback tokens stand in paths.
        options = ["--no-access-log", "--log-level", "warning", "--respawn-failed-workers"]
        server = ["-m", "granian", "--interface", "wsgi", "--host", host, "--port", port, *options]
        return [*server, "--workers", workers, "--blocking-threads", "2", "musicgen.wsgi:application"]
