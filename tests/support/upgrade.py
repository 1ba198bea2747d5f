"""Runs a script that upgrades a database of an earlier version, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT


def upgraded_by(script: str, folder: Path) -> dict[str, Any]:
    """The last line that the script prints, which is JSON; its SQLite database is in ``folder``."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "musicgen.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
    }
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
