"""Processes that start together and end together: web, worker and simulator of the demo and the drill."""

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
    """Why the processes cannot run, as a sentence for people."""


@dataclass(slots=True)
class ProcessGroup:
    """``environment``: added to our own. ``logs``: a folder for their output; None for the terminal."""

    environment: Mapping[str, str]
    logs: Path | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        """Start our Python with these arguments."""
        log = self.logs / f"{name}.log" if self.logs else None
        self.processes[name] = spawn(arguments, self.environment, log=log)

    def await_answer(self, name: str, url: str, seconds: float = 60) -> None:
        """Wait until the URL answers. Raises ProcessGroupError where the process or the time ends first."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.processes[name].poll() is not None:
                raise ProcessGroupError(f"The {name} ended while it was starting; {self._where(name)}")
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise ProcessGroupError(f"The {name} did not answer within {seconds:g} seconds.")

    def check(self) -> None:
        """Raises ProcessGroupError where a process has ended by itself."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise ProcessGroupError(f"The {name} ended by itself; {self._where(name)}")

    def stop(self) -> None:
        """End all of them, the last one started first."""
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self.processes.values()):
            _end(process)

    def _where(self, name: str) -> str:
        return f"its output is in {self.logs / name}.log." if self.logs else "its output is above."


def end_on_signals() -> None:
    """Let SIGTERM and SIGINT raise KeyboardInterrupt, once: a second one must not interrupt the clean-up."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)


def free_port() -> int:
    """A port that no process listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for the process to finish its work; after 20 s ask it again, after 40 s kill it."""
    for stop in (process.terminate, process.kill):
        try:
            process.wait(20)
            return
        except subprocess.TimeoutExpired:
            stop()
    process.wait()


def _interrupt(number: int, frame: FrameType | None) -> None:
    for ignored in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ignored, signal.SIG_IGN)
    raise KeyboardInterrupt
