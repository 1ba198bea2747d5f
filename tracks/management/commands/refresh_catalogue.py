"""Brings the default models and voices up to date; may be run any number of times."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracks import providers
from tracks.services import catalogue


class Command(BaseCommand):
    help = "Brings the default models and voices up to date; what people added or edited stays (idempotent)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("provider", nargs="?", choices=list(providers.REGISTRY), help="default: all")
        parser.add_argument("--file", type=Path, help="take this list, as JSON, instead of the one we bring")

    def handle(self, *args: Any, **options: Any) -> None:
        provider, file = options["provider"], options["file"]
        if file and not provider:
            raise CommandError("Say whose list the file is, as in: refresh_catalogue suno --file list.json")
        try:
            defaults = catalogue.read_list(file.read_bytes()) if file else None
            for name in [provider] if provider else providers.REGISTRY:
                done = catalogue.refresh(name, defaults)
                if options["verbosity"]:
                    self.stdout.write(f"{name}: {done}")
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except catalogue.BadList as error:
            raise CommandError(f"The list cannot be used. {error}") from error
