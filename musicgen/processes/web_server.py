"""The parent of the web server: one signal to us is one signal to it, and nobody outlives us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from types import FrameType

from musicgen.processes.subprocesses import spawn

# Requests under way get this long after we are told to stop; then the server is ended.
GRACE = 15


def run(host: str, port: int, *, workers: int, threads: int) -> None:
    """Runs granian until it ends or we are told to stop; exits with its code.

    In a process group of its own: a signal to all of a group would reach its workers too, which granian
    takes for accidents and answers with new ones.
    """
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
        # A thread is held while a client takes its time, such as a paused player.
        "--blocking-threads": str(threads),
        "--workers-kill-timeout": "10",
        # Its start-up warnings are about our own choices.
        "--log-level": "error",
    }
    # No access log: callback tokens stand in paths.
    flags = ["--no-access-log", "--respawn-failed-workers"]
    words = [word for option in options.items() for word in option]
    return ["-m", "granian", *words, *flags, "musicgen.wsgi:application"]
