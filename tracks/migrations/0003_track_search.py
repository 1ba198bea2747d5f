"""The search index: the tokens under GIN on PostgreSQL, an FTS5 table kept by triggers on SQLite.

Django's SQLite backend carries out many schema changes by building the table anew, which drops its triggers
without a word. A later migration that does so has to call ``index`` again; test_search.py notices.
"""

from django.db import migrations

# Not to_tsvector: its parser cuts as the server's locale has it. The column is the database's own, no field.
POSTGRESQL = [
    "ALTER TABLE tracks_track ADD COLUMN search_tokens tsvector GENERATED ALWAYS AS"
    " (array_to_tsvector(array_remove(string_to_array(search_text, ' '), ''))) STORED",
    "CREATE INDEX track_search ON tracks_track USING gin (search_tokens)",
]
POSTGRESQL_BACK = ["ALTER TABLE tracks_track DROP COLUMN IF EXISTS search_tokens"]

LEARN = "INSERT INTO tracks_search(rowid, search_text) VALUES (new.id, new.search_text);"
_OLD = "(tracks_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
FORGET = f"INSERT INTO tracks_search{_OLD}"
# The ascii tokenizer takes every character beyond ASCII for a part of a token, so it cuts at our spaces only.
SQLITE = [
    "CREATE VIRTUAL TABLE tracks_search USING fts5(search_text, content='tracks_track', content_rowid='id',"
    " tokenize='ascii', detail=none, columnsize=0)",
    "INSERT INTO tracks_search(tracks_search) VALUES ('rebuild')",
    f"CREATE TRIGGER tracks_search_insert AFTER INSERT ON tracks_track BEGIN {LEARN} END",
    f"CREATE TRIGGER tracks_search_delete AFTER DELETE ON tracks_track BEGIN {FORGET} END",
    "CREATE TRIGGER tracks_search_update AFTER UPDATE OF search_text ON tracks_track"
    f" WHEN old.search_text <> new.search_text BEGIN {FORGET} {LEARN} END",
]
SQLITE_BACK = [
    "DROP TRIGGER IF EXISTS tracks_search_insert",
    "DROP TRIGGER IF EXISTS tracks_search_delete",
    "DROP TRIGGER IF EXISTS tracks_search_update",
    "DROP TABLE IF EXISTS tracks_search",
]


def index(apps, schema_editor):
    unindex(apps, schema_editor)
    _execute(schema_editor, {"postgresql": POSTGRESQL, "sqlite": SQLITE})


def unindex(apps, schema_editor):
    _execute(schema_editor, {"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK})


def _execute(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tracks", "0002_per_database")]
    operations = [migrations.RunPython(index, unindex)]
