"""Issues a token for the REST API."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracks.domain.roles import Role
from tracks.models import ApiToken


class Command(BaseCommand):
    help = "Prints a new API token of a staff user; it is not stored in clear and cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--scope",
            choices=[role.value for role in Role],
            default="",
            help="A role: the token may do no more than it. Without it, all that its user may.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']!r}.")
        if not (user.is_active and user.is_staff):
            raise CommandError(f"{user.username} is not an active staff user; the API is for staff.")
        self.stdout.write(ApiToken.issue(user.pk, options["scope"]))
