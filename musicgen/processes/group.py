"""Web, worker and simulator as processes that begin together and end together: the demo's and the drill's."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from musicgen.processes.subprocesses import spawn


class ProcessGroupError(Exception):
    """Why it cannot run, in a sentence."""


@dataclass(slots=True)
class ProcessGroup:
    """``environment`` stands above our own; ``logs``: a folder for their words instead of the terminal."""

    environment: Mapping[str, str]
    logs: Path | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        """Our Python with these arguments."""
        log = self.logs / f"{name}.log" if self.logs else None
        self.processes[name] = spawn(arguments, self.environment, log=log)

    def await_answer(self, name: str, url: str, seconds: float = 60) -> None:
        """Until the address answers; raises HouseholdError where the process ends or the time does."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.processes[name].poll() is not None:
                raise ProcessGroupError(f"The {name} ended while it was starting; {self._where(name)}")
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise ProcessGroupError(f"The {name} did not answer within {seconds:g} seconds.")

    def check(self) -> None:
        """Raises HouseholdError where a process has ended by itself."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise ProcessGroupError(f"The {name} ended by itself; {self._where(name)}")

    def stop(self) -> None:
        """Ends all of them, the last one started first."""
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self.processes.values()):
            _end(process)

    def _where(self, name: str) -> str:
        return f"its words are in {self.logs / name}.log." if self.logs else "its words are above."


def end_on_signals() -> None:
    """SIGTERM and SIGINT raise KeyboardInterrupt, once: a second one must not break off the clearing up."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Waits for what is under way; the second request ends it at once, the third is none."""
    for ask in (process.terminate, process.kill):
        try:
            process.wait(20)
            return
        except subprocess.TimeoutExpired:
            ask()
    process.wait()


def _interrupt(number: int, frame: FrameType | None) -> None:
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt
