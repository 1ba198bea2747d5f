"""`manage.py worker`, run by `make worker`: one worker in the foreground."""

from typing import Any

from django.core.management.base import BaseCommand

from musicgen.processes import supervisor
from musicgen.processes.startup import prepare_database


class Command(BaseCommand):
    help = "Runs one worker, which submits, applies callbacks, polls and archives until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare_database()
        supervisor.run()
