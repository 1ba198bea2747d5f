"""`manage.py setup_schedules`: creates or corrects the schedules of rare jobs; idempotent."""

from typing import Any

from django.core.management.base import BaseCommand

from musicgen.processes.queue import setup_schedules


class Command(BaseCommand):
    help = "Creates or corrects the schedules of rare jobs (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        setup_schedules()
