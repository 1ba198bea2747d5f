"""`manage.py drill` as a person calls it: all ends as it must on either database."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from musicgen.drill.scenarios import SCENARIOS
from tests.support.installation import free_port
from tests.support.paths import ROOT
from tests.support.waiting import PATIENCE
from tests.support.whole_databases import new_database

TAKEN = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "TEST_DATABASE_URL", "SECRET_KEY", "DATA_DIR")


def drill(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in TAKEN}
    own = {"TMPDIR": str(folder), "DATA_DIR": str(folder / "var")}
    own["DJANGO_SETTINGS_MODULE"] = "musicgen.settings"
    return subprocess.run(
        [sys.executable, "manage.py", "drill", *options],
        cwd=ROOT,
        env=environment | own,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_everything_that_can_go_wrong_ends_as_it_must(tmp_path: Path) -> None:
    database = new_database()
    done = drill(tmp_path, *(["--database", database] if database else []))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"  ok$", done.stdout, re.MULTILINE)) == len(SCENARIOS)
    assert "WRONG" not in done.stdout
    assert "nothing was made twice" in done.stdout
    assert list(tmp_path.glob("musicgen-drill-*")) == []


def test_a_database_that_cannot_be_had_is_said_and_the_logs_stay(tmp_path: Path) -> None:
    done = drill(tmp_path, "--database", "mysql://somewhere/x")
    assert done.returncode == 1
    assert "DATABASE_URL must look like" in done.stderr
    assert f"logs and files: {tmp_path}/musicgen-drill-" in done.stdout


def test_a_database_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = drill(tmp_path, "--database", f"postgres://nobody@127.0.0.1:{free_port()}/x")
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database cannot be reached: ")
    assert "Traceback" not in done.stderr
