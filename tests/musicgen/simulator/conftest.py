"""The simulator as a real process for the tests of this folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.paths import ROOT, SIMULATOR_MEDIA
from tests.support.simulator_client import Json, Receiver, Simulator, Start
from tests.support.waiting import PATIENCE


@pytest.fixture(scope="session")
def start_simulator() -> Iterator[Start]:
    """A function that starts a process with the given options and answers (process, first line)."""
    started = []

    def start(*options: str) -> tuple[subprocess.Popen[str], str]:
        command = [
            sys.executable,
            "-m",
            "musicgen.simulator",
            "--port",
            "0",
            "--media-dir",
            str(SIMULATOR_MEDIA),
            "--lazy",  # most of these files are never fetched
        ]
        process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        return process, process.stdout.readline()

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="session")
def simulator(start_simulator: Start) -> Simulator:
    """One process for all tests, 160 times as fast."""
    _process, line = start_simulator("--speed", "160")
    return Simulator(line.removeprefix("simulator: ").strip())


@pytest.fixture(scope="session")
def kie(start_simulator: Start) -> Simulator:
    """The same in kie.ai's spelling, with signed callbacks."""
    _process, line = start_simulator("--speed", "160", "--dialect", "kie", "--webhook-key", "shared secret")
    return Simulator(line.removeprefix("simulator: ").strip())


@pytest.fixture(scope="module")
def song(simulator: Simulator) -> Json:
    """A finished Suno song with two sections; each module has its own, for some things are made once only."""
    return simulator.made()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Takes callbacks."""
    receiver = Receiver()
    yield receiver
    receiver.close()
