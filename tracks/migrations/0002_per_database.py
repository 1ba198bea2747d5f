"""What each database does its own way: the writing transaction of an event, and indexes for sorted lists."""

from django.db import migrations

# On PostgreSQL each event keeps the transaction that wrote it, so that a reader can wait for older ones.
ADD_XID = "ALTER TABLE tracks_event ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()"
DROP_XID = "ALTER TABLE tracks_event DROP COLUMN xid"

# One index per ordering and direction, nulls last. SQLite has no NULLS LAST in an index; its nulls come last
# in falling order by nature, and in rising order it sorts.
SORTED_BY = ("created_at", "title", "duration_ms", "rating")
DIRECTIONS = {"up": "ASC", "down": "DESC"}


def add(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    nulls = " NULLS LAST" if on_postgresql else ""
    if on_postgresql:
        schema_editor.execute(ADD_XID)
    for column in SORTED_BY:
        for name, way in DIRECTIONS.items():
            columns = f"{column} {way}{nulls}, id {way}"
            schema_editor.execute(f"CREATE INDEX track_{column}_{name} ON tracks_track ({columns})")


def drop(apps, schema_editor):
    for column in SORTED_BY:
        for name in DIRECTIONS:
            schema_editor.execute(f"DROP INDEX track_{column}_{name}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP_XID)


class Migration(migrations.Migration):
    dependencies = [("tracks", "0001_initial")]
    operations = [migrations.RunPython(add, drop)]
