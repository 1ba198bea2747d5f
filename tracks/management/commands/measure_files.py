"""Measures archived files that lack a waveform of today, a loudness, a hue or thumbnails."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracks.services.archive.measure import measure_again, unmeasured

EVERY = 50  # files between two lines of progress


class Command(BaseCommand):
    help = (
        "Measures archived files that were archived before we measured what we do today: waveform, loudness, "
        "the hue of a cover, its thumbnails. No file is changed. It can be stopped at any time and goes on "
        "where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="so many files at most; default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = unmeasured()[: options["limit"]]
        faults = 0
        for number, asset_id in enumerate(ids, 1):
            if fault := measure_again(asset_id):
                faults += 1
                self.stderr.write(f"File {asset_id} could not be measured: {fault}.")
            if number % EVERY == 0 and options["verbosity"]:
                self.stdout.write(f"{number:,} of {len(ids):,} files")
        if options["verbosity"]:
            self.stdout.write(f"{len(ids) - faults:,} files measured, {faults:,} could not be.")
