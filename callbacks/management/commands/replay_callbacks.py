"""Reads stored callbacks again: the same body, the same rules, the same effect or a better one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from callbacks.models import CallbackEvent, Outcome
from callbacks.replay import replay


class Command(BaseCommand):
    help = "Makes stored callbacks due again, by id, by outcome or since a time; a worker reads them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--id", type=int, nargs="+", dest="ids", help="these callbacks")
        parser.add_argument("--outcome", choices=Outcome.values, help="all with this outcome")
        parser.add_argument("--since", help="all received since, as 2026-01-31T12:00:00Z")

    def handle(self, *args: Any, **options: Any) -> None:
        events = CallbackEvent.objects.all()
        if not any(options[name] for name in ("ids", "outcome", "since")):
            raise CommandError("Say which: --id, --outcome or --since.")
        if options["ids"]:
            events = events.filter(pk__in=options["ids"])
        if options["outcome"]:
            events = events.filter(outcome=options["outcome"])
        if options["since"]:
            events = events.filter(received_at__gte=_moment(options["since"]))
        self.stdout.write(f"{replay(events)} callbacks are due again.")


def _moment(text: str) -> Any:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(f"--since {text!r} is no time with a zone, such as 2026-01-31T12:00:00Z.")
    return moment
