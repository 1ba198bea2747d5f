"""`flush`, which Django runs after each test with transactions of its own: empties what such tests write.

Django's truncates every table, which takes PostgreSQL longer than most tests, and then makes content types
and permissions anew, but not what our migrations wrote.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush
from django.db import connections, transaction

# Written by migrations and after them; no test with transactions of its own changes them.
KEPT = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        # One transaction: foreign keys are checked at its end.
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for table in sorted(set(tables) - KEPT):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table of ours
