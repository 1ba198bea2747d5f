"""`manage.py demo`, run by `make demo`: the whole product with the simulator, on one machine."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from musicgen.demo.runner import SIMULATOR_PORT_OFFSET, Demo
from musicgen.processes.group import ProcessGroupError

MAX_PORT = 65535 - SIMULATOR_PORT_OFFSET


class Command(BaseCommand):
    help = "Starts web, worker and the provider simulator, orders a shelf of songs and prints the login."

    def handle(self, *args: Any, **options: Any) -> None:
        port = os.environ.get("PORT", "8000")
        if not port.isdecimal() or not 0 < int(port) <= MAX_PORT:
            raise CommandError(f"PORT is {port!r}; it must be a whole number from 1 to {MAX_PORT}.")
        try:
            Demo(int(port), self.stdout.write).run()
        except ProcessGroupError as error:
            raise CommandError(str(error)) from error
