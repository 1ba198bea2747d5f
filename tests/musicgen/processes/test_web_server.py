"""`make web`: what it refuses to start on, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from tests.support.installation import QUICK, free_port
from tests.support.paths import ROOT
from tests.support.waiting import PATIENCE, until


def spawn(folder: Path, *command: str, **variables: str) -> subprocess.Popen[str]:
    environment = (
        os.environ | QUICK | {"DJANGO_SETTINGS_MODULE": "musicgen.settings", "DATA_DIR": str(folder)}
    )
    return subprocess.Popen(
        [sys.executable, "manage.py", *(command or ("web",))],
        env=environment | {"DATABASE_URL": "", "SECRET_KEY": ""} | variables,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "70000"), ("PORT", "many"), ("WEB_WORKERS", "0"), ("HOST", "999.1.1.1")]
)
def test_nonsense_is_refused_with_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("PORT", str(free_port()))
    monkeypatch.setenv(name, value)
    with pytest.raises(CommandError, match=name):
        call_command("web")


def test_a_refusal_is_one_sentence(tmp_path: Path) -> None:
    _, errors = spawn(tmp_path, PORT="70000").communicate(timeout=PATIENCE)
    assert errors == "CommandError: PORT is '70000'; it must be a whole number from 1 to 65535.\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_whole_group_ends_it_and_a_second_server_is_refused(
    tmp_path: Path, number: int
) -> None:
    port = free_port()
    server = spawn(tmp_path, PORT=str(port))
    until(lambda: answers(port), what="the start")
    _, errors = spawn(tmp_path, PORT=str(port)).communicate(timeout=PATIENCE)
    assert "Choose another" in errors
    os.killpg(server.pid, number)
    server.communicate(timeout=PATIENCE)
    assert server.returncode == 0
    assert not answers(port)


def test_a_second_demo_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    first = spawn(tmp_path, "demo", PORT=str(free_port()))
    try:
        until(lambda: (tmp_path / "db.sqlite3").exists(), what="the first demo")
        _, errors = spawn(tmp_path, "demo", PORT=str(free_port())).communicate(timeout=PATIENCE)
        assert "already running in this folder" in errors
    finally:
        first.terminate()
        first.communicate(timeout=PATIENCE)


@pytest.mark.parametrize("port", ["0", "65500", "many"])
def test_a_demo_wants_room_for_its_provider_above_its_port(
    monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("PORT", port)
    sentence = f"PORT is '{port}'; it must be a whole number from 1 to 65435."
    with pytest.raises(CommandError, match=f"^{re.escape(sentence)}$"):
        call_command("demo")


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_database_that_is_not_there_is_one_sentence(tmp_path: Path, command: str) -> None:
    url = f"postgres://nobody:s3cret@127.0.0.1:{free_port()}/x"
    process = spawn(tmp_path, command, PORT=str(free_port()), DATABASE_URL=url, SECRET_KEY="k" * 60)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert errors.startswith("CommandError: The database cannot be reached: ")
    assert errors.endswith("Check DATABASE_URL and DATA_DIR.\n")
    assert "s3cret" not in errors


def test_a_wrong_setting_is_one_sentence_not_a_traceback(tmp_path: Path) -> None:
    _, errors = spawn(tmp_path, PUBLIC_URL="x").communicate(timeout=PATIENCE)
    assert errors.startswith("PUBLIC_URL is 'x'")
