"""The parent process of the web server: passes signals on, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from types import FrameType

from musicgen.processes.subprocesses import spawn

# Seconds that running requests have after a stop signal; then the server is killed.
GRACE = 15


def run(host: str, port: int, *, workers: int, threads: int) -> None:
    """Run granian until it ends or we receive a stop signal; exits 0 where it ended as asked, else 1."""
    # In a process group of its own: a signal to our whole group would reach granian's workers too, which it
    # would take for crashes and replace.
    server = spawn(_arguments(host, port, workers, threads), {}, own_group=True)

    def stop(number: int, frame: FrameType | None) -> None:
        server.terminate()
        signal.alarm(GRACE)

    def end(number: int, frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    sys.exit(_code(server))


def _code(server: subprocess.Popen[bytes]) -> int:
    code = server.wait()
    return 0 if code in (0, -signal.SIGTERM) else 1


def _arguments(host: str, port: int, workers: int, threads: int) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        # A slow client, such as a paused player, occupies a thread.
        "--blocking-threads": str(threads),
        "--workers-kill-timeout": "10",
        # Its warnings at start are about choices of ours.
        "--log-level": "error",
    }
    # No access log: paths contain callback tokens.
    flags = ["--no-access-log", "--respawn-failed-workers"]
    named = [word for option in options.items() for word in option]
    return ["-m", "granian", *named, *flags, "musicgen.wsgi:application"]
