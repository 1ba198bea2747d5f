"""The simulator as a process: its first line, its end, its options, its independence."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest
import requests

from tests.support.paths import ROOT
from tests.support.simulator_client import Simulator, Start
from tests.support.waiting import PATIENCE


def test_it_prints_its_address_when_it_can_be_asked(start_simulator: Start) -> None:
    _process, line = start_simulator()
    found = re.fullmatch(r"simulator: (http://127\.0\.0\.1:\d+)\n", line)
    assert found
    assert requests.get(f"{found[1]}/_simulator/tasks", timeout=PATIENCE).json() == {
        "tasks": [],
        "refused": [],
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly(start_simulator: Start, number: int) -> None:
    process, _line = start_simulator()
    process.send_signal(number)
    assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("options", [("--speed", "0"), ("--speed", "fast"), ("--port", "many")])
def test_nonsense_options_are_refused(options: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "musicgen.simulator", *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert options[0] in ended.stderr


def test_it_knows_nothing_of_django_and_of_our_own_code_the_declarations_alone() -> None:
    code = "import sys, musicgen.simulator.server; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = set(loaded.stdout.split())
    assert not {"django", "callbacks"} & {name.split(".")[0] for name in names}
    of_providers = {name for name in names if name.startswith("tracks.providers.")}
    assert not {"parser", "client", "provider", "http"} & {name.split(".")[-1] for name in of_providers}
    assert not [name for name in names if name.startswith(("tracks.models", "tracks.services"))]


def test_the_port_can_come_from_the_environment() -> None:
    code = "from musicgen.simulator.__main__ import _options; print(_options().port)"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PORT": "8123"},
    )
    assert told.stdout == "8123\n"


@pytest.mark.parametrize("path", ["/", "/media", "/open-apis/v2/song/query", "/_simulator/other"])
def test_unknown_addresses_are_404(simulator: Simulator, path: str) -> None:
    assert requests.get(simulator.base + path, timeout=PATIENCE).status_code == 404


def test_a_huge_body_is_refused_unread(simulator: Simulator) -> None:
    headers = {"Content-Length": str(2**21)}
    assert (
        requests.post(f"{simulator.base}/api/v1/generate", headers=headers, timeout=PATIENCE).status_code
        == 413
    )


@pytest.mark.parametrize("port", ["99999", "-1", "taken"])
def test_a_port_that_cannot_be_had_is_one_sentence(simulator: Simulator, port: str) -> None:
    number = port.replace("taken", simulator.base.rpartition(":")[2])
    command = [sys.executable, "-m", "musicgen.simulator", f"--port={number}"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"simulator: cannot listen on 127.0.0.1 port {number}: ")
