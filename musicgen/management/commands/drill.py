"""`manage.py drill`: all that can go wrong with the providers, against the simulator."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from musicgen.drill.runner import Drill, environment
from musicgen.processes.group import ProcessGroupError, free_port
from musicgen.processes.subprocesses import spawn


class Command(BaseCommand):
    help = (
        "Starts an installation of its own with the simulator, in which all goes wrong that can go wrong, at "
        "once, and prints how each scenario ended. Does not touch this installation."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="", help="URL of an empty database; else SQLite")
        parser.add_argument(
            "--keep", action="store_true", help="do not delete the folder with logs and files"
        )
        parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        code = self._inside() if options["inside"] else self._outside(options["database"], options["keep"])
        if code:
            sys.exit(code)

    def _outside(self, database: str, keep: bool) -> int:
        """Run the drill as a process with an environment of its own; returns its exit code."""
        folder = Path(tempfile.mkdtemp(prefix="musicgen-drill-"))
        own = environment(folder, database, free_port(), free_port())
        process = spawn(["manage.py", "drill", "--inside"], own)
        try:
            code = process.wait()
        except KeyboardInterrupt:
            code = process.wait()  # it received the signal too
        if keep or code:
            self.stdout.write(f"logs and files: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
        return code

    def _inside(self) -> int:
        drill = Drill(settings.DATA_DIR, settings.PUBLIC_URL, os.environ["SUNO_URL"], self._say)
        try:
            return 0 if drill.run() else 1
        except ProcessGroupError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            return 130

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
