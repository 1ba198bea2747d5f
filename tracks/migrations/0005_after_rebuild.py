"""Puts back what SQLite lost when 0004 built its tables anew, and gives files of before their link keys."""

import hashlib
from importlib import import_module
from urllib.parse import urlsplit

from django.db import migrations

per_database = import_module("tracks.migrations.0002_per_database")
track_search = import_module("tracks.migrations.0003_track_search")

BATCH = 2000
SET_KEY = "UPDATE tracks_asset SET link_key = %s WHERE id = %s"


def put_back(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for column in per_database.SORTED_BY:
        for name in per_database.DIRECTIONS:
            schema_editor.execute(f"DROP INDEX IF EXISTS track_{column}_{name}")
    per_database.add(apps, schema_editor)
    track_search.index(apps, schema_editor)


def key_links(apps, schema_editor):
    """By batches of one statement each: row by row, a million files keep the start waiting for half an hour."""
    assets = apps.get_model("tracks", "Asset").objects.filter(link_key="").exclude(source_url="").order_by("pk")
    last = 0
    while rows := list(assets.filter(pk__gt=last).values_list("pk", "source_url")[:BATCH]):
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(SET_KEY, [(_key(url), pk) for pk, url in rows])
        last = rows[-1][0]


def _key(url):
    try:
        bare = urlsplit(url)._replace(query="", fragment="").geturl()
    except ValueError:
        bare = url
    return hashlib.sha256(bare.encode()).hexdigest()[:16]


class Migration(migrations.Migration):
    dependencies = [("tracks", "0004_both_providers")]
    operations = [
        migrations.RunPython(put_back, migrations.RunPython.noop),
        migrations.RunPython(key_links, migrations.RunPython.noop),
    ]
