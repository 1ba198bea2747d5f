"""The simulator as a real process for the tests of this folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.paths import ROOT
from tests.support.simulator_client import Receiver, Simulator, Start
from tests.support.waiting import PATIENCE


@pytest.fixture(scope="session")
def start_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """A function that starts a process with the given options and answers (process, first line)."""
    folder, started = tmp_path_factory.mktemp("simulator-media"), []

    def start(*options: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "musicgen.simulator", "--port", "0", "--media-dir", str(folder)]
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
    """One process for all tests, forty times as fast."""
    _process, line = start_simulator("--speed", "40")
    return Simulator(line.removeprefix("simulator: ").strip())


@pytest.fixture(scope="session")
def kie(start_simulator: Start) -> Simulator:
    """The same in kie.ai's spelling, with signed callbacks."""
    _process, line = start_simulator("--speed", "40", "--dialect", "kie", "--webhook-key", "shared secret")
    return Simulator(line.removeprefix("simulator: ").strip())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Takes callbacks."""
    receiver = Receiver()
    yield receiver
    receiver.close()
