"""`manage.py web`, run by `make web`: the web server in the foreground."""

import os
import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from musicgen.processes import web_server
from musicgen.processes.startup import prepare_database


class Command(BaseCommand):
    help = "Brings the database up to date and runs the web server (HOST, PORT, WEB_WORKERS, WEB_THREADS)."

    def handle(self, *args: Any, **options: Any) -> None:
        host = os.environ.get("HOST", "127.0.0.1")
        port, workers = _number("PORT", 8000, 65535), _number("WEB_WORKERS", os.cpu_count() or 1, 512)
        _check_free(host, port)
        prepare_database()
        connections.close_all()
        web_server.run(host, port, workers=workers, threads=_number("WEB_THREADS", 16, 1024))


def _number(name: str, default: int, maximum: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or not 0 < int(text) <= maximum:
        raise CommandError(f"{name} is {text!r}; it must be a whole number from 1 to {maximum}.")
    return int(text)


def _check_free(host: str, port: int) -> None:
    """Raises CommandError where the port is taken or the host unusable."""
    # The server would share the port, and requests would go to either of both.
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or "it cannot be used"
        raise CommandError(
            f"HOST {host!r} with PORT {port} cannot be served: {reason}. Choose another."
        ) from None
