"""Databases of whole installations: empty ones, and copies of one that is migrated and has a staff member."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.support.paths import ROOT

# Every installation of a run shares it: tokens are hashed with it, sessions signed.
SECRET_KEY = "whole-installation-" + "x" * 40
TEMPLATE = "whole_template"
PREPARE = """
from django.contrib.auth.models import User
from musicgen.processes.startup import prepare_database
from tracks.models import ApiToken
prepare_database()
print(ApiToken.issue(User.objects.create_superuser("ada", password="x").pk))
"""


def new_database() -> str:
    """An empty database of this run: '' for SQLite in the data folder, else a URL on the run's server."""
    return _create(f"whole_{secrets.token_hex(4)}") if _server() else ""


def prepared_database(folder: Path) -> tuple[str, str]:
    """A database as `make web` leaves it, with the staff member ada: its URL, and her API token.

    On SQLite it lies in the data folder ``folder``. It is a copy: migrating took most of a start.
    """
    with _template() as (shared, token):
        if not _server():
            shutil.copyfile(shared / "data" / "db.sqlite3", folder / "db.sqlite3")
            return "", token
        return _create(f"whole_{secrets.token_hex(4)}", TEMPLATE), token


@contextmanager
def _template() -> Iterator[tuple[Path, str]]:
    """The folder that all processes of the run share, and the token; made by the first one to ask."""
    shared = Path(os.environ["TESTS_SHARED_DIR"])
    with (shared / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        token = shared / "token"
        if not token.exists():
            token.write_text(_prepare(shared / "data"))
        yield shared, token.read_text()


def _prepare(folder: Path) -> str:
    folder.mkdir()
    own = {
        "DJANGO_SETTINGS_MODULE": "musicgen.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": _create(TEMPLATE) if _server() else "",
        "SECRET_KEY": SECRET_KEY,
    }
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", PREPARE]
    done = subprocess.run(
        command, env=os.environ | own, cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _server() -> str:
    return os.environ.get("TEST_DATABASE_URL", "")


def _create(name: str, template: str = "template1") -> str:
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    base, _, query = _server().partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}?{query}"
