"""Configuration: nonsense stops the start with a sentence that names the variable."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECRET = "k" * 60


def start(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**clean, "DATA_DIR": str(folder), **variables}
    arguments = [sys.executable, "manage.py", *(command or ("check",))]
    return subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("PUBLIC_URL", "songs.example"),
        ("PUBLIC_URL", "ftp://songs.example"),
        ("PUBLIC_URL", "http://songs.example:notaport"),
        ("TEMPOLOR_URL", "https://api.tempolor.com/open-apis"),
        ("SUNO_URL", "api"),
        ("SUNO_DIALECT", "klingon"),
        ("CALLBACK_TRUST", "blind"),
        ("TASK_DEADLINE", "soon"),
        ("TASK_DEADLINE", "-5"),
        ("TASK_DEADLINE", "nan"),
        ("FETCH_MAX_BYTES", "1.5"),
        ("WORKERS", "1"),
        ("ARCHIVE_BACKOFF", "10,then,more"),
        ("DATABASE_URL", "mysql://x/y"),
    ],
)
def test_nonsense_is_refused_with_the_variables_name(tmp_path: Path, name: str, value: str) -> None:
    done = start(tmp_path, SECRET_KEY=SECRET, **{name: value})
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert name in last


def test_a_database_wants_a_secret_key(tmp_path: Path) -> None:
    done = start(tmp_path, DATABASE_URL="postgres://a@b/c")
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr.strip().splitlines()[-1]


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    started = [start(tmp_path), start(tmp_path)]
    assert [one.returncode for one in started] == [0, 0], started[0].stderr
    key = tmp_path / "secret-key"
    assert len(key.read_text()) > 50
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_deployment_checks_are_clean_behind_https(tmp_path: Path) -> None:
    done = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING", PUBLIC_URL="https://songs.example")
    assert done.returncode == 0, done.stderr


def test_plain_http_is_warned_about(tmp_path: Path) -> None:
    assert "PUBLIC_URL" in start(tmp_path, "check", "--deploy").stderr


def test_the_dialect_follows_the_host(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.SUNO_DIALECT)"
    answers = [
        start(tmp_path, "shell", "-v", "0", "-c", code, SUNO_URL=url).stdout.strip()
        for url in ("https://api.sunoapi.org", "https://api.kie.ai")
    ]
    assert answers == ["sunoapi", "kie"]
