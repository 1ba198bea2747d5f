"""Adds a column with a default to a large table without copying the table on SQLite."""

from __future__ import annotations

from typing import Any

from django.db import migrations


class AddTextColumn(migrations.AddField):
    """AddField for a text without NULL whose rows of before are blank."""

    empty = "''"

    # Django copies an SQLite table for each column with a default, because SQLite cannot drop the default
    # afterwards: 300,000 files with waveforms took 21 seconds for four columns. The default may stay: every
    # insert of ours names all columns, and the next copy of the table leaves it out.
    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        column = model._meta.get_field(self.name)
        table, name = (schema_editor.quote_name(one) for one in (model._meta.db_table, column.column))
        kind = column.db_type(schema_editor.connection)
        schema_editor.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind} NOT NULL DEFAULT {self.empty}")


class AddBytesColumn(AddTextColumn):
    """The same for a BinaryField, whose rows of before have no bytes."""

    empty = "X''"


class AddNumberColumn(AddTextColumn):
    """AddField for a number without NULL whose rows of before are 0."""

    empty = "0"
