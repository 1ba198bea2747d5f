"""`manage.py provider_table`: the tables of docs/providers.md, printed or written into that file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracks import providers
from tracks.providers.table import markdown

BEGIN, END = "<!-- tables: begin -->\n", "<!-- tables: end -->\n"


class Command(BaseCommand):
    help = "Prints what each provider offers, as Markdown."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--into", type=Path, help="a file whose text between its two marks is replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        tables = markdown(providers.registered().values())
        if options["into"] is None:
            self.stdout.write(tables, ending="")
            return
        _replace(options["into"], tables)


def _replace(file: Path, tables: str) -> None:
    try:
        text = file.read_text()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise CommandError(f"{file} does not have {BEGIN.strip()} and {END.strip()} once each.")
    before, _, rest = text.partition(BEGIN)
    file.write_text(f"{before}{BEGIN}\n{tables}\n{END}{rest.partition(END)[2]}")
