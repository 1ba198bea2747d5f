"""On PostgreSQL each event keeps the transaction that wrote it, so that a reader can wait for older ones."""

from django.db import migrations

ADD = "ALTER TABLE tracks_event ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()"
DROP = "ALTER TABLE tracks_event DROP COLUMN xid"


def on_postgresql(statement):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("tracks", "0001_initial")]
    operations = [migrations.RunPython(on_postgresql(ADD), on_postgresql(DROP))]
