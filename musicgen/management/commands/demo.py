"""`make demo`: the whole product against the simulator, on one machine, with one command."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from musicgen.demo.runner import SIMULATOR_ABOVE, Demo
from musicgen.processes.group import ProcessGroupError

MOST_PORT = 65535 - SIMULATOR_ABOVE


class Command(BaseCommand):
    help = "Starts web, worker and the provider simulator, submits a few songs and prints the login."

    def handle(self, *args: Any, **options: Any) -> None:
        port = os.environ.get("PORT", "8000")
        if not port.isdecimal() or not 0 < int(port) <= MOST_PORT:
            raise CommandError(f"PORT is {port!r}; it must be a whole number from 1 to {MOST_PORT}.")
        try:
            Demo(int(port), self.stdout.write).run()
        except ProcessGroupError as error:
            raise CommandError(str(error)) from error
